"""
Judges in a process of their own: the same answers as without them, whoever is faster and whatever becomes of them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemadiff.containment import Contained, Refuted, Session, Unknown, apart, contains_nodes
from schemadiff.containment.apart import Chambers, asked, begun
from schemadiff.schema import load_value

PAIRS: list[tuple[Any, Any]] = [
    ({"type": "integer"}, {"type": "integer", "minimum": 0}),
    ({"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}),
    ({"type": "string", "pattern": "^a+$"}, {"type": "string", "pattern": "^a{2,}$"}),
    ({"type": "object", "required": ["a"]}, {"type": "object", "required": ["a", "b"]}),
    ({"type": "array", "items": {"type": "string"}}, {"type": "array", "uniqueItems": True}),
    # Each of the next ones leaves at least one validator without an answer, or the two of different minds.
    ({"$ref": "https://example.org/nowhere"}, {"$ref": "https://example.org/nowhere", "minimum": 5}),
    ({"type": "string"}, {"type": "string", "pattern": "^(?<!b)a\\1?$"}),
    ({"type": "string", "maxLength": 40, "minLength": 30}, {"type": "string", "pattern": "^(x+x+)+y$"}),
    ({"type": "number"}, {"multipleOf": 0.01}),
]


@pytest.fixture
def chambers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chambers]:
    """
    A process for this test, whatever threads the runner has.
    """
    opened = Chambers()
    monkeypatch.setattr(apart, "_open", [opened])
    yield opened
    apart.adjourn()


def told(answer: Contained | Refuted | Unknown) -> tuple[Any, ...]:
    if isinstance(answer, Unknown):
        return ("unknown", answer.reason, answer.detail)
    return tuple(answer)


def questions(session: Session) -> list[tuple[Any, ...]]:
    nodes = [(load_value(old), load_value(new)) for old, new in PAIRS]
    return [told(contains_nodes(*pair, session=session)) for old, new in nodes for pair in ((old, new), (new, old))]


def by_ourselves() -> list[tuple[Any, ...]]:
    return asked(questions, formats=False, apart=False)


def test_answers_are_those_of_this_process(chambers: Chambers) -> None:
    expected = by_ourselves()
    assert any(each[0] == "unknown" for each in expected)
    assert asked(questions, formats=False, apart=True) == expected
    assert chambers.asked > 0


@pytest.mark.parametrize("pair", PAIRS)
def test_every_answer_alone(chambers: Chambers, pair: tuple[Any, Any]) -> None:
    inner, outer = map(load_value, pair)

    def ask(session: Session) -> tuple[Any, ...]:
        return told(contains_nodes(inner, outer, session=session))

    assert asked(ask, formats=False, apart=True) == asked(ask, formats=False, apart=False)
    assert chambers.asked >= 0


def test_answers_do_not_depend_on_who_is_faster(chambers: Chambers, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = by_ourselves()
    for seconds in (0.0, 0.003, 60.0):
        monkeypatch.setattr(apart, "_AHEAD", seconds)
        assert asked(questions, formats=False, apart=True) == expected
    assert chambers.asked > 0


def test_work_begun_together_ends_apart(chambers: Chambers) -> None:
    expected = by_ourselves()
    ends = [begun(questions, formats=False, apart=True) for _ in range(3)]
    assert [end() for end in ends] == [expected] * 3
    assert chambers.asked > 0


def test_formats_are_asserted_there_as_well(chambers: Chambers) -> None:
    inner, outer = load_value({"type": "string"}), load_value({"format": "date"})
    for formats, kind in ((True, Refuted), (False, Contained)):

        def ask(session: Session, formats: bool = formats) -> Any:
            return contains_nodes(inner, outer, formats=formats, session=session)

        assert isinstance(asked(ask, formats=formats, apart=True), kind)
    assert chambers.asked > 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_ends_costs_no_answer(chambers: Chambers, when: str) -> None:
    expected = by_ourselves()
    if when == "before":
        os.kill(chambers._process, signal.SIGKILL)
        assert asked(questions, formats=False, apart=True) == expected
    else:
        end = begun(questions, formats=False, apart=True)
        os.kill(chambers._process, signal.SIGKILL)
        assert end() == expected


def test_no_process_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise OSError("no more processes")

    monkeypatch.setattr(apart, "_open", [])
    monkeypatch.setattr(apart.threading, "active_count", lambda: 1)
    monkeypatch.setattr(apart.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(apart.os, "fork", fork, raising=False)
    before = len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0
    assert asked(questions, formats=False, apart=True) == by_ourselves()
    assert sys.platform != "linux" or len(list(Path("/proc/self/fd").iterdir())) == before


def test_more_than_a_pipe_holds_is_taken(chambers: Chambers) -> None:
    # The process loads its validators before it reads: what is put meanwhile must not make this one wait for it.
    description = "x" * 100_000
    nodes = [load_value({"type": "integer", "minimum": n, "description": description}) for n in range(20)]

    def ask(session: Session) -> list[Any]:
        return [told(contains_nodes(nodes[0], each, session=session)) for each in nodes]

    assert asked(ask, formats=False, apart=True) == asked(ask, formats=False, apart=False)
    assert chambers.asked == 19


def test_nothing_is_held_open() -> None:
    reader, writer = os.pipe()
    chambers = Chambers()
    os.close(writer)
    try:
        assert os.read(reader, 1) == b""
    finally:
        chambers.close()
        os.close(reader)


def test_the_command_leaves_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"type": "integer"}')
    (tmp_path / "new.json").write_text('{"type": "integer", "minimum": 0}')
    code = (
        "import os, sys; sys.argv = ['schemadiff', 'old.json', 'new.json']\n"
        "from schemadiff.containment import apart\n"
        "from schemadiff.cli.entry import main\n"
        "leave, opened = os._exit, apart.Chambers.__init__\n"
        "def note(self):\n"
        "    opened(self); print('opened', file=sys.stderr)\n"
        "def check(status):\n"
        "    try:\n"
        "        os.waitpid(-1, os.WNOHANG)\n"
        "    except ChildProcessError:\n"
        "        print('alone', file=sys.stderr, flush=True)\n"
        "    leave(status)\n"
        "apart.Chambers.__init__, os._exit = note, check\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    several = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
    assert done.stderr.split() == (["opened", "alone"] if several else ["alone"])
