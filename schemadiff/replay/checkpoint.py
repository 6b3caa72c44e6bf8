"""
Where a replay was when it was interrupted.

A journal is one small file: how many fixtures are counted, and the counts. It is replaced as a whole, so it never
tells half of something. What was under way at the interruption is not in it, and is replayed again.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from schemadiff.errors import InputError
from schemadiff.replay.classify import Judgement
from schemadiff.replay.report import Exchange, Fault, Tally

_FORMAT = 2
_EVERY = 1.0
"""Seconds between two writings; so much work at most is done again."""

_COUNTERS = ("kinds", "cells", "versions", "releases", "judged", "skipped")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """
    A state that can be gone on from.

    Attributes:
        done: how many fixtures are counted.
        check: the running checksum of these.
        restarts: how often the worker was started anew so far.
        tally: the counts.
    """

    done: int
    check: int
    restarts: int
    tally: Tally


class Journal:
    """
    The journal of one replay.

    Arguments:
        path: where it is kept.
        question: what the replay depends on beside the fixtures; a journal of another question is refused.

    Raises:
        InputError: there is a journal, and it is that of another replay, or it cannot be read.
    """

    def __init__(self, path: Path, question: Iterable[str]) -> None:
        self._path = path
        if not os.access(path.parent, os.W_OK):
            # Now, rather than after an hour of work.
            raise InputError("cannot be written: no folder to write to", name=str(path), remedy="Name another file.")
        self._key = blake2b("\0".join(question).encode(), digest_size=16).hexdigest()
        self._next = time.monotonic() + _EVERY
        self.start = self._read()

    def _read(self) -> Checkpoint | None:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._wrong(f"cannot be read: {error.strerror}") from None
        try:
            value = json.loads(text)
            if value["schemadiff_journal"] != _FORMAT or value["key"] != self._key:
                raise self._wrong("this is the journal of another replay")
            return Checkpoint(value["done"], value["check"], value["restarts"], _tally(value["tally"]))
        except (ValueError, KeyError, TypeError):
            raise self._wrong("this is no journal of a replay") from None

    def _wrong(self, message: str) -> InputError:
        return InputError(
            message, name=str(self._path), remedy="Delete it to begin anew, or ask the same question as before."
        )

    def skip(self, fixtures: Iterable[Any]) -> Iterator[Any]:
        """
        The fixtures that are still to be replayed.

        Raises:
            InputError: those before them are not the ones that were counted.
        """
        source = iter(fixtures)
        if self.start is not None:
            check = 0
            for _ in range(self.start.done):
                fixture = next(source, None)
                if fixture is None:
                    break
                check = checksum(fixture, check)
            if check != self.start.check:
                raise self._wrong("the fixtures are not those of the interrupted replay")
        return source

    def keep(self, state: Checkpoint, *, now: bool = False) -> None:
        """
        Write the state down, if it is time to.
        """
        moment = time.monotonic()
        if not now and moment < self._next:
            return
        self._next = moment + _EVERY
        text = json.dumps(
            {
                "schemadiff_journal": _FORMAT,
                "key": self._key,
                "done": state.done,
                "check": state.check,
                "restarts": state.restarts,
                "tally": _plain(state.tally),
            }
        )
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            fresh.write_text(text)
            fresh.replace(self._path)
        except OSError as error:
            raise self._wrong(f"cannot be written: {error.strerror}") from None

    def finish(self) -> None:
        """
        All is done; nothing is to be gone on with.
        """
        self._path.unlink(missing_ok=True)


def checksum(fixture: Any, check: int) -> int:
    """
    A running checksum over names and payloads.
    """
    return zlib.crc32(fixture.payload, zlib.crc32(fixture.name.encode("utf-8", "surrogatepass"), check))


def _plain(tally: Tally) -> dict[str, Any]:
    counters = {name: [[key, count] for key, count in getattr(tally, name).items()] for name in _COUNTERS}
    notable = {kind: [asdict(each) for each in exchanges] for kind, exchanges in tally.notable.items()}
    return {"total": tally.total, **counters, "notable": notable, "faults": [asdict(each) for each in tally.faults]}


def _tally(value: dict[str, Any]) -> Tally:
    tally = Tally()
    tally.total = value["total"]
    for name in _COUNTERS:
        counts: Counter[Any] = getattr(tally, name)
        for key, count in value[name]:
            counts[tuple(key) if isinstance(key, list) else key] = count
    tally.faults = [Fault(**each) for each in value["faults"]]
    for kind, exchanges in value["notable"].items():
        tally.notable[kind] = [_exchange(each) for each in exchanges]
    return tally


def _exchange(value: dict[str, Any]) -> Exchange:
    judged = value["judgement"]
    lists = {name: tuple(judged[name]) for name in ("problems", "differences")}
    return Exchange(**{**value, "judgement": Judgement(**{**judged, **lists})})
