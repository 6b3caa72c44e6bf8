"""
What all tests start from.
"""

from __future__ import annotations

import pytest

from schemadiff.usecases.check.base import CI_VARIABLES


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The gate looks at the job that runs it, and the tests run in jobs as well.
    """
    for name in CI_VARIABLES:
        monkeypatch.delenv(name, raising=False)
