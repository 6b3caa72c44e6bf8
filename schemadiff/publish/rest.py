"""
GitHub's REST API, as far as comments need it: https://docs.github.com/en/rest
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urljoin, urlsplit

from schemadiff.errors import InputError, ServiceError, UsageError

_TRIES = 4
_REDIRECTS = 3
_SECONDS = 20.0
_MOST_BYTES = 16 * 1024 * 1024
_MOST_PAGES = 100
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Forbidden(ServiceError):  # noqa: N818 - the caller decides whether it is an error
    """
    The token may not do this, as that of a pull request from a fork.
    """


class Missing(InputError):  # noqa: N818 - the same
    """
    There is no such thing, or the token may not know of it.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What came back: the status, the headers, and the JSON value, None for an empty body.
    """

    status: int
    headers: Message
    value: Any


class _Stay(urllib.request.HTTPRedirectHandler):
    """
    Follows no redirection by itself: the token must not travel to another host.
    """

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class Api:
    """
    Arguments:
        base: the address, as https://api.github.com; plain HTTP only to this very machine.
        token: it is sent to this address and no other, and never shown.
        patience: seconds to wait in all for a service that is busy.
        sleep: what waits.

    Raises:
        UsageError: the address or the token cannot be used.
    """

    def __init__(
        self, base: str, token: str, *, patience: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise UsageError(f"{base!r} is no address to send a token to", remedy="It starts with https://.")
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError("the token is empty or holds signs that no token has")
        self._base = base.rstrip("/") + "/"
        self._token = token
        self._left = patience
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_Stay)

    def __repr__(self) -> str:
        return f"Api({self._base!r})"

    def pages(self, path: str) -> Iterator[Any]:
        """
        The items of a list that may have many pages.
        """
        url: str | None = self._url(path)
        for _ in range(_MOST_PAGES):
            if url is None:
                return
            answer = self._send("GET", url, None)
            if not isinstance(answer.value, list):
                raise ServiceError("GitHub answered something that is no list", name=path)
            yield from answer.value
            url = self._next(answer.headers.get("Link", ""))
        raise ServiceError(f"there are more than {_MOST_PAGES} pages", name=path)

    def call(self, method: str, path: str, payload: Any = None) -> Any:
        """
        The JSON value of one request.

        Raises:
            UsageError: the token is refused (401).
            Forbidden: the token may not do this (403).
            Missing: there is no such thing (404, 410).
            InputError: the request does not fit (422).
            ServiceError: no answer, or none that helps, after several tries (429, 5xx, broken connections).
        """
        return self._send(method, self._url(path), payload).value

    def _url(self, path: str) -> str:
        return self._base + path.lstrip("/")

    def _next(self, links: str) -> str | None:
        for each in links.split(","):
            target, _, rest = each.partition(";")
            if 'rel="next"' in rest.replace(" ", ""):
                return self._ours(target.strip().removeprefix("<").removesuffix(">"))
        return None

    def _ours(self, url: str) -> str:
        """
        An address that the service names, if it is at the same place.
        """
        found = urljoin(self._base, url)
        if urlsplit(found)[:2] != urlsplit(self._base)[:2]:
            raise ServiceError("GitHub points to another host; the token does not go there")
        return found

    def _send(self, method: str, url: str, payload: Any) -> Answer:
        redirects = 0
        for attempt in range(1, _TRIES + 1):
            answer = self._once(method, url, payload)
            while answer is not None and answer.status in (301, 302, 307, 308) and redirects < _REDIRECTS:
                redirects += 1
                url = self._ours(answer.headers.get("Location", ""))
                answer = self._once(method, url, payload)
            if answer is not None and 200 <= answer.status < 300:
                return answer
            pause = self._pause(answer, attempt)
            if answer is not None and pause is None:
                raise self._refused(answer, method, url)
            if attempt == _TRIES or pause is None or pause > self._left:
                break
            self._left -= pause
            self._sleep(pause)
        if answer is None:
            raise ServiceError("GitHub cannot be reached", name=self._base, remedy="Check the network and try again.")
        wait = answer.headers.get("Retry-After")
        told = f"; it asks to wait {wait[:20]} seconds" if wait else ""
        raise ServiceError(f"GitHub answers {answer.status} again and again{told}", remedy="Try again later.")

    def _once(self, method: str, url: str, payload: Any) -> Answer | None:
        """
        One request; None where no answer comes.
        """
        data = None if payload is None else json.dumps(payload).encode()
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "User-Agent": "schemadiff",
            "X-GitHub-Api-Version": "2022-11-28",
            **({"Content-Type": "application/json"} if data else {}),
        }
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return Answer(answer.status, answer.headers, _value(answer.read(_MOST_BYTES + 1)))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, _value(_body(error)))
        except (OSError, http.client.HTTPException):
            return None

    def _pause(self, answer: Answer | None, attempt: int) -> float | None:
        """
        How long to wait before the next try; None where another try would not help.
        """
        usual = float(2 ** (attempt - 1))
        if answer is None or answer.status >= 500:
            return usual if answer is None else _seconds(answer.headers, usual)
        if answer.status == 429 or (answer.status == 403 and _limited(answer)):
            return _seconds(answer.headers, usual)
        return None

    def _refused(self, answer: Answer, method: str, url: str) -> Exception:
        reason = self._reason(answer)
        what = f"{method} {urlsplit(url).path}"
        if answer.status == 401:
            return UsageError("GitHub does not accept the token", remedy="Is it expired, or of another server?")
        if answer.status == 403:
            remedy = "The job needs `permissions: pull-requests: write`; forks do not get it."
            return Forbidden(f"GitHub does not let this token do {what}{reason}", remedy=remedy)
        if answer.status in (404, 410):
            remedy = "Check the repository and the number, and that the token may see them."
            return Missing(f"GitHub knows of no {urlsplit(url).path}", remedy=remedy)
        if answer.status == 422:
            return InputError(f"GitHub refuses {what}{reason}")
        return ServiceError(f"GitHub answers {answer.status} to {what}{reason}")

    def _reason(self, answer: Answer) -> str:
        told = answer.value.get("message") if isinstance(answer.value, dict) else None
        return f": {told[:200].replace(self._token, '***')}" if isinstance(told, str) and told else ""


def _body(error: urllib.error.HTTPError) -> bytes:
    try:
        return error.read(_MOST_BYTES)
    except (OSError, http.client.HTTPException):
        return b""


def _value(data: bytes) -> Any:
    if len(data) > _MOST_BYTES:
        raise ServiceError("GitHub answered with more than anybody could want")
    try:
        return json.loads(data) if data.strip() else None
    except (ValueError, RecursionError):
        return None


def _limited(answer: Answer) -> bool:
    """
    Whether a 403 means *too many requests* rather than *not allowed*.
    """
    return "Retry-After" in answer.headers or answer.headers.get("X-RateLimit-Remaining") == "0"


def _seconds(headers: Message, usual: float) -> float:
    stated = headers.get("Retry-After", "")
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    reset = headers.get("X-RateLimit-Reset", "")
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isascii() and reset.isdigit():
        return max(usual, float(reset[:12]) - time.time())
    return usual
