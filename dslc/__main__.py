"""`python -m dslc` is `dslc`."""

from __future__ import annotations

import sys

if not sys.flags.safe_path and sys.path and __package__ == "dslc":
    # `-m` puts the current folder first, and with it whatever modules lie there; `dslc` itself comes from elsewhere, or
    # is what lies there (a checkout of its source).
    first = sys.path.pop(0)
    import os

    if os.path.realpath(os.path.dirname(os.path.dirname(__file__))) == os.path.realpath(first or os.curdir):
        sys.path.insert(0, first)

from dslc.tools.cli import main

sys.exit(main())
