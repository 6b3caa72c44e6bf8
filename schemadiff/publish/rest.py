"""
The part of GitHub's REST API that comments need: https://docs.github.com/en/rest
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
_MAX_BYTES = 16 * 1024 * 1024
_MAX_PAGES = 100
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Forbidden(ServiceError):  # noqa: N818 - the caller decides whether it is an error
    """
    The token lacks a permission, as that of a pull request from a fork does.
    """


class NotFound(InputError):  # noqa: N818 - the caller decides
    """
    The resource does not exist, or the token may not see it.
    """


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """
    A response: the status, the headers, and the JSON value of the body, None for an empty body.
    """

    status: int
    headers: Message
    value: Any


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """
    A handler that follows no redirection: the token must not be sent to another host.
    """

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class Api:
    """
    Arguments:
        base: the address, as https://api.github.com; plain HTTP is allowed to the local host only.
        token: the access token; it is sent to this address only, and never shown.
        patience: seconds to wait in total while the service limits the rate of requests.
        sleep: the function that waits.

    Raises:
        UsageError: the address or the token is not valid.
    """

    def __init__(
        self, base: str, token: str, *, patience: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise UsageError(
                f"{base!r} is not an address of an API", remedy="Use an address that starts with https://."
            )
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError("the token is empty or has characters that no token has")
        self._base = base.rstrip("/") + "/"
        self._token = token
        self._left = patience
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_NoRedirects)

    def __repr__(self) -> str:
        return f"Api({self._base!r})"

    def pages(self, path: str) -> Iterator[Any]:
        """
        The items of a paginated list.
        """
        url: str | None = self._base + path
        for _ in range(_MAX_PAGES):
            if url is None:
                return
            response = self._send("GET", url, None)
            if not isinstance(response.value, list):
                raise ServiceError("GitHub's response is not a list", name=path)
            yield from response.value
            url = self._next(response.headers.get("Link", ""))
        raise ServiceError(f"GitHub's response exceeds {_MAX_PAGES} pages", name=path)

    def call(self, method: str, path: str, payload: Any = None) -> Any:
        """
        The JSON value of one request.

        Raises:
            UsageError: the token is rejected (401).
            Forbidden: the token lacks a permission (403).
            NotFound: the resource does not exist (404, 410).
            InputError: the request is not valid (422).
            ServiceError: no usable response after several attempts (429, 5xx, broken connections).
        """
        return self._send(method, self._base + path, payload).value

    def _next(self, links: str) -> str | None:
        for each in links.split(","):
            target, _, rest = each.partition(";")
            if 'rel="next"' in rest.replace(" ", ""):
                return self._ours(target.strip().removeprefix("<").removesuffix(">"))
        return None

    def _ours(self, url: str) -> str:
        """
        An address that the service names, which must be on the same host.
        """
        result = urljoin(self._base, url)
        if urlsplit(result)[:2] != urlsplit(self._base)[:2]:
            raise ServiceError("GitHub redirects to another host, to which the token is not sent")
        return result

    def _send(self, method: str, url: str, payload: Any) -> ApiResponse:
        redirects = 0
        for attempt in range(1, _TRIES + 1):
            response = self._once(method, url, payload)
            while response is not None and response.status in (301, 302, 307, 308) and redirects < _REDIRECTS:
                redirects += 1
                url = self._ours(response.headers.get("Location", ""))
                response = self._once(method, url, payload)
            if response is not None and 200 <= response.status < 300:
                return response
            pause = self._pause(response, attempt)
            if response is not None and pause is None:
                raise self._refused(response, method, url)
            if attempt == _TRIES or pause is None or pause > self._left:
                break
            self._left -= pause
            self._sleep(pause)
        if response is None:
            raise ServiceError("GitHub cannot be reached", name=self._base, remedy="Check the network and try again.")
        wait = response.headers.get("Retry-After")
        hint = f"; Retry-After is {wait[:20]} seconds" if wait else ""
        raise ServiceError(
            f"GitHub still answers {response.status} after {_TRIES} attempts{hint}", remedy="Try again later."
        )

    def _once(self, method: str, url: str, payload: Any) -> ApiResponse | None:
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
            with self._opener.open(request, timeout=_SECONDS) as response:
                return ApiResponse(response.status, response.headers, _value(response.read(_MAX_BYTES + 1)))
        except urllib.error.HTTPError as error:
            with error:
                return ApiResponse(error.code, error.headers, _value(_body(error)))
        except (OSError, http.client.HTTPException):
            return None

    def _pause(self, response: ApiResponse | None, attempt: int) -> float | None:
        """
        The seconds to wait before the next attempt; None if another attempt would not help.
        """
        usual = float(2 ** (attempt - 1))
        if response is None:
            return usual
        # A 403 may mean too many requests rather than that something is not allowed.
        limited = "Retry-After" in response.headers or response.headers.get("X-RateLimit-Remaining") == "0"
        again = response.status == 429 or response.status >= 500 or (response.status == 403 and limited)
        return _seconds(response.headers, usual) if again else None

    def _refused(self, response: ApiResponse, method: str, url: str) -> Exception:
        reason = self._reason(response)
        what = f"{method} {urlsplit(url).path}"
        if response.status == 401:
            return UsageError("GitHub does not accept the token", remedy="Is it expired, or of another server?")
        if response.status == 403:
            remedy = "Grant the job `permissions: pull-requests: write`; jobs of forks cannot have it."
            return Forbidden(f"GitHub forbids {what} to this token{reason}", remedy=remedy)
        if response.status in (404, 410):
            remedy = "Check the repository and the number, and that the token may see them."
            return NotFound(f"GitHub does not find {urlsplit(url).path}", remedy=remedy)
        if response.status == 422:
            return InputError(f"GitHub rejects {what}{reason}")
        return ServiceError(f"GitHub answers {response.status} to {what}{reason}")

    def _reason(self, response: ApiResponse) -> str:
        text = response.value.get("message") if isinstance(response.value, dict) else None
        return f": {text[:200].replace(self._token, '***')}" if isinstance(text, str) and text else ""


def _body(error: urllib.error.HTTPError) -> bytes:
    try:
        return error.read(_MAX_BYTES)
    except (OSError, http.client.HTTPException):
        return b""


def _value(data: bytes) -> Any:
    if len(data) > _MAX_BYTES:
        raise ServiceError(f"GitHub's response exceeds {_MAX_BYTES // 1024 // 1024} MB")
    try:
        return json.loads(data) if data.strip() else None
    except (ValueError, RecursionError):
        return None


def _seconds(headers: Message, usual: float) -> float:
    stated = headers.get("Retry-After", "")
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    reset = headers.get("X-RateLimit-Reset", "")
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isascii() and reset.isdigit():
        return max(usual, float(reset[:12]) - time.time())
    return usual
