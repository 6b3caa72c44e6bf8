from __future__ import annotations

import pytest

from schemadiff.errors import InputError, UsageError
from schemadiff.ruleset import DEFAULT, all_rules, find_rule_set, find_rules, rule_sets
from schemadiff.ruleset.rule import Rule, parse_head, whole_rule


def test_five_sets_come_along() -> None:
    assert sorted(rule_sets()) == ["confluent-lenient", "confluent-strict", "default", "strict", "wire"]
    assert all(each.title and each.text for each in rule_sets().values())


def test_the_default_set_changes_nothing() -> None:
    found = find_rule_set("default")

    assert (found.levels, found.floors, found.emission) == (DEFAULT.levels, DEFAULT.floors, DEFAULT.emission)


def test_wire_shows_only_what_breaks() -> None:
    wire = find_rule_set("wire")

    assert {wire.level(rule, breaking=False) for rule in all_rules().values()} == {"none"}
    assert wire.level(the_rule("additional-properties-closed"), breaking=True) == "error"


def test_strict_counts_annotations_and_any_emission() -> None:
    strict = find_rule_set("strict")

    assert strict.emission == "any"
    assert strict.level(the_rule("default-changed"), breaking=False) == "error"


@pytest.mark.parametrize("name", sorted(rule_sets()))
def test_nothing_that_may_break_is_silent_outside_annotations(name: str) -> None:
    for rule in all_rules().values():
        if rule.about.effects != ("none",) and rule.level == "error":
            silent = find_rule_set(name).level(rule, breaking=True) == "none"
            assert not silent or rule.id in ("format-changed", "content-changed"), rule.id


def the_rule(name: str) -> Rule:
    (rule,) = find_rules(name)
    return rule


def test_an_unknown_set_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="strikt"):
        find_rule_set("strikt")


@pytest.mark.parametrize(
    "text",
    [
        "# No front matter\n",
        "---\nid: x\nabout: {fact: a}\n---\n# T\n",
        '---\nid: y\nabout: {fact: a}\nsince: "0.1"\n---\n# T\n',
        '---\nid: x\nabout: {fact: a}\nsince: "0.1"\nlevel: fatal\n---\n# T\n',
        '---\nid: x\nabout: {fact: a}\nsince: "0.1"\nwhy: b\n---\n# T\n',
        '---\nid: x\nabout: {fact: [a}\nsince: "0.1"\n---\n# T\n',
        '---\nid: x\nabout: {fact: a}\nsince: "0.1"\n---\nno heading\n',
        '---\nid: x\nabout: {fact: a}\nsince: "0.1"\n---\n# T\n## Flagged: half\n```json old\n{}\n```\n',
    ],
)
def test_a_malformed_rule_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        whole_rule(parse_head(text, name="x.md"))
