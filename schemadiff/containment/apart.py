"""
The judges in a process of their own, which loads their validators while the search goes on.

The search takes for granted that both validators will confirm what it found, and goes on with its next question. They
nearly always do. Where they do not, all is asked again, and each answer is waited for: the outcome never depends on
who was faster.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from schemadiff.containment.deep import with_deep_stack
from schemadiff.containment.judges import Cases, Judges, Subjects, subjects_of
from schemadiff.schema import Node
from schemadiff.schema.validation import VALIDATORS

if TYPE_CHECKING:
    from schemadiff.containment.prover import Session

T = TypeVar("T")

_AHEAD = 0.5
"""For so many seconds of a pair answers are taken for granted: more is never lost where one turns out otherwise."""

_ANSWERS = (None, VALIDATORS[:1], VALIDATORS[1:], VALIDATORS)
"""What the judges may say of a counter-example; the process says which by its place here."""

_BLOCK = 1 << 16


class Overruled(Exception):  # noqa: N818 - a turn of events
    """
    What was taken for granted is not so, or nobody is left who could tell.
    """


def asked(work: Callable[[Session], T], *, formats: bool, apart: bool) -> T:
    """
    Do work that asks questions, in a session of its own and with a deep stack.

    Arguments:
        work: what to do; it may be done twice, and must come to the same result.
        formats: whether ``format`` is asserted.
        apart: whether the judges may sit in another process: only where the program is ours to fork.
    """
    return begun(work, formats=formats, apart=apart)()


def begun(work: Callable[[Session], T], *, formats: bool, apart: bool) -> Callable[[], T]:
    """
    As ``asked``, but leave it to the caller when to wait for the judges.

    Returns:
        A function that waits for them and returns what the work comes to.
    """
    from schemadiff.containment.prover import Session

    chambers = open_chambers() if apart else None
    if chambers is None:
        found = with_deep_stack(lambda: work(Session(formats=formats)))
        return lambda: found
    judges = Away(chambers, formats=formats, patient=False)
    try:
        granted = with_deep_stack(lambda: work(Session(formats=formats, judges=judges)))
    except Overruled:
        again = with_deep_stack(lambda: _again(work, formats, chambers))
        return lambda: again

    def settled() -> T:
        try:
            judges.settle()
        except Overruled:
            return with_deep_stack(lambda: _again(work, formats, chambers))
        return granted

    return settled


def _again(work: Callable[[Session], T], formats: bool, chambers: Chambers) -> T:
    """
    The same with every answer waited for, and without the other process where that has ended.
    """
    from schemadiff.containment.prover import Session

    with suppress(Overruled):
        return work(Session(formats=formats, judges=Away(chambers, formats=formats, patient=True)))
    return work(Session(formats=formats))


def adjourn() -> None:
    """
    End the judges' process, if there is one.
    """
    while _open:
        _open.pop().close()


class Away(Judges):
    """
    Judges who sit in chambers.

    Arguments:
        chambers: where.
        formats: whether ``format`` is asserted.
        patient: whether each answer is waited for.
    """

    def __init__(self, chambers: Chambers, *, formats: bool, patient: bool) -> None:
        super().__init__(formats=formats)
        self._chambers = chambers
        self._until = time.monotonic() + (0 if patient else _AHEAD)
        self._session = chambers.enter()
        self._checked = self._end = chambers.asked
        self._told = 0
        self._numbers: dict[Node | Subjects, int] = {}

    def confirm(self, valid: Cases, invalid: Cases, seconds: float) -> tuple[str, ...] | None:
        """
        As for all judges; what was taken for granted before is looked at first.

        Raises:
            Overruled: one of those answers is not as it was taken to be.
        """
        news: list[Subjects] = []
        cases = [[(self._number(about, news), value) for about, value in some] for some in (valid, invalid)]
        patterns = tuple(self.patterns)[self._told :]
        self._told += len(patterns)
        self._chambers.ask((self._session, self.formats, patterns, news, seconds, *cases))
        granted, self._end = self._end, self._chambers.asked
        if time.monotonic() < self._until:
            self._check(self._chambers.answers(self._checked, self._end))
            return VALIDATORS
        answers = self._chambers.answers(self._checked, self._end, wait=True)
        self._check(answers[: granted - self._checked])
        self._checked = self._end
        return _ANSWERS[answers[-1]]

    def settle(self) -> None:
        """
        Wait for all that was taken for granted.

        Raises:
            Overruled: one answer is not as it was taken to be.
        """
        self._check(self._chambers.answers(self._checked, self._end, wait=True))

    def _check(self, answers: bytes) -> None:
        self._checked += len(answers)
        if any(_ANSWERS[each] is not VALIDATORS for each in answers):
            raise Overruled

    def _number(self, about: Node | Subjects, news: list[Subjects]) -> int:
        if about not in self._numbers:
            news.append(subjects_of(about) if isinstance(about, Node) else about)
            self._numbers[about] = len(self._numbers)
        return self._numbers[about]


class Chambers:
    """
    The process in which judges sit. It answers in the order of the questions, with one byte each, and ends with the
    one that asks.

    Raises:
        OSError: no process can be forked.

    Attributes:
        asked: how many questions have been put.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._sessions = 0
        self._outbox = bytearray()
        self._inbox = bytearray()
        questions, self._questions = os.pipe()
        self._answers, answers = os.pipe()
        try:
            self._process = os.fork()
        except OSError:
            for each in (questions, self._questions, answers, self._answers):
                os.close(each)
            raise
        if self._process == 0:
            _sit(questions, answers)
        os.close(questions)
        os.close(answers)
        os.set_blocking(self._questions, False)
        os.set_blocking(self._answers, False)

    def enter(self) -> int:
        """
        A number for a new session; what belongs to the one before is forgotten.
        """
        self._sessions += 1
        return self._sessions

    def ask(self, question: Any) -> None:
        """
        Put a question; it is on its way as soon as the process takes it.

        Raises:
            Overruled: the process has ended.
        """
        self._outbox += pickle.dumps(question, pickle.HIGHEST_PROTOCOL)
        self.asked += 1
        self._move()

    def answers(self, start: int, end: int, *, wait: bool = False) -> bytes:
        """
        The answers to the questions from one number to another, exclusive.

        Arguments:
            start, end: the numbers.
            wait: whether all of them are waited for; otherwise those are given that there are.

        Raises:
            Overruled: the process has ended.
        """
        self._move()
        while wait and len(self._inbox) < end:
            select.select([self._answers], [self._questions] if self._outbox else [], [])
            self._move()
        return bytes(self._inbox[start:end])

    def close(self) -> None:
        """
        End the process.
        """
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._questions)
        os.close(self._answers)

    def _move(self) -> None:
        try:
            while self._outbox:
                del self._outbox[: os.write(self._questions, self._outbox[:_BLOCK])]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            raise Overruled from None
        with suppress(BlockingIOError):
            while True:
                read = os.read(self._answers, _BLOCK)
                if not read:
                    raise Overruled
                self._inbox += read


_open: list[Chambers] = []


def open_chambers() -> Chambers | None:
    """
    The chambers of this program, opened when first needed: the sooner, the sooner they are ready.

    Returns:
        None where it does better without: no process can be forked, it has threads, or no second processor.
    """
    if not _open and sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1:
        with suppress(OSError):
            _open.append(Chambers())
            atexit.register(adjourn)
    return _open[0] if _open else None


def _sit(questions: int, answers: int) -> NoReturn:
    """
    What the process does until nobody asks any more. Nothing of its parent may be held open, or taken down, by it.
    """
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for each in range(3):
            os.dup2(nothing, each)
        for each in [int(found.name) for found in Path("/proc/self/fd").iterdir()]:
            if each > 2 and each not in (questions, answers):
                with suppress(OSError):
                    os.close(each)
        with_deep_stack(lambda: _answer_all(questions, answers))
    finally:
        os._exit(0)


def _answer_all(questions: int, answers: int) -> None:
    import jsonschema  # noqa: F401 - ready before the first question comes
    import jsonschema_rs  # noqa: F401

    current = 0
    judges, subjects = Judges(), list[Subjects]()
    with open(questions, "rb") as file:
        while True:
            try:
                session, formats, patterns, news, seconds, *cases = pickle.load(file)
            except EOFError:
                return
            if session != current:
                current, judges, subjects = session, Judges(formats=formats), []
            judges.patterns.update(dict.fromkeys(patterns))
            subjects += news
            valid, invalid = ([(subjects[number], value) for number, value in some] for some in cases)
            os.write(answers, bytes([_ANSWERS.index(judges.confirm(valid, invalid, seconds))]))
