"""
The limit of a whole run, and growth with the size of the schemas.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import schemadiff
from schemadiff.changes import diff
from schemadiff.decide import Terms, Verdict, compare
from schemadiff.options import Options
from schemadiff.schema import load_value

NAMES = ("old", "new")


def test_the_limit_of_a_run_leaves_the_rest_undecided() -> None:
    """
    And says that it is the run's limit.
    """
    changed = (load_value({"maximum": 3}), load_value({"maximum": 2}))
    over = Terms(deadline=time.monotonic())
    found = compare(*changed, contract="it", names=NAMES, terms=over)

    assert (found.backward.verdict, found.forward.verdict) == (Verdict.UNDECIDED, Verdict.UNDECIDED)
    assert found.backward.by.startswith("time: ")

    begun = Terms(deadline=time.monotonic() + 0.02, options=Options(budget=5.0))
    old, new = (
        load_value({"type": "object", "properties": {f"p{n}": {"type": kind} for n in range(1000)}})
        for kind in ("string", "integer")
    )
    started = time.monotonic()
    found = compare(old, new, contract="it", names=NAMES, terms=begun)
    assert time.monotonic() - started < 5
    reasons = {found.backward.by, *(each.backward.by for each in found.findings)}
    assert any(each.startswith("time: ") for each in reasons)


def test_a_run_with_a_limit_ends_with_a_report(tmp_path: Path) -> None:
    """
    Of every pair; without doubt it passes as any other.
    """
    for folder, maximum in (("old", 2), ("new", 3)):
        (tmp_path / folder).mkdir()
        for number in range(3):
            (tmp_path / folder / f"{number}.json").write_text(json.dumps({"maximum": maximum + number}))
    late = schemadiff.compare(tmp_path / "old", tmp_path / "new", options=Options(time=0.05, promise="backward"))
    assert len(late.comparisons) == 3
    assert all(each.backward.verdict in (Verdict.COMPATIBLE, Verdict.UNDECIDED) for each in late.comparisons)
    calm = schemadiff.compare(tmp_path / "old", tmp_path / "new", options=Options(time=600.0))
    assert calm.exit_code == 0


def _names(stem: str, count: int) -> list[str]:
    return [f"{stem}{number}" for number in range(count)]


LARGE: dict[str, Callable[[int, int], Any]] = {
    "required": lambda count, side: {"required": _names("ab"[side], count)},
    "required properties": lambda count, side: {
        "properties": dict.fromkeys(_names("ab"[side], count), True),
        "required": _names("ab"[side], count),
    },
    "allOf": lambda count, side: {"allOf": [{"minimum": number} for number in range(side, count)]},
    "enum": lambda count, side: {"enum": _names("x", count)[side:]},
    "array enum": lambda count, side: {"enum": [[name] * 5 for name in _names("x", count)[side:]]},
    "prefixItems": lambda count, side: {"prefixItems": [{"minimum": number + side} for number in range(count)]},
}


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
def test_work_beside_the_prover_grows_no_faster_than_the_schemas(make: Callable[[int, int], Any]) -> None:
    """
    Eight times the size takes less than thirty-two times as long, where quadratic growth would take sixty-four times.
    """

    def spent(count: int) -> float:
        old, new = (load_value(make(count, side)) for side in (0, 1))
        start = time.process_time()
        changes = diff(old, new)
        report = compare(old, new, contract="it", names=NAMES, terms=Terms(options=Options(budget=0.05), total=0.05))
        assert len(report.findings) >= len(changes) > 0
        return time.process_time() - start

    spent(100)
    small = max(min(spent(500) for _ in range(2)), 0.02)
    assert spent(4_000) < 32 * small
