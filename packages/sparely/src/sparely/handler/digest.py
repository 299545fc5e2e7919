"""
SHA-256 without OpenSSL.

`hashlib` loads OpenSSL: 3.5 MB resident and 3 ms of init that nothing else here needs (`make experiments`). The
standard library's `random` takes its digest from the same place.
"""

try:
    from _sha2 import sha256
except ImportError:  # another interpreter than CPython 3.12 or newer
    from hashlib import sha256

__all__ = ["sha256"]
