"""
The two validators in a process of their own: they load, and judge, while the search for counter-examples goes on.

The search does not wait for them. It takes for granted that they agree, as they nearly always do, and asks once, when
it has come to its end. Whoever is told that they did not has to do the work again, with judges that are waited for.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import NamedTuple, NoReturn
from weakref import WeakKeyDictionary

from schemadiff.instance import Value
from schemadiff.runtime.budget import Exhausted, Meter
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.schema import Node
from schemadiff.validators.confirm import Cases, Judges, shallow, subjects_of
from schemadiff.validators.harness import VALIDATORS, Subject, Validators

_ROOM = 1 << 20
"""Bytes that may wait for the judging process before the search waits for it."""

_HEAD = 8
"""Bytes that tell the length of a message."""

_AGREED = b"+"


class _Cases(NamedTuple):
    """
    What is to be judged for one counter-example.

    Attributes:
        fresh: the schemas of which no earlier message told; they are counted through from 0.
        cases: by their schema's number, values and whether they have to be valid.
        until: when the judges give up, by the monotonic clock.
    """

    fresh: list[Subject]
    cases: list[tuple[int, Value, bool]]
    until: float


class Aside(Judges):
    """
    Judges in another process, believed until ``agreed`` asks them.

    Arguments:
        out, source: where messages to them go, and where their answer comes from.
    """

    def __init__(self, out: int, source: int) -> None:
        super().__init__()
        self._out = out
        self._source = source
        self._known: WeakKeyDictionary[Node, range] = WeakKeyDictionary()
        self._count = 0
        self._heard = True

    def confirm(self, valid: Cases, invalid: Cases, meter: Meter) -> tuple[str, ...] | None:
        """
        Have it judged that each of the first is valid and each of the second invalid; both are taken to say so.

        Raises:
            Exhausted: there is no time left for telling them.
        """
        message = _Cases([], [], monotonic() + meter.seconds)
        for expected, pairs in ((True, valid), (False, invalid)):
            for node, value in pairs:
                if node not in self._known:
                    subjects = subjects_of(node, meter)
                    self._known[node] = range(self._count, self._count + len(subjects))
                    self._count += len(subjects)
                    message.fresh.extend(subjects)
                message.cases.extend((number, value, expected) for number in self._known[node])
        self._send(pickle.dumps(message, pickle.HIGHEST_PROTOCOL), meter)
        return VALIDATORS

    def _send(self, message: bytes, meter: Meter) -> None:
        rest = memoryview(len(message).to_bytes(_HEAD, "big") + message)
        while rest and self._heard:
            _, ready, _ = select.select([], [self._out], [], meter.seconds)
            try:
                self._heard = bool(ready)
                rest = rest[os.write(self._out, rest) :] if ready else rest
            except OSError:
                self._heard = False
        if rest:
            raise Exhausted("seconds")

    def agreed(self, seconds: float) -> bool:
        """
        Whether both validators confirmed all that they were told of; there is nothing more to tell them.

        Arguments:
            seconds: how long they are waited for.
        """
        os.close(self._out)
        self._out = -1
        ready, _, _ = select.select([self._source], [], [], seconds)
        return bool(ready) and os.read(self._source, 1) == _AGREED and self._heard


@contextmanager
def judging_aside(*, formats: bool = False) -> Iterator[Aside | None]:
    """
    Judges in a process of their own, which is gone afterwards; None where there cannot be one.

    Arguments:
        formats: whether ``format`` is asserted.
    """
    if sys.platform != "linux" or threading.active_count() > 1 or len(os.sched_getaffinity(0)) < 2:
        yield None
        return
    (theirs, out), (source, answer) = os.pipe(), os.pipe()
    with suppress(OSError):
        fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, _ROOM)
    os.set_blocking(out, False)
    try:
        process = os.fork()
    except OSError:
        for file in (theirs, out, source, answer):
            os.close(file)
        yield None
        return
    if process == 0:
        os.close(out)
        os.close(source)
        _judge(theirs, answer, formats=formats)
    os.close(theirs)
    os.close(answer)
    judges = Aside(out, source)
    try:
        yield judges
    finally:
        for file in (judges._out, source):  # noqa: SLF001 - closed where it was opened
            with suppress(OSError):
                os.close(file)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _judge(messages: int, answer: int, *, formats: bool) -> NoReturn:
    """
    What the judging process does. Nothing of its parent is taken down by it; where that was killed, it ends as well.
    """
    try:
        if with_deep_stack(lambda: _all_agreed(messages, formats=formats)):
            os.write(answer, _AGREED)
    finally:
        os._exit(0)


def _all_agreed(messages: int, *, formats: bool) -> bool:
    # They take the longest to load, so that is done before anybody asks.
    import jsonschema  # noqa: F401
    import jsonschema_rs  # noqa: F401

    known: list[Validators] = []
    with shallow(), open(messages, "rb") as file:
        while head := file.read(_HEAD):
            message: _Cases = pickle.loads(file.read(int.from_bytes(head, "big")))
            known.extend(Validators(each, formats=formats) for each in message.fresh)
            for number, value, expected in message.cases:
                validators = known[number]
                if validators.python(value, until=message.until) is not expected:
                    return False
                if validators.rust(value) is not expected:
                    return False
    return True
