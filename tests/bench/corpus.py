"""
Compare every pair of every corpus in a folder, and count what must not happen.

A corpus is an NDJSON file, plain or compressed by xz or gzip, of objects with ``id``, ``draft``, ``old``, ``new`` and,
where somebody knows, ``expected_backward`` and ``expected_forward``. Files whose lines have no ``old`` are passed over.

Counted are crashes, time-outs, changes found between equal schemas, pairs that differ and have no change without one
of the known reasons, patched schemas that differ from what they should be, and presumed effects that a label
contradicts. Any of them ends the run with exit code 1.

    python tests/bench/corpus.py FOLDER [--limit N] [--weigh]
"""

# ruff: noqa: T201 - what is counted is printed

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from schemadiff.changes import Change, applied, diff, reverted
from schemadiff.changes.normalized_view import NormalizedView
from schemadiff.containment import Contained, contains_nodes
from schemadiff.decide import Direction, Terms, Verdict, compare
from schemadiff.errors import InputError
from schemadiff.instance import canonical, exact
from schemadiff.keywords import Dialect, Effect
from schemadiff.options import Options
from schemadiff.schema import Node, load_value
from schemadiff.validators.harness import Validators

SECONDS = 40
DIALECTS = {dialect.value: dialect for dialect in Dialect}

REASONS = ("only the order or spelling of values differs", "moved behind a reference or unused", "respelled, as proved")
"""Why two texts that differ may have no change between them."""


class TimeOut(Exception):  # noqa: N818 - it is no error of the program
    pass


def pairs(file: Path) -> Iterator[dict[str, Any]]:
    opener: Any = {".xz": lzma.open, ".gz": gzip.open}.get(file.suffix, open)
    with opener(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            if "old" not in pair:
                return
            yield pair


def edited(changes: list[Change]) -> list[Change]:
    return [change for change in changes if change.edits]


def reason(old: Node, new: Node) -> str | None:
    if canonical(old.value) == canonical(new.value):
        return REASONS[0]
    reading = NormalizedView(old, new)
    if reading.same(reading.places.root(old), reading.places.root(new)):
        return REASONS[1]
    answers = (contains_nodes(old, new), contains_nodes(new, old))
    return REASONS[2] if all(isinstance(answer, Contained) for answer in answers) else None


def contradictions(changes: list[Change], pair: dict[str, Any]) -> Iterator[str]:
    """
    What the changes presume together and a label denies.
    """
    effects = {change.whole_effect for change in edited(changes)}
    for label, harmless in (("expected_backward", Effect.WIDENED), ("expected_forward", Effect.NARROWED)):
        if pair.get(label) is False and effects <= {harmless, Effect.NONE}:
            yield f"{label} is false, all changes are {harmless.value} or none"


def judge(pair: dict[str, Any], seen: Counter[str], *, weigh: bool) -> Iterator[str]:
    dialect = DIALECTS[pair["draft"]]
    try:
        old, new = (load_value(pair[side], dialect=dialect) for side in ("old", "new"))
    except InputError:
        seen["not a schema"] += 1
        return
    changes = diff(old, new)
    seen["changes"] += len(changes)
    for side in (old, new):
        if diff(side, side):
            yield "a change between equal schemas"
    if not changes and exact(pair["old"]) != exact(pair["new"]):
        why = reason(old, new)
        seen[why or "no reason"] += 1
        if why is None:
            yield "no change, and no reason for that"
    if edited(diff(applied(changes, old), new)):
        yield "old with all changes made is not new"
    if edited(diff(reverted(changes, new), old)):
        yield "new with all changes undone is not old"
    yield from contradictions(changes, pair)
    if weigh:
        yield from weighed(pair, old, new)


def weighed(pair: dict[str, Any], old: Node, new: Node) -> Iterator[str]:
    """
    Findings and verdicts that a label denies, or that the validators do, asked anew.
    """
    options = Options(promise="full", emission="any", version_field="none", budget=5.0)
    terms = Terms(options=options, total=15.0)
    found = compare(old, new, contract=pair["id"], names=("old", "new"), terms=terms)
    judges = Validators(old), Validators(new)
    for direction, label in zip(Direction, ("expected_backward", "expected_forward"), strict=True):
        writer, reader = judges if direction is Direction.BACKWARD else judges[::-1]
        verdict = found.judgement(direction).verdict
        denied = {Verdict.BREAKING: True, Verdict.COMPATIBLE: False}.get(verdict)
        if denied is not None and pair.get(label) is denied:
            yield f"{label} is {denied}, the verdict is {verdict.value}"
        for judgement in (found.judgement(direction), *(each.judgement(direction) for each in found.findings)):
            if judgement.counter_example is None:
                continue
            if verdict is Verdict.COMPATIBLE:
                yield f"a payload breaks {direction.value}, which is compatible"
            instance = judgement.counter_example.instance
            # A validator that has no answer (an unresolved reference, say) says nothing against a payload.
            if False in writer.check(instance) or True in reader.check(instance):
                yield f"a validator denies a payload of {direction.value}"


def stop(*_: object) -> None:
    raise TimeOut


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=sys.maxsize, help="pairs of each corpus")
    parser.add_argument(
        "--weigh", action="store_true", help="also decide each pair, and hold it against the validators"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGVTALRM, stop)
    failures = 0
    for file in sorted(options.folder.iterdir()):
        if ".ndjson" not in file.name:
            continue
        seen: Counter[str] = Counter()
        slowest, started = (0.0, ""), time.process_time()
        for number, pair in enumerate(pairs(file)):
            if number == options.limit:
                break
            seen["pairs"] += 1
            begun = time.process_time()
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                found = list(judge(pair, seen, weigh=options.weigh))
            except TimeOut:
                found = [f"more than {SECONDS} s"]
            except Exception as error:  # whatever it is, it is counted
                found = [f"{type(error).__name__}: {error}"]
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            slowest = max(slowest, (time.process_time() - begun, pair["id"]))
            for each in found:
                print(f"{pair['id']}: {each}", flush=True)
            failures += len(found)
        if seen["pairs"]:
            took = time.process_time() - started
            print(f"{file.name}: {took:.1f} s, slowest {slowest[0]:.2f} s ({slowest[1]}), {dict(seen)}", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{failures} failures, {memory} MB")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
