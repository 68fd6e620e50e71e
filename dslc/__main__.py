"""`python -m dslc` is `dslc`."""

from __future__ import annotations

import sys

from dslc.tools.cli import main

sys.exit(main())
