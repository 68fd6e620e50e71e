"""What stands for bytes wherever `dslc` has to know them again: their SHA-256.

    digest(b"model M …")        "3f0a…", 64 hexadecimal digits

Python's own code for it is taken, as the standard library does for `random`: `hashlib` loads OpenSSL first, which takes a start longer
than all digests of its files.
"""

from __future__ import annotations

try:
    from _sha2 import sha256  # type: ignore[import-not-found]  # Python 3.12 and later
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:  # a Python without either
        from hashlib import sha256


def digest(content: bytes) -> str:
    """The digest of some bytes."""
    found: str = sha256(content).hexdigest()
    return found
