"""
One comment of a pull request, kept up to date; the job summary where a token may not comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemadiff.errors import InternalError, UsageError
from schemadiff.publish.rest import Api, Forbidden, NotFound

LIMIT = 65_536
"""The maximum length of a comment on GitHub, in UTF-16 code units."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}\Z", re.ASCII)
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z", re.ASCII)
_REF = re.compile(r"refs/pull/(\d{1,12})/", re.ASCII)
_MARKER = re.compile(r"<!-- schemadiff:(?P<key>[\w.-]+) run=(?P<run>\d+)\.(?P<attempt>\d+) -->", re.ASCII)


@dataclass(frozen=True, slots=True)
class CommentTarget:
    """
    The place of a comment.

    Attributes:
        repository: as ``owner/name``.
        number: of the pull request.
        key: distinguishes several comments on one pull request.
        run: number and attempt of the workflow run; the comment of a later run is left as it is. Zeroes stand for a
            call from a terminal.
    """

    repository: str
    number: int
    key: str = "report"
    run: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class CommentOutcome:
    """
    The outcome of publishing.

    Attributes:
        action: created, updated, unchanged, or superseded by a later run.
        url: of the comment.
    """

    action: str
    url: str


@dataclass(frozen=True, slots=True)
class _Comment:
    number: int
    body: str
    run: tuple[int, int]
    url: str


def target_of(
    environment: Mapping[str, str], *, repository: str | None = None, number: int | None = None, key: str = "report"
) -> CommentTarget:
    """
    The place to comment: from the arguments, else from the environment of GitHub Actions.

    Raises:
        UsageError: the repository or the number is missing, or a value is malformed.
    """
    repository = repository or environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.match(repository) or ".." in repository:
        raise UsageError(
            f"{repository!r} is not a repository" if repository else "no repository is named",
            remedy="Say --repo OWNER/NAME, or run in GitHub Actions, which sets GITHUB_REPOSITORY.",
        )
    if not _KEY.match(key):
        raise UsageError(f"{key[:60]!r} is not a key", remedy="A key is up to 40 letters, digits, dots and dashes.")
    number = number if number is not None else _number_of(environment)
    if number is None or number < 1:
        raise UsageError("no pull request is named", remedy="Say --pr NUMBER, or run on the event pull_request.")
    return CommentTarget(
        repository, number, key, (_digits(environment, "GITHUB_RUN_ID"), _digits(environment, "GITHUB_RUN_ATTEMPT"))
    )


def _digits(environment: Mapping[str, str], name: str) -> int:
    text = environment.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _number_of(environment: Mapping[str, str]) -> int | None:
    match = _REF.match(environment.get("GITHUB_REF", ""))
    if match:
        return int(match[1])
    path = environment.get("GITHUB_EVENT_PATH")
    if not path:
        return None
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
        number = (event.get("pull_request") or event.get("issue") or {}).get("number")
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def marker(target: CommentTarget) -> str:
    """
    The HTML comment in the first line, by which a comment is found again.
    """
    return f"<!-- schemadiff:{target.key} run={target.run[0]}.{target.run[1]} -->"


def publish_comment(text: str, target: CommentTarget, api: Api) -> CommentOutcome:
    """
    Create or update the one comment of its key, with a text in Markdown.

    Raises:
        Forbidden: the token lacks the permission to comment.
        ServiceError, InputError, UsageError: as for ``Api.call``.
    """
    body = f"{marker(target)}\n{text}"
    if len(body.encode("utf-16-le")) // 2 > LIMIT:
        raise InternalError(f"a comment of {len(body)} characters exceeds GitHub's limit of {LIMIT}")
    who = _login(api)
    known = _ours(api, target, who)
    if target.run > (0, 0) and any(each.run > target.run for each in known):
        return CommentOutcome("superseded", known[0].url)
    if len(known) == 1 and _content(known[0].body) == _content(body):
        return CommentOutcome("unchanged", known[0].url)
    if known:
        return CommentOutcome("updated", _settled(api, target, known, body).url)
    made = _read(api.call("POST", f"repos/{target.repository}/issues/{target.number}/comments", {"body": body}))
    return _alone(api, target, who, made, body)


def _alone(api: Api, target: CommentTarget, who: str | None, made: _Comment | None, body: str) -> CommentOutcome:
    """
    Keep one of the comments that concurrent runs created, with the text of the latest run.
    """
    known = _ours(api, target, who)
    if made is None or len(known) < 2:
        return CommentOutcome("created", made.url if made else "")
    newest = max(known, key=lambda each: (each.run, each.number))
    if newest.number == made.number:
        return CommentOutcome("created", _settled(api, target, known, body).url)
    if made.number != known[0].number:
        _delete(api, target, made)
    return CommentOutcome("superseded", known[0].url)


def _settled(api: Api, target: CommentTarget, known: list[_Comment], body: str) -> _Comment:
    oldest, *others = known
    path = f"repos/{target.repository}/issues/comments/{oldest.number}"
    if oldest.body != body:
        api.call("PATCH", path, {"body": body})
        seen = _read(api.call("GET", path))
        if seen is not None and seen.run < target.run:
            # A run that started earlier wrote over it in between.
            api.call("PATCH", path, {"body": body})
    for other in others:
        _delete(api, target, other)
    return oldest


def _delete(api: Api, target: CommentTarget, comment: _Comment) -> None:
    with suppress(NotFound):
        api.call("DELETE", f"repos/{target.repository}/issues/comments/{comment.number}")


def _login(api: Api) -> str | None:
    """
    The login of the token's owner; None for the token of a job, which may not read it.
    """
    try:
        result = api.call("GET", "user")
    except (Forbidden, NotFound):
        return None
    login = result.get("login") if isinstance(result, dict) else None
    return login if isinstance(login, str) else None


def _ours(api: Api, target: CommentTarget, who: str | None) -> list[_Comment]:
    """
    Our comments of this key, oldest first. Comments of other authors are ignored, even with our marker.
    """
    ours = []
    for page in api.pages(f"repos/{target.repository}/issues/{target.number}/comments?per_page=100"):
        comment = _read(page)
        if comment is None or not comment.body.startswith(f"<!-- schemadiff:{target.key} "):
            continue
        author = page.get("user") or {}
        if author.get("login") == who if who is not None else author.get("type") == "Bot":
            ours.append(comment)
    return sorted(ours, key=lambda each: each.number)


def _read(value: Any) -> _Comment | None:
    if not isinstance(value, dict) or not isinstance(value.get("id"), int) or not isinstance(value.get("body"), str):
        return None
    mark = _MARKER.match(value["body"])
    run = (int(mark["run"]), int(mark["attempt"])) if mark else (0, 0)
    return _Comment(value["id"], value["body"], run, str(value.get("html_url", "")))


def _content(body: str) -> str:
    # GitHub may give line ends back as it likes.
    return body.partition("\n")[2].replace("\r\n", "\n").strip()


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
