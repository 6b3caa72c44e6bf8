"""
What a contract refers to is part of it, however the reference is spelled.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gated import Repository, findings, rules

from schemadiff.errors import InputError
from schemadiff.report import render

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
DRAFT2020 = "https://json-schema.org/draft/2020-12/schema"
DRAFT4, DRAFT7 = "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"


@pytest.fixture
def empty(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def prop(reference: str, **more: Any) -> str:
    return json.dumps({**more, "properties": {"a": {"$ref": reference}}})


SPELLINGS = {
    "plain": ("c/o.v1.json", prop("t.json"), "c/t.json"),
    "dotted": ("c/o.v1.json", prop("./t.json#"), "c/t.json"),
    "up": ("c/o.v1.json", prop("../d/t.json"), "d/t.json"),
    "round about": ("c/o.v1.json", prop("../c/../d/t.json"), "d/t.json"),
    "percent-encoded": ("c/o.v1.json", prop("my%20t.json"), "c/my t.json"),
    "a number sign in the name": ("c/o.v1.json", prop("t%23.json"), "c/t#.json"),
    "odd characters in the name": ("c/o.v1.json", prop("t,'%20}.json"), "c/t,' }.json"),
    "a query": ("c/o.v1.json", prop("t.json?version=2"), "c/t.json"),
    "escaped": ("c/o.v1.json", '{"properties": {"a": {"\\u0024ref": "\\u0074.json"}}}', "c/t.json"),
    "an absolute identifier": ("c/o.v1.json", prop("t.json", **{"$id": "https://acme.example/x/o.json"}), "c/t.json"),
    "a path from the identifier's root": (
        "c/o.v1.json",
        prop("/x/t.json", **{"$id": "https://acme.example/x/o.json"}),
        "c/t.json",
    ),
    "the address of a sibling": (
        "c/o.v1.json",
        prop("https://acme.example/x/t.json", **{"$id": "https://acme.example/x/o.json"}),
        "c/t.json",
    ),
    "a urn": ("c/o.v1.json", prop("t.json", **{"$id": "urn:acme:order"}), "c/t.json"),
    "an identifier that is a path": ("c/o.v1.json", prop("t.json", **{"$id": "sub/o.json"}), "c/sub/t.json"),
    "the file beside an identifier that is a path": (
        "c/o.v1.json",
        prop("t.json", **{"$id": "sub/o.json"}),
        "c/t.json",
    ),
    "a nested identifier": (
        "c/o.v1.json",
        json.dumps({"properties": {"a": {"$id": "sub/", "properties": {"b": {"$ref": "t.json"}}}}}),
        "c/sub/t.json",
    ),
    "draft-04": ("c/o.v1.json", prop("t.json", id="https://acme.example/o.json", **{"$schema": DRAFT4}), "c/t.json"),
    "a definition that is a reference": (
        "c/o.v1.json",
        json.dumps({"properties": {"a": {"$ref": "#/$defs/t"}}, "$defs": {"t": {"$ref": "t.json"}}}),
        "c/t.json",
    ),
    "in YAML": ("c/o.v1.yaml", "properties:\n  a:\n    $ref: t.json\n", "c/t.json"),
    "a quoted name in YAML": ("c/o.v1.yaml", "properties: {a: {'$ref': 't.json'}}\n", "c/t.json"),
    "an escaped name in YAML": ("c/o.v1.yaml", 'properties: {a: {"\\U00000024ref": t.json}}\n', "c/t.json"),
    "a folded value in YAML": ("c/o.v1.yaml", "properties:\n  a:\n    $ref: >-\n      t.json\n", "c/t.json"),
    "a tagged value in YAML": ("c/o.v1.yaml", "properties: {a: {$ref: !!str t.json}}\n", "c/t.json"),
    "an anchor in YAML": (
        "c/o.v1.yaml",
        "x-names: [&ref $ref, &to t.json]\nproperties:\n  a:\n    *ref : *to\n",
        "c/t.json",
    ),
    "a merge in YAML": ("c/o.v1.yaml", "x-t: &t {$ref: t.json}\nproperties:\n  a: {<<: *t}\n", "c/t.json"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_edit_of_what_a_contract_refers_to_is_compared(spelling: str, empty: Repository) -> None:
    path, text, target = SPELLINGS[spelling]
    dialect = {"$schema": DRAFT4} if DRAFT4 in text else {}
    empty.write(path, text)
    empty.write(target, {**dialect, **TEXT})
    empty.commit()
    empty.write(target, {**dialect, **NUMBER})

    assert set(findings(empty.check(contracts="c"))) == {("type-changed", "breaking")}


def test_a_second_hop_by_its_address(empty: Repository) -> None:
    address = "https://acme.example/schemas/"
    empty.write("c/o.v1.json", prop("lib/a.json"))
    empty.write("c/lib/a.json", {"$id": f"{address}a", "$ref": f"{address}b"})
    empty.write("elsewhere/b.json", {"$id": f"{address}b", **TEXT})
    empty.commit()
    empty.write("elsewhere/b.json", {"$id": f"{address}b", **NUMBER})

    assert set(findings(empty.check(contracts="c"))) == {("type-changed", "breaking")}


def test_by_identifier_only(empty: Repository) -> None:
    """
    Nothing in the path of the file says that it is meant.
    """
    item = {"$id": "https://acme.example/schemas/item"}
    empty.write("contracts/stats.v1.json", prop(item["$id"], **{"$id": "https://acme.example/schemas/stats"}))
    empty.write("contracts/lib/item.json", {**item, **TEXT})
    empty.commit()
    empty.write("contracts/lib/item.json", {**item, **NUMBER})

    assert findings(empty.check()) == [("type-changed", "breaking")]


def test_links_are_followed_inside_the_tree(empty: Repository) -> None:
    """
    To files and to folders; what is edited is the target.
    """
    for number, link in enumerate(("c/t.json", "c/lib")):
        empty.write(f"c/o{number}.v1.json", prop("t.json" if link.endswith("json") else "lib/t.json"))
    empty.write("shared/t.json", TEXT)
    (empty.root / "c/t.json").symlink_to("../shared/t.json")
    (empty.root / "c/lib").symlink_to("../shared", target_is_directory=True)
    empty.commit()
    empty.write("shared/t.json", NUMBER)
    in_the_working_tree = findings(empty.check(contracts="c"))
    head = empty.commit()

    assert in_the_working_tree == [("type-changed", "breaking")] * 2
    assert findings(empty.check("HEAD~1", head=head, contracts="c")) == in_the_working_tree


def test_a_link_to_another_file_is_an_edit(empty: Repository) -> None:
    empty.write("c/o.v1.json", prop("t.json"))
    empty.write("shared/text.json", TEXT)
    empty.write("shared/number.json", NUMBER)
    (empty.root / "c/t.json").symlink_to("../shared/text.json")
    empty.commit()
    (empty.root / "c/t.json").unlink()
    (empty.root / "c/t.json").symlink_to("../shared/number.json")

    assert findings(empty.check(contracts="c")) == [("type-changed", "breaking")]


def test_a_link_out_of_the_tree_is_no_file_of_it(empty: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "t.json"
    outside.write_text("{}")
    empty.write("c/o.v1.json", {"type": "object"})
    empty.commit()
    empty.write("c/o.v1.json", prop("t.json"))
    (empty.root / "c/t.json").symlink_to(outside)

    assert rules(empty.check(contracts="c")) == ["input-unreadable"]


def test_a_deleted_target_is_the_mistake_of_the_change(empty: Repository) -> None:
    empty.write("c/o.v1.json", prop("t.json"))
    empty.write("c/t.json", TEXT)
    empty.commit()
    (empty.root / "c/t.json").unlink()

    (remark,) = (each for each in empty.check(contracts="c/o.v1.json/..").remarks if each.unreadable)

    assert remark.message == "the reference 't.json' leads to nothing: there is no c/t.json"
    assert (remark.place.name, remark.place.line) == ("c/o.v1.json", 1)


@pytest.mark.parametrize("mended", ["t.json", "#/$defs/t"])
def test_a_change_that_mends_a_reference_passes(mended: str, empty: Repository) -> None:
    """
    What the base has wrong is the base's mistake.
    """
    definitions = {"$defs": {"t": TEXT}}
    empty.write("c/o.v1.json", prop("#/$defs/typo", **definitions))
    empty.write("c/t.json", TEXT)
    empty.commit()
    empty.write("c/o.v1.json", prop(mended, **definitions))

    report = empty.check(contracts="c")
    (remark,) = (each for each in report.remarks if each.rule.startswith("input"))

    assert (remark.rule, remark.level, remark.unreadable) == ("input-mended", "warning", False)
    assert report.exit_code == 0


def test_what_is_wrong_on_both_sides_counts_where_the_change_touches_it(empty: Repository) -> None:
    empty.write("c/o.v1.json", prop("#/$defs/typo"))
    empty.write("c/p.v1.json", TEXT)
    empty.commit()
    empty.write("c/p.v1.json", {**TEXT, "title": "x"})
    beside = empty.check(contracts="c")
    empty.write("c/o.v1.json", prop("#/$defs/typo", title="x"))
    touched = empty.check(contracts="c")

    assert [each.rule for each in beside.remarks if each.rule.startswith("input")] == ["input-broken-at-base"]
    assert beside.exit_code == 0
    assert [each.rule for each in touched.remarks if each.rule.startswith("input")] == ["input-unreadable"]
    assert touched.exit_code == 4


def test_an_unrelated_edit_reads_no_contract_that_it_does_not_reach(empty: Repository) -> None:
    empty.write("c/o.v1.json", prop("t.json"))
    empty.write("c/t.json", TEXT)
    empty.write("other.json", TEXT)
    empty.commit()
    empty.write("other.json", NUMBER)

    assert findings(empty.check(contracts="c")) == []


def test_the_gate_reads_dialects_and_resources_from_the_base(empty: Repository) -> None:
    """
    The change does not say how it is read.
    """
    empty.write("c/o.v1.json", prop("acme:t.json", **{"$schema": "https://acme.example/meta"}))
    empty.write("lib/t.json", TEXT)
    empty.write("schemadiff.toml", '[dialects]\n"https://acme.example/meta" = "draft7"\n[resources]\n"acme:" = "lib"\n')
    empty.commit()
    empty.write("lib/t.json", NUMBER)
    empty.write("schemadiff.toml", "")

    assert ("type-changed", "breaking") in findings(empty.check(contracts="c"))


def test_the_gate_takes_a_dialect(empty: Repository) -> None:
    empty.write("c/o.v1.json", {"$schema": "https://acme.example/meta", **TEXT})
    empty.commit()
    empty.write("c/o.v1.json", {"$schema": "https://acme.example/meta", **NUMBER})

    assert findings(empty.check(contracts="c")) == [("meta-schema-unknown", "undecided")]
    assert findings(empty.check(contracts="c", dialect="2019-09")) == [("type-changed", "breaking")]


def test_a_way_out_of_the_tree_is_bad_input(empty: Repository) -> None:
    empty.write("c/o.v1.json", {"type": "object"})
    empty.commit()
    for reference in ("../../x.json", "//host/x.json", "file:///etc/passwd"):
        empty.write("c/o.v1.json", prop(reference))
        (remark,) = (each for each in empty.check(contracts="c").remarks if each.unreadable)
        assert "out of the tree" in remark.message
        assert InputError.exit_code == 4


@pytest.mark.parametrize(
    "anchored", [{"$id": "#a", **TEXT}, {"definitions": {"t": {"$id": "#a", **TEXT}}, "$ref": "#a"}]
)
def test_a_part_has_the_dialect_of_those_that_refer_to_it(empty: Repository, anchored: dict[str, Any]) -> None:
    """
    A file without a meta-schema that is a contract by its place is read as the contracts that refer to it read it.
    """
    empty.write("contracts/o.v1.json", prop("part.json", **{"$schema": DRAFT7}))
    empty.write("contracts/p.v1.json", prop("part.json", **{"$schema": DRAFT7}))
    empty.write("contracts/part.json", anchored)
    empty.commit()
    empty.write("contracts/part.json", json.dumps(anchored).replace("string", "integer"))
    report = empty.check()

    assert (report.exit_code, rules(report)) == (1, [])
    assert set(findings(report)) == {("type-changed", "breaking")}


def test_a_part_of_two_dialects_is_read_as_without_them(empty: Repository) -> None:
    empty.write("contracts/o.v1.json", prop("part.json", **{"$schema": DRAFT7}))
    empty.write("contracts/p.v1.json", prop("part.json", **{"$schema": DRAFT2020}))
    empty.write("contracts/part.json", {"dependencies": {"a": ["b"]}})
    empty.commit()
    empty.write("contracts/part.json", {"dependencies": {"a": ["b", "c"]}})
    report = empty.check()

    breaking = {
        each.contract for each in report.comparisons if any(f.classification.value == "breaking" for f in each.findings)
    }
    assert (report.exit_code, breaking) == (1, {"o"})


@pytest.mark.parametrize("name", ["t.jsonschema", "T.JSON", "t/1-0-0", "t.schema.YAML"])
def test_identifiers_are_found_in_every_schema_file(empty: Repository, name: str) -> None:
    identifier = "https://acme.example/t"
    empty.write("c/o.v1.json", {"not": {"$ref": identifier}})
    empty.write(f"c/{name}", {"$id": identifier, "type": ["string", "integer"]})
    empty.commit()
    empty.write(f"c/{name}", {"$id": identifier, "type": ["string", "integer", "boolean"]})

    assert "breaking" in [verdict for _, verdict in findings(empty.check())]


def test_a_change_that_moves_an_identifier_reaches_those_that_use_it(empty: Repository) -> None:
    """
    The file that a reference meant at the base counts, though the change leaves the file that it means now alone.
    """
    identifier = "https://acme.example/t"
    empty.write("c/o.v1.json", prop(identifier))
    empty.write("c/t.json", {"$id": identifier, **TEXT})
    empty.write("far/away/t.json", {"$id": identifier, **NUMBER})
    empty.commit()
    empty.write("c/t.json", {"$id": identifier + "-old", **TEXT})

    assert ("type-changed", "breaking") in findings(empty.check())


def test_a_meta_schema_of_ones_own_is_reached_whatever_else_a_schema_mentions(empty: Repository) -> None:
    own = "https://acme.example/meta"
    comment = "as in https://json-schema.org/"
    empty.write("c/o.v1.json", {"$schema": own, "$comment": comment, "dependencies": {"a": ["b"]}})
    empty.write("meta/acme.json", {"$id": own, "$schema": DRAFT7, "allOf": [{"$ref": DRAFT7}]})
    empty.commit()
    empty.write("meta/acme.json", {"$id": own, "$schema": DRAFT2020, "allOf": [{"$ref": DRAFT2020}]})

    assert [each.contract for each in empty.check(contracts="c").comparisons] == ["o"]


BROKEN = ["{nope", "", '{"type": "strng"}', '{"type": "string", "type": "integer"}', '{"$ref": "nowhere.json"}']


@pytest.mark.parametrize("text", BROKEN)
def test_what_a_change_leaves_broken_is_a_warning_in_every_format(empty: Repository, text: str) -> None:
    empty.write("c/bad.v1.json", text)
    empty.write("c/o.v1.json", TEXT)
    empty.commit()
    empty.write("c/o.v1.json", {**TEXT, "title": "t"})
    report = empty.check()

    assert (report.exit_code, rules(report)) == (0, ["input-broken-at-base"])
    for name in ("terminal", "json", "markdown", "github", "sarif", "junit", "html"):
        assert "bad.v1.json" in render(report, name)
        assert "input-broken-at-base" in render(report, name)


def test_a_manifest_that_a_change_leaves_broken_fails_what_depends_on_it(empty: Repository) -> None:
    empty.write("c/contracts.yaml", "schemadiff: 1\ncontracts: [")
    empty.write("c/o.v1.json", TEXT)
    empty.write("other/o.v1.json", TEXT)
    empty.commit()
    empty.write("other/o.v1.json", {**TEXT, "title": "t"})
    report = empty.check()
    assert (report.exit_code, rules(report)) == (0, ["input-broken-at-base"])

    empty.write("c/o.v1.json", {**TEXT, "title": "t"})
    report = empty.check()
    assert (report.exit_code, rules(report)) == (4, ["input-unreadable"])


def test_settings_that_a_change_mends(empty: Repository) -> None:
    empty.write("c/o.v1.json", TEXT)
    empty.write("schemadiff.toml", "promise =")
    empty.commit()
    empty.write("c/o.v1.json", {**TEXT, "title": "t"})
    with pytest.raises(InputError, match="not TOML"):
        empty.check()

    empty.write("schemadiff.toml", 'promise = "full"\n')
    report = empty.check()
    assert (report.exit_code, "input-mended" in rules(report)) == (0, True)

    empty.write("schemadiff.toml", 'promise = "none"\n')
    assert "policy-weakened" in rules(empty.check())
