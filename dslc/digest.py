"""What stands for bytes wherever `dslc` has to know them again: their SHA-256.

    digest(b"model M …")        "3f0a…", 64 hexadecimal digits

Python's own code for it is taken, as the standard library does for `random`: `hashlib` loads OpenSSL first, which takes a start longer
than all digests of its files.
"""

from __future__ import annotations

from sys import version_info

try:  # by the version: a module that is not there would be looked for in every folder of the path
    if version_info >= (3, 12):
        from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]
    else:
        from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:  # a Python without it
    from hashlib import sha256


def digest(content: bytes) -> str:
    """The digest of some bytes."""
    found: str = sha256(content).hexdigest()
    return found
