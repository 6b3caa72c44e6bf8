"""
Ids, aliases and messages: what users write down, and what they read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from schemadiff.changes.change_kinds import FACTS
from schemadiff.decide import Comparison, Terms, compare
from schemadiff.decide.waivers import apply_waivers
from schemadiff.errors import UsageError
from schemadiff.options import Options
from schemadiff.ruleset import RuleSet, all_rules, find_rules, renaming_note, rule_sets
from schemadiff.ruleset.rule import Rule
from schemadiff.ruleset.sets import _levels
from schemadiff.schema import load_value
from schemadiff.workspace.levels import renaming_notes, with_levels
from schemadiff.workspace.settings import parse_settings

WITHOUT_KEYWORD = {"schema-became-false", "schema-no-longer-false"}
"""Rules about boolean schemas, which have no keyword; facts count them among those of ``not``."""


def keywords_of(rule: Rule) -> set[str]:
    if rule.about.keywords:
        return set(rule.about.keywords)
    return {keyword for fact in FACTS if fact.name in rule.about.facts for keyword in fact.keywords}


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_each_message_names_its_keyword(rule: Rule) -> None:
    texts = [text for text in (rule.messages.changed, rule.messages.added, rule.messages.removed) if text]
    keywords = keywords_of(rule)
    # The texts of contract policy are about dates and promises; they are composed where they are found.
    assert texts or all(each.kind == "manifests" for each in rule.examples)
    if keywords and rule.id not in WITHOUT_KEYWORD:
        assert texts
        for text in texts:
            assert "{keyword}" in text or any(keyword in text for keyword in keywords), text
        assert len(keywords) > 1 or all("{keyword}" not in text for text in texts)


def test_every_alias_resolves_and_none_is_an_id() -> None:
    rules = all_rules()
    assert len(rules.aliases) >= 60
    for alias, ids in rules.aliases.items():
        assert alias not in rules
        assert ids
        assert rules.resolve(alias) == ids == tuple(rule.id for rule in find_rules(alias))
        assert all(alias in rules.names(each) for each in ids)
        assert str(renaming_note(alias)).count("`") == 2 + 2 * len(ids)


def test_a_name_that_is_no_alias_has_no_note() -> None:
    assert renaming_note("maximum-lowered") is None
    with pytest.raises(UsageError, match="no rule is called 'objekt-closed'") as caught:
        find_rules("objekt-closed")
    assert "object-closed" in (caught.value.remedy or "")


def test_fingerprints_keep_the_first_id() -> None:
    """
    Waivers hold fingerprints: a renaming must not change them.
    """
    rules = all_rules()
    assert rules["any-of-branch-added"].fingerprint_id == "shape-added"
    assert rules["misspelled-keyword"].fingerprint_id == "misspelled-keyword"
    assert rules["maximum-lowered"].fingerprint_id == "maximum-lowered"


def test_a_rule_set_may_name_old_ids() -> None:
    levels = _levels({"object-closed": "note", "shape-added": "none"}, "mine.md")

    assert levels == {
        "additional-properties-closed": "note",
        "unevaluated-properties-closed": "note",
        "any-of-branch-added": "none",
    }


def test_the_rule_sets_themselves_name_present_ids() -> None:
    for each in rule_sets().values():
        assert {*each.levels, *each.floors} <= {*all_rules()}


CLOSED = ({"type": "object"}, {"type": "object", "additionalProperties": False})


def compared() -> Comparison:
    old, new = map(load_value, CLOSED)
    return compare(
        old,
        new,
        contract="c",
        names=("old", "new"),
        terms=Terms(options=Options(rules=RuleSet(name="default"), emission="any")),
    )


@pytest.mark.parametrize(
    "settings",
    [
        '[levels]\n"object-closed" = "note"\n',
        '[[overrides]]\nrule = "object-closed"\nlevel = "note"\n',
        '[[overrides]]\nrule = "object-c*"\nlevel = "note"\n',
        '[levels]\n"additional-properties-closed" = "note"\n',
    ],
)
def test_settings_may_name_old_ids(settings: str) -> None:
    file = parse_settings(settings, "schemadiff.toml")
    assert file is not None
    (finding,) = with_levels(compared(), file.options).findings

    assert (finding.rule, finding.level) == ("additional-properties-closed", "note")
    expected = (str(renaming_note("object-closed")),) if '"object-closed"' in settings else ()
    assert renaming_notes(file.options) == expected


def test_a_waiver_may_name_an_old_id() -> None:
    from schemadiff.catalog import Waiver

    comparison = compared()
    (finding,) = comparison.findings
    waiver = Waiver("object-closed", None, finding.fingerprint, "read by us", "ada", date(2027, 1, 31))
    for rule, covered in (("object-closed", True), ("additional-properties-closed", True), ("object-opened", False)):
        waived = apply_waivers([comparison], [], [replace(waiver, rule=rule)], as_of=date(2026, 11, 29))
        assert bool(waived.used) is covered
        assert (waived.comparisons[0].findings[0].waived is not None) is covered
