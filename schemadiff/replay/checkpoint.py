"""
The state of an interrupted replay: one small file with the number of counted fixtures, and the counts.

The file is replaced as a whole, so it is never half written. Messages in flight at the interruption are not in it, and
are replayed again.
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
from itertools import islice
from pathlib import Path
from typing import Any

from schemadiff.catalog.fixtures import Fixture
from schemadiff.errors import InputError
from schemadiff.replay.classify import ReplayOutcome
from schemadiff.replay.report import Exchange, Fault, Row, Tally

_FORMAT = 4
_INTERVAL = 1.0
"""Seconds between two writes, so the most work that is repeated."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """
    A state from which a replay can be resumed; ``check`` is the running checksum of the counted fixtures.
    """

    check: int
    restarts: int
    tally: Tally


class CheckpointFile:
    """
    The file of one replay's checkpoints; ``start`` is the one in it, None if there is no file. The inputs are
    everything beside the fixtures that the results depend on.

    Raises:
        InputError: the file cannot be read or written, or has other inputs.
    """

    def __init__(self, path: Path, inputs: Iterable[str]) -> None:
        self._path = path
        if not os.access(path.parent, os.W_OK):
            # Reported now rather than after an hour of work.
            raise InputError("cannot be written: no folder to write to", name=str(path), remedy="Name another file.")
        self._key = blake2b("\0".join(inputs).encode(), digest_size=16).hexdigest()
        self._next = time.monotonic() + _INTERVAL
        self.start = self._read()

    def _read(self) -> Checkpoint | None:
        try:
            value = json.loads(self._path.read_bytes())
            if value["schemadiff_journal"] != _FORMAT or value["key"] != self._key:
                raise self._error("this is the journal of another replay")
            return Checkpoint(value["check"], value["restarts"], _load_tally(value["tally"]))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise self._error("this is no journal of a replay") from None

    def _error(self, message: str) -> InputError:
        remedy = "Delete it to begin anew, or repeat the command that wrote it."
        return InputError(message, name=str(self._path), remedy=remedy)

    def skip(self, fixtures: Iterable[Fixture]) -> Iterator[Fixture]:
        """
        The fixtures that are still to be replayed; InputError if those before them are not those that were counted.
        """
        remaining = iter(fixtures)
        if self.start is not None:
            check = 0
            for fixture in islice(remaining, self.start.tally.total):
                check = checksum(fixture, check)
            if check != self.start.check:
                raise self._error("the fixtures are not those of the interrupted replay")
        return remaining

    def write(self, state: Checkpoint, *, now: bool = False) -> None:
        """
        Write a checkpoint if the last one is a second old, or if it must be now.
        """
        moment = time.monotonic()
        if not now and moment < self._next:
            return
        self._next = moment + _INTERVAL
        value = {
            "schemadiff_journal": _FORMAT,
            "key": self._key,
            "done": state.tally.total,
            "check": state.check,
            "restarts": state.restarts,
            "tally": _plain_tally(state.tally),
        }
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            fresh.write_text(json.dumps(value))
            fresh.replace(self._path)
        except OSError as error:
            raise self._error(f"cannot be written: {error.strerror}") from None

    def delete(self) -> None:
        """
        Delete the file, after the end of the replay.
        """
        self._path.unlink(missing_ok=True)


def checksum(fixture: Fixture, check: int) -> int:
    """
    A running checksum over names and payloads.
    """
    return zlib.crc32(fixture.payload, zlib.crc32(fixture.name.encode("utf-8", "surrogatepass"), check))


def _plain_tally(tally: Tally) -> dict[str, Any]:
    return {
        "total": tally.total,
        "generated": tally.generated,
        "rows": list(tally.rows.items()),
        "notable": {kind: [asdict(exchange) for exchange in exchanges] for kind, exchanges in tally.notable.items()},
        "faults": [asdict(fault) for fault in tally.faults],
    }


def _load_tally(value: dict[str, Any]) -> Tally:
    tally = Tally()
    tally.total, tally.generated = value["total"], value["generated"]
    tally.rows = Counter({Row(*row): count for row, count in value["rows"]})
    tally.notable |= {kind: [_load_exchange(each) for each in value["notable"][kind]] for kind in value["notable"]}
    tally.faults = [Fault(**each) for each in value["faults"]]
    return tally


def _load_exchange(value: dict[str, Any]) -> Exchange:
    outcome = value["judgement"]
    lists = {name: tuple(outcome[name]) for name in ("problems", "differences")}
    return Exchange(**{**value, "judgement": ReplayOutcome(**{**outcome, **lists})})
