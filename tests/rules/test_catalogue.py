"""
Every event has exactly one rule, and every rule an event.
"""

from __future__ import annotations

from itertools import product

import pytest

from schemadiff.changes.change_kinds import FACTS, Fact
from schemadiff.keywords import MODERN, Role
from schemadiff.keywords.model import Effect
from schemadiff.ruleset import all_rules
from schemadiff.ruleset.about import ANY_VALUE
from schemadiff.ruleset.rule import Rule

EVENTS = [
    (fact, keyword, effect, model)
    for fact in FACTS
    for keyword, effect, model in product(fact.keywords or ("requried",), fact.effects, fact.models or (None,))
]

EXEMPT_RULES = {
    "combined-incompatibility": "it is about all changes together, and has no change of its own",
    "meta-schema-unknown": "it is about the pair, of which nothing is said",
    "reference-assumed": "it is about what the verdict rests on",
}
EXEMPT_KEYWORDS = {
    "$defs": "a container: what is in it counts where a reference leads to it",
    "definitions": "a container, as $defs",
    "id": "draft-04's $id, read as such",
    "$anchor": "a name that references use; a reference that follows it there or elsewhere is compared by its target",
    "$dynamicAnchor": "as $anchor",
    "$recursiveAnchor": "as $anchor",
    "required": "told by the names that it demands: property-became-required and others",
    "properties": "told by its members: property-added and others",
}


def covering(fact: Fact, keyword: str, effect: Effect, model: str | None) -> list[Rule]:
    return [rule for rule in all_rules().values() if rule.about.covers(fact.name, keyword, effect.value, model)]


def depends_on_values(rule: Rule) -> bool:
    return not rule.about.old == rule.about.new == ANY_VALUE


def rules_about(fact: Fact, keyword: str, effect: Effect, model: str | None) -> list[str]:
    """
    The rules about an event with any values; a rule with conditions on values is about some of its changes only.
    """
    found = [rule for rule in covering(fact, keyword, effect, model) if not depends_on_values(rule)]
    refined = {name for rule in found for name in rule.refines}
    return [rule.id for rule in found if rule.id not in refined]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: f"{e[0].name} {e[1]} {e[2].value} {e[3] or ''}")
def test_each_event_has_exactly_one_rule(event: tuple[Fact, str, Effect, str | None]) -> None:
    assert len(rules_about(*event)) == 1, rules_about(*event)


def test_each_rule_has_an_event() -> None:
    used = {rule for event in EVENTS for rule in rules_about(*event)}
    used |= {rule.id for event in EVENTS for rule in covering(*event) if depends_on_values(rule)}
    about_pairs = {rule.id for rule in all_rules().values() if any(each.kind == "pair" for each in rule.examples)}

    assert about_pairs - used == set(EXEMPT_RULES) & set(all_rules())
    assert used.isdisjoint(EXEMPT_RULES)


def test_each_keyword_is_told_of_by_an_event() -> None:
    told = {keyword for fact in FACTS for keyword in fact.keywords}
    silent = {name for name in MODERN if name not in told}
    told_by_members = {"required", "properties"}

    assert silent | told_by_members == set(EXEMPT_KEYWORDS), silent ^ set(EXEMPT_KEYWORDS)
    assert all(EXEMPT_KEYWORDS.values())


def test_each_assertion_comes_with_every_direction_in_which_it_can_change() -> None:
    for row in MODERN.values():
        if row.role is Role.ASSERTION:
            effects = {effect for fact in FACTS if row.name in fact.keywords for effect in fact.effects}
            assert {Effect.NARROWED, Effect.WIDENED} <= effects, row.name


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_ids_name_the_event(rule: Rule) -> None:
    assert rule.id == rule.id.lower()
    assert not any(word in rule.id for word in ("breaking", "incompatible", "error", "invalid"))
    assert len(rule.title) <= 90
    assert not rule.title.endswith(".")
