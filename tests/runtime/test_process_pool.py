"""
Work that processes share comes to what one of them would come to.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from schemadiff.errors import InputError
from schemadiff.runtime.process_pool import ordered_map

ROOT = Path(__file__).parents[2]
PARENT = os.getpid()

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("jobs", [1, 2, 3, 50])
def test_results_come_in_their_order(jobs: int) -> None:
    before = descriptors()

    assert list(ordered_map(lambda number: number * number, 20, jobs)) == [number * number for number in range(20)]
    assert descriptors() == before


def _stop_or_square(number: int) -> int:
    if number == 1 and os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGSTOP)
    return number * number


def test_a_process_that_somebody_stops_holds_up_nothing() -> None:
    assert list(ordered_map(_stop_or_square, 4, 2)) == [0, 1, 4, 9]


def test_there_may_be_more_than_fits_into_a_pipe() -> None:
    """
    Nobody reads as long as the numbers are written.
    """
    assert list(ordered_map(lambda number: -number, 40_000, 2)) == [-number for number in range(40_000)]


def test_the_work_is_done_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)

    assert list(ordered_map(lambda number: number + 1, 5, 3)) == [1, 2, 3, 4, 5]


def test_the_work_is_shared() -> None:
    def work(_: int) -> int:
        time.sleep(0.05)
        return os.getpid()

    assert len(set(ordered_map(work, 6, 3))) == 3


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_first_error_is_raised(jobs: int) -> None:
    def work(number: int) -> int:
        if number in (2, 5):
            raise InputError(f"no {number}", name="a.json", line=number, remedy="Mend it.")
        return number

    found = ordered_map(work, 8, jobs)

    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(InputError, match="no 2") as caught:
        list(found)
    assert "a.json:2" in str(caught.value)
    assert "Mend it." in str(caught.value)


def test_what_a_killed_process_had_taken_is_done_all_the_same() -> None:
    def work(number: int) -> int:
        time.sleep(0.02)
        if os.getpid() != PARENT:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(ordered_map(work, 6, 3)) == list(range(6))


def test_what_cannot_be_handed_back_is_done_all_the_same() -> None:
    def work(number: int) -> object:
        time.sleep(0.02)
        return lambda: number

    assert [each() for each in ordered_map(work, 4, 2)] == [0, 1, 2, 3]  # type: ignore[operator]


class _Odd(Exception):  # noqa: N818 - as others name theirs
    def __init__(self, *, place: str) -> None:
        super().__init__(f"odd at {place}")


def test_an_error_that_cannot_be_read_back_is_found_again() -> None:
    def work(number: int) -> int:
        time.sleep(0.02)
        raise _Odd(place=str(number))

    with pytest.raises(_Odd, match="odd at 0"):
        list(ordered_map(work, 6, 3))


def test_nobody_is_left_behind_after_an_interruption() -> None:
    def work(_: int) -> None:
        time.sleep(0.3)
        os.kill(PARENT, signal.SIGINT)
        time.sleep(60)

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(ordered_map(work, 4, 3))

    assert time.monotonic() - start < 5
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_nobody_works_on_for_a_process_that_was_killed() -> None:
    """
    What helps it holds its output open: who killed it would wait for that.
    """
    program = """if True:
        import os, signal, time
        from schemadiff.runtime.process_pool import ordered_map

        first = os.getpid()

        def work(number):
            time.sleep(0.5)
            os.kill(first, signal.SIGKILL)
            time.sleep(60)

        list(ordered_map(work, 9, 3))
    """
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=50, check=False)

    assert done.returncode == -signal.SIGKILL
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("words", [0, 3_000])
def test_a_report_is_the_same_whoever_made_it(words: int, tmp_path: Path) -> None:
    """
    Byte for byte, the order of pairs included; also where one of the files is no schema. What is small is not shared.
    """
    for side, most in (("old", 9), ("new", 5)):
        (tmp_path / side).mkdir()
        for number in range(5):
            schema = {"type": "object", "properties": {"a": {"type": "integer", "maximum": most + number}}}
            schema["description"] = "long " * words
            (tmp_path / side / f"s{number}.schema.json").write_text(json.dumps(schema))

    def run(*options: str) -> tuple[int, bytes, bytes]:
        words = [sys.executable, "-m", "schemadiff", "diff", "old", "new", "-f", "json", *options]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    code, text, _ = run("--jobs", "1")
    assert (code, run("--jobs", "3")) == (1, (1, text, b""))

    (tmp_path / "new" / "s3.schema.json").write_text('{"type": 3}')
    broken = run("--jobs", "1")
    assert (broken[0], run("--jobs", "3")) == (4, broken)
