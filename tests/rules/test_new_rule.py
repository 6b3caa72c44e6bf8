"""
A rule about a new event is one file: no Python names it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemadiff.decide import Terms, compare
from schemadiff.errors import InputError, InternalError, UsageError
from schemadiff.ruleset import all_rules, catalogue, rules_folder
from schemadiff.ruleset.about import parse_about
from schemadiff.ruleset.rule import parse_head, whole_rule
from schemadiff.ruleset.starter import starter
from schemadiff.schema import load_value

BODY = "# A title\n\nA reason.\n\n## Do this instead\nSomething.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """
    A copy of the rules that new files can be put into.
    """
    copy = tmp_path / "rules"
    shutil.copytree(rules_folder(), copy)
    monkeypatch.setattr(catalogue, "rules_folder", lambda: copy)
    all_rules.cache_clear()
    yield copy
    all_rules.cache_clear()


def add(folder: Path, name: str, *entries: str) -> None:
    text = "\n".join(("---", f"id: {name}", *entries, 'since: "0.1"', "---", BODY))
    (folder / "strings" / f"{name}.md").write_text(text)
    all_rules.cache_clear()


def findings(old: Any, new: Any) -> list[tuple[str, str]]:
    found = compare(load_value(old), load_value(new), contract="c", names=("old", "new"), terms=Terms())
    return [(each.rule, each.message) for each in found.findings]


@pytest.mark.parametrize(
    ("about", "fires", "silent"),
    [
        ("keyword: maxLength, effect: narrowed, old: absent", (None, 5), (9, 5)),
        ("keyword: maxLength, effect: narrowed, old: present", (9, 5), (None, 5)),
        ("keyword: maxLength, new: {const: 255}", (None, 255), (None, 254)),
        ("keyword: maxLength, effect: narrowed, new: {enum: [1, 2]}", (9, 2), (9, 3)),
    ],
)
def test_a_rule_with_conditions_on_values_fires_with_its_message(
    folder: Path, about: str, fires: tuple[int | None, int], silent: tuple[int | None, int]
) -> None:
    refines = "refines: [max-length-lowered, max-length-raised]"
    add(folder, "max-length-of-a-column", f"about: {{{about}}}", 'message: "{place}: maxLength is {new} now"', refines)

    def schemas(pair: tuple[int | None, int]) -> list[Any]:
        return [{"properties": {"a": {} if each is None else {"maxLength": each}}} for each in pair]

    assert findings(*schemas(fires)) == [("max-length-of-a-column", f"a: maxLength is {fires[1]} now")]
    assert [rule for rule, _ in findings(*schemas(silent))] == ["max-length-lowered"]


def test_a_rule_about_a_keyword_covers_all_its_facts(folder: Path) -> None:
    """
    No fact is called ``enum``; a rule about the keyword is about each fact that comes with it.
    """
    add(
        folder,
        "enum-added-to-a-string",
        "about: {keyword: enum, old: absent, new: {type: array}}",
        'message: "{place}: enum {new} added"',
        "refines: [enum-added]",
    )

    assert findings({"type": "string"}, {"type": "string", "enum": ["a"]}) == [
        ("enum-added-to-a-string", 'the message: enum ["a"] added')
    ]


def test_two_rules_about_one_change_are_an_error(folder: Path) -> None:
    add(folder, "max-length-added", "about: {keyword: maxLength, old: absent}", 'message: "{place}: maxLength"')

    with pytest.raises(InternalError, match="max-length-added and max-length-lowered are both about maxLength"):
        findings({}, {"maxLength": 5})
    assert [rule for rule, _ in findings({"maxLength": 9}, {"maxLength": 5})] == ["max-length-lowered"]


@pytest.mark.parametrize(
    ("name", "entry", "problem"),
    [
        ("max-length-lowered", "level: error", "two rules have the id 'max-length-lowered'"),
        ("my-rule", "aliases: [pattern-added]", "the alias 'pattern-added' is the id of another rule"),
        ("my-rule", "refines: [pattern-aded]", "refines: no rule is called 'pattern-aded'"),
    ],
)
def test_rules_that_contradict_each_other_are_refused_at_load(
    folder: Path, name: str, entry: str, problem: str
) -> None:
    (folder / "strings" / "more").mkdir()
    add(folder, f"more/{name}", f"about: {{keyword: title}}\n{entry}")
    path = folder / "strings" / "more" / f"{name}.md"
    path.write_text(path.read_text().replace(f"id: more/{name}", f"id: {name}"))

    with pytest.raises(InputError, match=problem):
        all_rules()


def test_a_message_with_an_unknown_placeholder_is_refused() -> None:
    text = '---\nid: x\nabout: {keyword: title}\nmessage: "{palce}: title"\nsince: "0.1"\n---\n# T\n'
    with pytest.raises(InputError, match="unknown placeholder") as caught:
        whole_rule(parse_head(text, name="x.md"))

    assert "{place}" in (caught.value.remedy or "")


@pytest.mark.parametrize("condition", ["gone", {"type": "text"}, {"const": 1, "enum": [1]}, {"enum": 1}, {}])
def test_a_malformed_condition_is_refused(condition: object) -> None:
    with pytest.raises(InputError, match="old is no condition"):
        parse_about({"keyword": "title", "old": condition}, "x.md")


@pytest.mark.parametrize(
    ("condition", "accepted", "rejected"),
    [
        ({"type": "integer"}, 3, 2.5),
        ({"type": ["string", None]}, None, True),
        ({"type": "boolean"}, True, 1),
        ({"const": 1}, 1, True),
        ({"enum": ["a", "b"]}, "b", "c"),
    ],
)
def test_conditions_compare_json_values(condition: object, accepted: object, rejected: object) -> None:
    about = parse_about({"keyword": "default", "new": condition}, "x.md")

    assert about.new.holds(accepted)
    assert not about.new.holds(rejected)


@pytest.mark.parametrize("effect", [None, "narrowed", "none"])
def test_a_starter_is_a_rule_whose_placeholders_its_tests_refuse(folder: Path, effect: str | None) -> None:
    text = starter("max-length-of-a-column", keyword="maxLength", effect=effect, since="0.1")
    (folder / "strings" / "max-length-of-a-column.md").write_text(text)
    all_rules.cache_clear()
    rule = all_rules()["max-length-of-a-column"]

    assert [each.flagged for each in rule.examples] == [True, False]
    assert "TODO" in rule.title
    assert rule.messages.added == "{place}: maxLength {new} added"
    # The other rules about these changes step back: nothing is in conflict, and the new rule fires.
    if effect != "none":
        assert findings({}, {"maxLength": 5}) == [("max-length-of-a-column", "the message: maxLength 5 added")]
    old, new = (each.replace("TODO", "title") for each in (rule.examples[0].old, rule.examples[0].new))
    assert old != new


def test_a_starter_needs_a_free_id_and_a_known_keyword() -> None:
    for name in ("object-closed", "maximum-lowered", "Max", "a--b", ""):
        with pytest.raises(UsageError, match="id"):
            starter(name, keyword=None, effect=None, since="0.1")
    with pytest.raises(UsageError, match="no keyword 'maxLenght'") as caught:
        starter("a-b", keyword="maxLenght", effect=None, since="0.1")
    assert caught.value.remedy == "Did you mean maxLength?"
