"""Everything said to the user: diagnostics as data, the catalogue of messages, the forms they are shown in."""

from __future__ import annotations

from dslc.deferred import deferred

__getattr__ = deferred(__name__, "followers")
