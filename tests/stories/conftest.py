"""
What stories start from.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from gated import MANIFEST, Repository, schema


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """
    One contract with one version, committed to the main branch.
    """
    made = Repository(tmp_path)
    made.write("contracts/job.v1.json", schema())
    made.write("contracts/contracts.yaml", MANIFEST)
    made.commit("v1")
    return made
