"""A command of `dslc` in a process that the system holds to so many seconds and bytes; it is killed a second later.

python tests/safety/bounded.py 5 500_000_000 check net.kdl
"""

from __future__ import annotations

import resource
import sys

from dslc.tools.cli import main

if __name__ == "__main__":
    seconds, size, *words = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (int(size), int(size)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main(words))
