"""Text to a tree with every span and comment, and back; and what is said of text that is none."""

from __future__ import annotations

from dslc.deferred import deferred

__getattr__ = deferred(__name__, "braces", "freezing", "let_through", "sharing", "stray", "taking")
