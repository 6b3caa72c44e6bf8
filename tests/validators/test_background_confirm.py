"""
Judges in a process of their own, not waited for: whatever becomes of them, the outcome is that of others who are.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemadiff.decide import Comparison, Verdict
from schemadiff.options import Options
from schemadiff.schema import load_text
from schemadiff.usecases.compare import compare_pairs
from schemadiff.validators import background_confirm as aside
from schemadiff.validators.background_confirm import judging_aside
from schemadiff.validators.harness import Validators
from schemadiff.workspace import SchemaPair, SchemaSource

PARENT = os.getpid()

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Judges are only started where there is a second processor; they work without one as well, only not at the same time.
    """
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


OLD = """{"type": "object", "required": ["a"], "properties": {
    "a": {"type": "number"}, "b": {"type": "string"}, "c": {"$ref": "https://example.com/lost"}, "d": {"enum": [1, 2]}
}}"""
NEW = """{"type": "object", "required": ["a", "b"], "properties": {
    "a": {"type": "integer"}, "b": {"type": "string"}, "c": {"$ref": "https://example.com/lost"}, "d": {"enum": [1]}
}}"""


def compared(jobs: int, budget: float = 10.0) -> list[Comparison]:
    nodes = [load_text(text, name=name) for text, name in ((OLD, "old"), (NEW, "new"))]
    old, new = (
        SchemaSource(contract="x", name=name, load=lambda node=node: node)
        for name, node in zip("on", nodes, strict=True)
    )
    options = Options(as_of=date(2026, 1, 1), jobs=jobs, budget=budget)
    return list(compare_pairs([SchemaPair(contract="x", old=old, new=new)], options))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def nobody_is_left() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return True


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """
    What the judges answered, each time that they were asked.
    """
    answers: list[bool] = []
    ask = aside.Aside.agreed

    def agreed(judges: aside.Aside, seconds: float) -> bool:
        answers.append(ask(judges, seconds))
        return answers[-1]

    monkeypatch.setattr(aside.Aside, "agreed", agreed)
    return answers


def test_the_outcome_is_the_same(heard: list[bool]) -> None:
    before = descriptors()

    (found,) = compared(0)

    assert [found] == compared(1)
    assert heard == [True]
    assert found.backward.verdict is Verdict.BREAKING
    assert sum(each.backward.counter_example is not None for each in found.findings) == 3
    assert descriptors() == before
    assert nobody_is_left()


def _denies(*_: Any, **__: Any) -> bool:
    return False


def _is_silent(*_: Any, **__: Any) -> None:
    return None


def _dies(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _raises(*_: Any, **__: Any) -> None:
    raise RuntimeError


def _never_ends(*_: Any, **__: Any) -> None:
    time.sleep(600)


@pytest.mark.parametrize("judge", [_denies, _is_silent, _dies, _raises, _never_ends])
@pytest.mark.parametrize("validator", ["python", "rust"])
def test_judges_that_do_not_agree_are_replaced(
    judge: Callable[..., Any], validator: str, heard: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = compared(1)
    honest = getattr(Validators, validator)

    def asked(validators: Validators, *arguments: Any, **options: Any) -> Any:
        return (honest if os.getpid() == PARENT else judge)(validators, *arguments, **options)

    monkeypatch.setattr(Validators, validator, asked)
    before, start = descriptors(), time.monotonic()

    assert compared(0, budget=1.0) == expected
    assert heard == [False]
    assert time.monotonic() - start < 10
    assert descriptors() == before
    assert nobody_is_left()


def test_who_has_more_to_tell_than_there_is_room_for_waits(heard: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Validators.python

    def slowly(validators: Validators, *arguments: Any, **options: Any) -> Any:
        if os.getpid() != PARENT:
            time.sleep(0.02)
        return honest(validators, *arguments, **options)

    monkeypatch.setattr(Validators, "python", slowly)
    monkeypatch.setattr(aside, "_ROOM", 4096)

    assert compared(0) == compared(1)
    assert heard == [True]


def test_nobody_is_left_behind_after_an_interruption() -> None:
    before = descriptors()
    with pytest.raises(KeyboardInterrupt), judging_aside():
        raise KeyboardInterrupt

    assert descriptors() == before
    assert nobody_is_left()


def test_there_are_none_beside_other_threads_or_without_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with judging_aside() as judges:
            assert judges is None
    finally:
        done.set()
        other.join()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    with judging_aside() as judges:
        assert judges is None
    assert len(compared(0)) == 1


def test_there_are_none_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    before = descriptors()

    with judging_aside() as judges:
        assert judges is None
    assert len(compared(0)) == 1
    assert descriptors() == before


def test_they_end_with_a_process_that_was_killed() -> None:
    program = """if True:
        import os, sys
        from schemadiff.validators.background_confirm import judging_aside
        with judging_aside():
            os.kill(os.getpid(), 9)
    """
    # Who helps holds the output open: it is read to its end only once nobody is left.
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False)

    assert done.returncode == -signal.SIGKILL
