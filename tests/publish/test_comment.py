"""
One comment, whatever the service does.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_github import TOKEN, GitHub

from schemadiff.errors import InputError, InternalError, SchemadiffError, ServiceError, UsageError
from schemadiff.publish import Api, CommentTarget, Forbidden, marker, publish_comment, target_of

TARGET = CommentTarget("o/r", 7)


def api(hub: GitHub, token: str = TOKEN, **options: Any) -> Api:
    return Api(hub.url, token, **{"sleep": lambda _: None, **options})


def bodies(hub: GitHub) -> list[str]:
    return [each["body"].partition("\n")[2] for _, each in sorted(hub.comments.items())]


def test_the_first_time_a_comment_is_made_then_it_is_kept_up_to_date(hub: GitHub) -> None:
    assert publish_comment("one", TARGET, api(hub)).action == "created"
    assert publish_comment("two", TARGET, api(hub)).action == "updated"
    assert publish_comment("two\n", TARGET, api(hub)).action == "unchanged"
    assert bodies(hub) == ["two"]


def test_it_is_found_on_the_last_of_many_pages(hub: GitHub) -> None:
    for number in range(250):
        hub.add(f"comment {number}", login="ada", kind="User")
    publish_comment("one", TARGET, api(hub))
    publish_comment("two", TARGET, api(hub))

    assert len(hub.comments) == 251
    assert bodies(hub)[-1] == "two"


def test_comments_of_others_are_left_alone_even_with_our_marker(hub: GitHub) -> None:
    hub.add(f"{marker(TARGET)}\nnot ours", login="mallory", kind="User")
    publish_comment("ours", TARGET, api(hub))

    assert bodies(hub) == ["not ours", "ours"]

    hub.login = "ada"
    hub.comments.clear()
    hub.add(f"{marker(TARGET)}\nof a bot")
    publish_comment("ours", TARGET, api(hub))
    publish_comment("ours again", TARGET, api(hub))
    assert bodies(hub) == ["of a bot", "ours again"]


def test_keys_have_comments_of_their_own(hub: GitHub) -> None:
    publish_comment("a", TARGET, api(hub))
    publish_comment("b", replace(TARGET, key="other"), api(hub))

    assert bodies(hub) == ["a", "b"]


def test_a_later_run_is_not_overwritten_by_an_earlier_one(hub: GitHub) -> None:
    publish_comment("later", replace(TARGET, run=(20, 1)), api(hub))

    assert publish_comment("earlier", replace(TARGET, run=(19, 2)), api(hub)).action == "superseded"
    assert publish_comment("again", replace(TARGET, run=(20, 2)), api(hub)).action == "updated"
    assert bodies(hub) == ["again"]
    assert publish_comment("by hand", TARGET, api(hub)).action == "updated"
    assert bodies(hub) == ["by hand"]


@pytest.mark.parametrize("attempt", range(5))
def test_two_at_once_end_with_one_comment_of_the_later_run(hub: GitHub, attempt: int) -> None:
    """
    Both look before either has written.
    """
    gate = threading.Barrier(2)
    waited = threading.local()

    def trouble(method: str, _path: str, _count: int) -> None:
        if method == "POST" and not getattr(waited, "done", False):
            waited.done = True
            gate.wait(5)

    hub.trouble = trouble
    runs = [(30 + number, attempt) for number in range(2)]
    threads = [
        threading.Thread(target=publish_comment, args=(f"run {run[0]}", replace(TARGET, run=run), api(hub)))
        for run in runs
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert bodies(hub) == ["run 31"]


def test_comments_left_over_are_taken_away(hub: GitHub) -> None:
    for text in ("a", "b", "c"):
        hub.add(f"{marker(TARGET)}\n{text}")
    publish_comment("d", TARGET, api(hub))

    assert bodies(hub) == ["d"]


def test_a_busy_service_is_waited_for_as_long_as_it_asks(hub: GitHub) -> None:
    waits: list[float] = []
    answers = [
        (429, {"Retry-After": "3"}, {"message": "slow down"}),
        (403, {"Retry-After": "7"}, {"message": "secondary rate limit"}),
        (502, {}, None),
    ]
    hub.trouble = lambda *_: answers.pop(0) if answers else None
    publish_comment("one", TARGET, api(hub, sleep=waits.append))

    assert waits == [3.0, 7.0, 4.0]
    assert bodies(hub) == ["one"]


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [(429, {"Retry-After": "3600"}, "3600 seconds"), (503, {}, "503"), (500, {"Retry-After": "x" * 99}, "500")],
)
def test_waiting_has_an_end(hub: GitHub, status: int, headers: dict[str, str], words: str) -> None:
    waits: list[float] = []
    hub.trouble = lambda *_: (status, headers, {"message": "no"})

    with pytest.raises(ServiceError) as caught:
        publish_comment("one", TARGET, api(hub, sleep=waits.append))
    assert words in str(caught.value)
    assert sum(waits) <= 60
    assert len(hub.requests) <= 4


@pytest.mark.parametrize(
    ("status", "kind", "code"), [(401, UsageError, 2), (403, Forbidden, 5), (404, InputError, 4), (422, InputError, 4)]
)
def test_refusals_say_what_to_do_and_never_the_token(
    hub: GitHub, status: int, kind: type[SchemadiffError], code: int
) -> None:
    def trouble(_method: str, path: str, _count: int) -> tuple[int, dict[str, str], Any] | None:
        return (status, {}, {"message": f"no, {TOKEN}"}) if path != "/user" else None

    hub.trouble = trouble
    with pytest.raises(kind) as caught:
        publish_comment("one", TARGET, api(hub))
    assert caught.value.exit_code == code
    assert TOKEN not in str(caught.value)
    assert len(hub.requests) == 2


def test_the_token_goes_to_no_other_host(hub: GitHub) -> None:
    elsewhere = "http://127.0.0.2:9/steal"
    hub.trouble = lambda *_: (302, {"Location": elsewhere}, None)
    with pytest.raises(ServiceError, match="another host"):
        publish_comment("one", TARGET, api(hub))

    hub.trouble = lambda _method, path, _count: (
        (200, {"Link": f'<{elsewhere}>; rel="next"'}, []) if "issues" in path else None
    )
    with pytest.raises(ServiceError, match="another host"):
        publish_comment("one", TARGET, api(hub))

    for url in ("http://example.com", "ftp://127.0.0.1", "file:///etc/passwd", ""):
        with pytest.raises(UsageError):
            Api(url, TOKEN)
    for token in ("", "a b", "a\nb", "é"):
        with pytest.raises(UsageError):
            Api("https://api.github.com", token)
    assert TOKEN not in repr(api(hub))


def test_a_renamed_repository_is_followed(hub: GitHub) -> None:
    def trouble(_method: str, path: str, _count: int) -> tuple[int, dict[str, str], Any] | None:
        return (307, {"Location": path.replace("/old/", "/o/")}, None) if "/old/" in path else None

    hub.trouble = trouble
    assert publish_comment("one", CommentTarget("old/r", 7), api(hub)).action == "created"
    assert bodies(hub) == ["one"]


@pytest.mark.parametrize("answer", [{"message": "hi"}, "text", None, [{"id": "x"}, 7, {"id": 1, "body": None}]])
def test_odd_answers_are_no_crash(hub: GitHub, answer: Any) -> None:
    hub.trouble = lambda *_: (200, {}, answer)
    with suppress(SchemadiffError):
        publish_comment("one", TARGET, api(hub))


def test_nobody_is_there() -> None:
    with pytest.raises(ServiceError, match="cannot be reached"):
        publish_comment("one", TARGET, Api("http://127.0.0.1:9", TOKEN, sleep=lambda _: None))


def test_a_text_that_is_too_long_is_our_mistake(hub: GitHub) -> None:
    with pytest.raises(InternalError):
        publish_comment("\U0001f600" * 33_000, TARGET, api(hub))


def test_the_target_comes_from_flags_or_the_environment(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 12}}))
    actions = {"GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "99", "GITHUB_RUN_ATTEMPT": "2"}

    assert target_of(actions | {"GITHUB_REF": "refs/pull/7/merge"}) == CommentTarget("o/r", 7, "report", (99, 2))
    assert target_of(actions | {"GITHUB_EVENT_PATH": str(event)}).number == 12
    assert target_of(actions, repository="a/b", number=3, key="k") == CommentTarget("a/b", 3, "k", (99, 2))
    for text in ("[]", "{", '{"pull_request": {"number": "7"}}', '{"pull_request": []}'):
        event.write_text(text)
        with pytest.raises(UsageError):
            target_of(actions | {"GITHUB_EVENT_PATH": str(event)})
    for wrong in ({"repository": "a"}, {"repository": "a/b/../c"}, {"key": "a b"}, {"key": "-->"}, {"number": 0}):
        with pytest.raises(UsageError):
            target_of(actions, **{"number": 1, **wrong})  # type: ignore[arg-type]
