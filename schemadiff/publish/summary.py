"""
The job summary, where a token may not comment.
"""

from __future__ import annotations

from pathlib import Path

from schemadiff.errors import UsageError


def append_summary(text: str, path: str) -> None:
    """
    Add Markdown to the job summary file (``$GITHUB_STEP_SUMMARY``).

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"\n{text}\n")
    except OSError as error:
        raise UsageError(f"the job summary cannot be written: {error.strerror}", name=path) from None
