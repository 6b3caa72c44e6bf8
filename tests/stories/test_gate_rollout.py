"""
A new version brings a plan for the services that speak it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from gated import MANIFEST, NARROW, Repository, schema

SERVICES = """\
services:
  orchestrator:
    releases:
      "1": {emits: {job: [v1]}}
      "2": {emits: {job: [v2]}}
    running: ["1"]
  worker:
    releases:
      "1": {reads: {job: [v1]}}
      "2": {reads: {job: [v1, v2]}}
    running: ["1"]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("contracts/job.v1.json", schema())
    made.write("contracts/contracts.yaml", MANIFEST)
    made.commit("v1")
    return made


def test_a_new_version_passes_with_a_plan(repository: Repository) -> None:
    """
    The worker reads it before the orchestrator writes it.
    """
    repository.write("contracts/job.v2.json", schema("v2", **NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST + "      v2: {published: 2026-11-23}\n" + SERVICES)
    report = repository.check()
    starts = [each for each in report.rollout if "start" in each]

    assert report.exit_code == 0
    assert "worker@2" in starts[0]
    assert "orchestrator@2" in starts[-1]
    assert report.graph is not None


def test_a_worker_that_reads_only_the_new_version_has_no_plan(
    repository: Repository,
) -> None:
    repository.write("contracts/job.v2.json", schema("v2", **NARROW))
    only = SERVICES.replace("[v1, v2]", "[v2]").replace('running: ["1"]\n  worker', 'running: ["1", "2"]\n  worker')
    repository.write("contracts/contracts.yaml", MANIFEST + "      v2: {published: 2026-11-23}\n" + only)
    report = repository.check()

    assert report.rollout
    assert report.rollout[0].startswith("There is no safe plan")
