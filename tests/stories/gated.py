"""
A repository in the making, the contract in it, and what the gate says of a change.
"""

from __future__ import annotations

import copy
import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from schemadiff.options import Options
from schemadiff.report import Report
from schemadiff.usecases.check.gate import check
from schemadiff.usecases.check.proposed_change import ProposedChange

DAY = date(2026, 11, 23)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "schema_version": {"const": "v1"},
        "job_id": {"type": "string", "maxLength": 64},
        "timeout_seconds": {"type": "integer", "minimum": 1, "maximum": 3600},
        "priority": {"enum": ["low", "high"], "default": "low"},
    },
    "required": ["schema_version", "job_id", "timeout_seconds"],
}
MANIFEST = """\
schemadiff: 1
defaults: {version_field: /schema_version, support_days: 90}
contracts:
  job:
    role: request
    promise: backward
    versions:
      v1: {published: 2026-03-02}
"""


class Repository:
    """
    A repository in the making.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *identity, *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path: str, content: Any) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))

    def commit(self, message: str = "a change") -> str:
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        return self.git("rev-parse", "HEAD")

    def check(
        self,
        against: str = "main",
        *,
        folder: Path | None = None,
        head: str | None = None,
        staged: bool = False,
        **options: Any,
    ) -> Report:
        given = Options(**{"as_of": DAY, **options})
        return check(
            ProposedChange(folder=folder or self.root, against=against, head=head, staged=staged, options=given)
        )


def schema(version: str = "v1", **properties: Any) -> dict[str, Any]:
    made = copy.deepcopy(SCHEMA)
    made["properties"]["schema_version"] = {"const": version}
    made["properties"].update(properties)
    return made


NARROW = {"timeout_seconds": {"type": "integer", "minimum": 1, "maximum": 1800}}
NOTE = {"note": {"type": "string", "default": ""}}


def rules(report: Report) -> list[str]:
    return [each.rule for each in report.remarks]


def findings(report: Report) -> list[tuple[str, str]]:
    return [(each.rule, each.classification.value) for pair in report.comparisons for each in pair.findings]


def told(report: Report) -> str:
    return " ".join((*report.notes, *(note for each in report.comparisons for note in each.notes)))
