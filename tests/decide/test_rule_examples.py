"""
Every example of the rules that are about no pair of schemas: house rules and hygiene rules.
"""

from __future__ import annotations

from datetime import date

import pytest

from schemadiff.catalog import Catalog, load_catalog
from schemadiff.decide.contract_policy import policy_finding, policy_findings
from schemadiff.decide.lint import lint_findings
from schemadiff.decide.values import Location
from schemadiff.decide.waivers import Waived, waiver_findings
from schemadiff.errors import InputError
from schemadiff.instance import loads
from schemadiff.ruleset import DEFAULT, all_rules
from schemadiff.ruleset.rule import Example, Rule
from schemadiff.schema import load_value

DAY = date(2026, 11, 23)


def examples(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}: {example.title}")
        for rule in all_rules().values()
        for example in rule.examples
        if example.kind == kind
    ]


class Files:
    """
    A folder with a manifest and a schema file for each version that either manifest names.
    """

    def __init__(self, manifest: str) -> None:
        self.content = {"contracts.yaml": manifest.encode(), "job_request.v1.json": b"{}", "job_request.v2.json": b"{}"}

    def read(self, path: str) -> bytes | None:
        return self.content.get(path)

    def files(self, folder: str) -> list[str]:
        return [] if folder else sorted(self.content)

    def name(self, path: str) -> str:
        return path


def fired(example: Example) -> set[str]:
    def read(text: str) -> Catalog | None:
        try:
            return load_catalog(Files(text), "")
        except InputError:
            return None

    old, new = read(example.old), read(example.new)
    assert old is not None
    if new is None:
        return {
            policy_finding(
                DEFAULT,
                "input-unreadable",
                "broken",
                place=Location(name="", pointer="", line=None, column=None),
                unreadable=True,
            ).rule
        }
    found = [*policy_findings(old, new, as_of=DAY, rules=DEFAULT)]
    found += waiver_findings(old, new, Waived((), (), frozenset()), frozenset(), as_of=DAY, rules=DEFAULT)
    return {each.rule for each in found}


@pytest.mark.parametrize(("rule", "example"), examples("manifests"))
def test_a_house_rule_fires_or_stays_silent(rule: Rule, example: Example) -> None:
    assert (rule.id in fired(example)) is example.flagged


@pytest.mark.parametrize(("rule", "example"), examples("schema"))
def test_a_hygiene_rule_fires_or_stays_silent(rule: Rule, example: Example) -> None:
    root = load_value(loads(example.new), name="example.json")
    field = None if rule.id == "version-field-missing" else "none"
    found = [each.rule for each in lint_findings(root, contract="c", version_field=field, rules=DEFAULT)]

    assert found == ([rule.id] if example.flagged else [])
