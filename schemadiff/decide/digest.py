"""
The hash that identifies findings.
"""

from __future__ import annotations

try:
    # As the standard library's own random does: hashlib would load all of OpenSSL for this one function.
    from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    from hashlib import sha256


def digest(*parts: str) -> str:
    """
    The identifier of a finding by what it is about: the first 16 hexadecimal digits of a hash.
    """
    whole: str = sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return whole[:16]
