"""
Advice of the gate.
"""

from __future__ import annotations

import pytest

from schemadiff.usecases.check.advice import next_version


@pytest.mark.parametrize(
    ("names", "wanted"), [(["v1"], "v2"), (["v9", "v10"], "v11"), (["1.2"], "1.3"), (["final"], "final2")]
)
def test_the_version_after_the_last(names: list[str], wanted: str) -> None:
    assert next_version(names) == wanted
