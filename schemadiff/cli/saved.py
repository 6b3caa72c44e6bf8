"""
A result that ``-f json`` wrote, read back by the commands that render it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from schemadiff.errors import InputError

if TYPE_CHECKING:
    from schemadiff.report.results import Result

_MOST = 64 * 1024 * 1024


def saved_result(path: str) -> Result:
    """
    The result in a file, or on standard input for ``-``.

    Raises:
        InputError: it cannot be read, is too large, or is no result.
    """
    from schemadiff.report.saved import read_result

    try:
        if path == "-":
            data = sys.stdin.buffer.read(_MOST + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(_MOST + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None
    if len(data) > _MOST:
        raise InputError(f"larger than {_MOST // 1024 // 1024} MB", name=path)
    return read_result(data, name=path)
