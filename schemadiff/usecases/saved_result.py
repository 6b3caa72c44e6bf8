"""
A saved result: read back, rendered again, or published as a comment.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import nullcontext, suppress
from pathlib import Path

from schemadiff.errors import InputError, UsageError
from schemadiff.publish import Api, Forbidden, append_summary, marker, publish_comment, target_of
from schemadiff.report import Style, render
from schemadiff.report.results import Result
from schemadiff.report.saved import read_result
from schemadiff.sources.git_process import git_message, run_git

_MAX_BYTES = 64 * 1024 * 1024
_LIMIT = 65_000
"""Characters that a comment may have."""


def load_result(path: str) -> Result:
    """
    Read a result that ``-f json`` wrote to a file; ``-`` is standard input.
    """
    try:
        with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=path) from None
    if len(data) > _MAX_BYTES:
        raise InputError(f"larger than {_MAX_BYTES // 1024 // 1024} MB", name=path)
    return read_result(data, name=path)


def _require_own(path: Path) -> None:
    """
    Refuse a report that a change could have put into the checkout, where the check itself wrote none.

    Raises:
        InputError: it is a link or no file, or git tracks it.
    """
    try:
        plain = stat.S_ISREG(path.lstat().st_mode)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name=str(path)) from None
    if plain:
        with suppress(InputError):  # without git nothing is a file of a repository
            words = ("--literal-pathspecs", "ls-files", "--error-unmatch", "--", path.name)
            done = run_git(path.absolute().parent, *words)
            plain = done.returncode == 1 or "not a git repository" in git_message(done)
    if not plain:
        raise InputError(
            "only a file that `check -f json -o` wrote is published, neither a link nor a file of the repository",
            name=str(path),
            remedy="Write the report to a folder outside of the checkout.",
        )


def comment(
    path: str,
    *,
    repository: str | None,
    number: int | None,
    key: str,
    api_url: str | None,
    patience: float,
    dry_run: bool,
) -> str:
    """
    Publish a saved report as the one comment of a pull request: created once, then updated. What is None is taken from
    the environment, as is the token.

    Arguments:
        path: the report's file, or ``-`` for standard input.
        repository: as ``owner/name``.
        number: of the pull request.
        key: tells several comments of a pull request apart.
        api_url: of the API.
        patience: seconds for an API that is busy.
        dry_run: whether the comment is only shown.

    Returns:
        What became of it; in a dry run the comment itself.
    """
    if path != "-":
        _require_own(Path(path))
    text = render(load_result(path), "markdown", style=Style(limit=_LIMIT))
    if dry_run:
        example = target_of({"GITHUB_REPOSITORY": "o/r"}, number=1, key=key)
        return f"{marker(example)}\n{text}"
    target = target_of(os.environ, repository=repository, number=number, key=key)
    url = api_url or os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    try:
        outcome = publish_comment(text, target, Api(url, _token(), patience=patience))
    except Forbidden as error:
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if not summary:
            raise
        append_summary(text, summary)
        return f"{error.message}; the report is in the job summary instead\n"
    shown = f": {outcome.url}" if outcome.url.isprintable() and outcome.url else ""
    return f"comment {outcome.action}{shown}\n"


def _token() -> str:
    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN") or ""
    if not token:
        raise UsageError(
            "there is no token",
            remedy="Set GITHUB_TOKEN, in a workflow `env: {GITHUB_TOKEN: ${{ github.token }}}`; --dry-run needs none.",
        )
    return token.strip()
