"""
How long a whole comparison of large pairs takes, phase by phase.

Run it from the root: ``python tests/bench/whole.py [SECONDS FOR A QUESTION] [NAME …]``; it prints computing time, and
how many findings stayed undecided. A pair has six times the seconds of a question.
"""

# ruff: noqa: T201 - what is measured is printed

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from schemadiff.decide import Classification, Terms, compare, findings
from schemadiff.decide import compare as weigh
from schemadiff.options import Options
from schemadiff.report import Report, render
from schemadiff.schema import load_text


def _types(count: int, kind: str) -> Any:
    return {"type": "object", "properties": {f"p{n}": {"type": kind} for n in range(count)}}


def _shared(places: int, most: int) -> Any:
    """
    One definition that many places use.
    """
    inside = {"type": "object", "properties": {"x": {"type": "string", "maxLength": most}}}
    outside = {f"p{n}": {"type": "object", "properties": {"in": {"$ref": "#/$defs/d"}}} for n in range(places)}
    return {"type": "object", "$defs": {"d": inside}, "properties": outside}


def _ring(count: int, most: int) -> Any:
    """
    Definitions that lead to one another, and back.
    """
    defs = {
        f"d{n}": {
            "type": "object",
            "properties": {
                "x": {"type": "string", "maxLength": most},
                "next": {"$ref": f"#/$defs/d{(n + 1) % count}"},
            },
        }
        for n in range(count)
    }
    return {"$defs": defs, "$ref": "#/$defs/d0"}


def _lists(count: int, values: int) -> Any:
    return {"type": "object", "properties": {f"p{n}": {"enum": list("abcdef"[:values])} for n in range(count)}}


def _nested(depth: int, most: int) -> Any:
    schema: Any = {"type": "integer", "maximum": most}
    for _ in range(depth):
        members = {"n": schema, "k": {"type": "string", "maxLength": most}}
        schema = {"type": "object", "properties": members, "required": ["n"]}
    return schema


def _shapes(count: int, most: int) -> Any:
    """
    One of many shapes, told apart by a constant.
    """
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": {"kind": {"const": f"k{n}"}, "x": {"type": "string", "maxLength": most}},
                "required": ["kind"],
            }
            for n in range(count)
        ]
    }


PAIRS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "100 types": lambda: (_types(100, "string"), _types(100, "integer")),
    "1000 types": lambda: (_types(1_000, "string"), _types(1_000, "integer")),
    "10000 types": lambda: (_types(10_000, "string"), _types(10_000, "integer")),
    "one definition in 500 places": lambda: (_shared(500, 100), _shared(500, 90)),
    "a ring of 200 definitions": lambda: (_ring(200, 100), _ring(200, 90)),
    "a value less in 200 lists": lambda: (_lists(200, 3), _lists(200, 2)),
    "60 levels": lambda: (_nested(60, 100), _nested(60, 90)),
    "one of 50 shapes": lambda: (_shapes(50, 100), _shapes(50, 90)),
}

PHASES = (
    ("diff", weigh, "_changes"),
    ("pair", findings, "decide_pair"),
    ("changes", findings, "attribute_changes"),
    ("patch", findings, "applied"),
    ("notes", findings, "_emission_note"),
    ("combined", findings, "decide_combination"),
)
"""What is timed: a name, and the function that does it. Patching is a part of others."""


@contextmanager
def timed(spent: dict[str, float]) -> Iterator[None]:
    """
    Collect the seconds that each phase computes.
    """

    def watched(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*some: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return work(*some, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - start

        return call

    before = [(room, word, getattr(room, word)) for _, room, word in PHASES]
    for (name, _, _), (room, word, work) in zip(PHASES, before, strict=True):
        setattr(room, word, watched(name, work))
    try:
        yield
    finally:
        for room, word, work in before:
            setattr(room, word, work)


def measure(name: str, seconds: float) -> None:
    """
    Compare one pair and print what it took.
    """
    spent: dict[str, float] = {}
    texts = [json.dumps(side, indent=1) for side in PAIRS[name]()]
    start = clock = time.process_time()
    old, new = (load_text(text, name=f"{side}.json") for text, side in zip(texts, ("old", "new"), strict=True))
    spent["load"] = time.process_time() - clock
    wall = time.monotonic()
    with timed(spent):
        found = compare(
            old,
            new,
            contract="it",
            names=("old", "new"),
            terms=Terms(options=Options(budget=seconds)),
        )
    wall = time.monotonic() - wall
    clock = time.process_time()
    report = Report(schemadiff="0", as_of="2026-01-01", rules="default", emission="declared", comparisons=(found,))
    render(report, "json")
    spent["json"] = time.process_time() - clock
    open_ = sum(each.classification is Classification.UNDECIDED for each in found.findings)
    phases = "  ".join(
        f"{phase} {spent[phase]:.2f}" for phase in ("load", *(p for p, *_ in PHASES), "json") if phase in spent
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {time.process_time() - start:.2f} s computing, compared in {wall:.2f} s by the clock, "
        f"{len(found.findings)} findings, {open_} undecided, up to {peak:.0f} MB so far\n    {phases}",
        flush=True,
    )


def main() -> None:
    words = sys.argv[1:]
    seconds = float(words.pop(0)) if words and words[0].replace(".", "", 1).isdigit() else 10.0
    for name in words or PAIRS:
        measure(name, seconds)


if __name__ == "__main__":
    main()
