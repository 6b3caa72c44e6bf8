"""
Every example of every rule is a test of the rule, of the comparison and of the counter-example.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from schemadiff.changes import diff
from schemadiff.containment import Refuted, contains_nodes
from schemadiff.instance import loads
from schemadiff.ruleset import all_rules, the_rule_for
from schemadiff.ruleset.rule import Example, Rule
from schemadiff.schema import Node, load_value
from schemadiff.validators.harness import Validators

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.title}")
    for rule in all_rules().values()
    for example in rule.examples
    if example.kind == "pair"
]
WEIGHED = {"combined-incompatibility", "meta-schema-unknown", "reference-assumed"}
"""Rules about a whole pair; no single change fires them."""

CROSS_HITS = Path(__file__).parent / "cross_hits.json"

REFUTED = [each for each in EXAMPLES if each.values[1].counter_example]


def sides(example: Example) -> tuple[Node, Node]:
    return load_value(loads(example.old), name="old"), load_value(loads(example.new), name="new")


def fired(old: Node, new: Node) -> list[str]:
    rules = [the_rule_for(change, all_rules().values()) for change in diff(old, new)]
    return sorted({rule.id if rule else "no rule" for rule in rules})


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_fires_or_stays_silent(rule: Rule, example: Example) -> None:
    found = fired(*sides(example))

    if rule.id in WEIGHED:
        assert rule.id not in found
        return

    assert (found == [rule.id]) if example.flagged else (rule.id not in found), found


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_silent_where_nothing_changed(rule: Rule, example: Example) -> None:
    assert rule.id
    for text in (example.old, example.new):
        assert diff(load_value(loads(text)), load_value(loads(text))) == []


@pytest.mark.parametrize(("rule", "example"), REFUTED)
def test_both_validators_confirm_the_counter_example(rule: Rule, example: Example) -> None:
    assert rule.id
    old, new = sides(example)
    inner, outer = (old, new) if example.direction == "backward" else (new, old)
    instance = loads(example.counter_example or "")

    assert Validators(inner).check(instance).agreed is True
    assert Validators(outer).check(instance).agreed is False


_NOT_SHOWN = {"input-broken-at-base", "input-mended", "waiver-merged", "schema-not-guarded", "schema-removed"}
"""Rules about a history or about several files, which no two texts can show; the gate's stories do."""


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_every_rule_is_complete(rule: Rule) -> None:
    flagged = [example for example in rule.examples if example.flagged]

    assert rule.reason
    assert rule.remedy
    assert flagged or rule.id in _NOT_SHOWN
    assert len(flagged) < len(rule.examples)


@pytest.mark.parametrize(("rule", "example"), REFUTED)
def test_the_prover_finds_a_counter_example_of_its_own(rule: Rule, example: Example) -> None:
    assert rule.id
    old, new = sides(example)
    inner, outer = (old, new) if example.direction == "backward" else (new, old)

    assert isinstance(contains_nodes(inner, outer), Refuted)


def test_all_cross_hits_are_known() -> None:
    """
    Which rules fire on which example; ``SNAPSHOTS=write`` writes them anew, for somebody to read the difference.
    """
    found = {f"{rule.id}: {example.title}": fired(*sides(example)) for rule, example in (e.values for e in EXAMPLES)}
    text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("SNAPSHOTS") == "write":
        CROSS_HITS.write_text(text, encoding="utf-8")

    assert text == CROSS_HITS.read_text(encoding="utf-8")
