"""
References, identifiers and dialects on the command line: what is compared, what is assumed, what is refused.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import schemadiff
from schemadiff import Options
from schemadiff.cli.main import main
from schemadiff.errors import InputError
from schemadiff.report import Report
from schemadiff.report.formats import REPORTERS

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
DRAFT4 = "http://json-schema.org/draft-04/schema#"
DRAFT7 = "http://json-schema.org/draft-07/schema#"
LATER = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://acme.example/"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """
    Runs the command line in the folder: exit code, and what was written to both streams.
    """
    monkeypatch.chdir(tmp_path)

    def called(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as done:
            main(list(words))
        return int(str(done.value.code or 0)), "".join(capsys.readouterr())

    return called


def write(folder: Path, files: dict[str, Any]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))


def both(folder: Path, common: dict[str, Any], **changed: tuple[Any, Any]) -> None:
    """
    Two folders, old and new; a file that changes has two contents.
    """
    for number, side in enumerate(("old", "new")):
        write(folder / side, {**common, **{f"{name}.json": pair[number] for name, pair in changed.items()}})


def compared(folder: Path, name: str = "o.json", **options: Any) -> Report:
    return schemadiff.compare(f"old/{name}", f"new/{name}", folder=folder, options=Options(**options))


def rules(report: Report) -> list[str]:
    return [finding.rule for pair in report.comparisons for finding in pair.findings]


def o(reference: str, **more: Any) -> dict[str, Any]:
    return {**more, "properties": {"n": {"$ref": reference}}}


BESIDE = {
    "absolute": o("name.json", **{"$id": f"{BASE}o.json"}),
    "deeper": o("name.json", **{"$id": f"{BASE}a/b/o"}),
    "urn": o("name.json", **{"$id": "urn:acme:order"}),
    "its address": o(f"{BASE}o/name.json", **{"$id": f"{BASE}o/o.json"}),
    "from the root": o("/name.json", **{"$id": f"{BASE}o.json"}),
    "draft-04": o("name.json", id=f"{BASE}o.json", **{"$schema": DRAFT4}),
    "draft-07": o("name.json#", **{"$id": f"{BASE}o.json", "$schema": DRAFT7}),
}


@pytest.mark.parametrize("own", [{}, {"$id": f"{BASE}common/v1/name"}, {"$id": "urn:acme:name"}])
@pytest.mark.parametrize("case", BESIDE)
def test_a_file_beside_is_found_whatever_the_identifiers_are(case: str, own: dict[str, str], tmp_path: Path) -> None:
    """
    And both validators are given the same one, so that they confirm the counter-example.
    """
    if case == "its address" and own:
        pytest.skip("an address means what has that identifier")
    both(tmp_path, {"o.json": BESIDE[case]}, name=({**own, **TEXT}, {**own, **NUMBER}))

    (comparison,) = compared(tmp_path).comparisons
    (finding,) = comparison.findings

    assert (finding.rule, finding.classification.value) == ("type-changed", "breaking")
    assert finding.backward.counter_example is not None
    assert finding.backward.counter_example.confirmed_by == ("jsonschema", "jsonschema-rs")


def test_an_identifier_comes_before_the_file_beside(tmp_path: Path) -> None:
    """
    What the URI names is what is meant.
    """
    other = {"lib/x.json": {"$id": f"{BASE}name.json", **NUMBER}}
    both(tmp_path, {"o.json": o("name.json", **{"$id": f"{BASE}o.json"}), **other}, name=(TEXT, {"type": "null"}))

    assert rules(compared(tmp_path)) == []


DANGLING = {
    "#/$defs/adress": ("has no 'adress' at #/$defs", "#/$defs/address"),
    "#/$defs/ADDRESS": ("has no 'ADDRESS' at #/$defs", "#/$defs/address"),
    "#/definitions/address": ("has no 'definitions'", "#/$defs/address"),
    "#adres": ("has no anchor 'adres'", "#adress"),
    "name.json#/$defs/x": ("has no '$defs'", None),
    "Name.json": ("there is no old/Name.json", "name.json"),
    ".\\name.json": ("there is no old/.\\name.json", "name.json"),
    "name": ("there is no old/name", "name.json"),
    "nam.json": ("there is no old/nam.json", "name.json"),
    "sub/name.json": ("there is no old/sub/name.json", None),
    "#/$defs/address/enum/0": ("is no schema", None),
}


@pytest.mark.parametrize("reference", DANGLING)
def test_a_reference_that_leads_nowhere_is_bad_input(reference: str, tmp_path: Path, run: Run) -> None:
    """
    With its place, and with what was probably meant.
    """
    message, meant = DANGLING[reference]
    defined = {"address": {"enum": [1], "$anchor": "adress"}}
    text = f'{{"$defs": {json.dumps(defined)},\n "properties": {{"n":\n   {{"$ref": {json.dumps(reference)}}}}}}}'
    write(tmp_path, {"old/o.json": text, "old/name.json": TEXT})

    code, said = run("old/o.json", "old/o.json")

    assert code == 4
    assert said.startswith(f"error: old/o.json:3:5: the reference {reference!r} leads to no")
    assert message in said
    assert (f"Did you mean {meant!r}?" in said) if meant else ("Did you mean" not in said)


@pytest.mark.parametrize("reference", ["Name.json", "name", ".\\name.json"])
def test_a_near_miss_beside_an_identifier_is_bad_input(reference: str, tmp_path: Path) -> None:
    write(tmp_path, {"o.json": o(reference, **{"$id": f"{BASE}o.json"}), "name.json": TEXT})

    with pytest.raises(InputError, match=r"Did you mean 'name\.json'"):
        schemadiff.load("o.json", folder=tmp_path)


def test_lint_finds_a_dangling_reference(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o("#/$defs/x"), "p.json": TEXT})

    code, said = run("lint", "o.json", "p.json")

    assert code == 4
    assert "o.json:1:23" in said
    assert "the reference '#/$defs/x' leads to nothing" in said


def test_every_command_refuses_a_dangling_reference(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o("#/$defs/x"), "p.json": TEXT})

    for words in (["contains", "o.json", "p.json"], ["generate", "o.json"], ["o.json", "p.json"], ["p.json", "o.json"]):
        assert run(*words)[0] == 4


def test_a_file_without_a_dialect_takes_that_of_the_schema_that_refers_to_it(tmp_path: Path) -> None:
    changed = [{"type": "object", "dependencies": {"a": names}} for names in (["b"], ["b", "c"])]
    both(tmp_path, {"o.json": {"$schema": DRAFT7, "properties": {"t": {"$ref": "s.json"}}}}, s=(changed[0], changed[1]))

    (comparison,) = compared(tmp_path).comparisons

    assert comparison.backward.verdict.value == "breaking"
    assert rules(compared(tmp_path, "s.json", promise="full")) != rules(compared(tmp_path, promise="full"))


def test_two_dialects_may_refer_to_a_file_that_means_the_same_in_both(tmp_path: Path) -> None:
    seventh = {"$schema": DRAFT7, "properties": {"n": {"$ref": "s.json"}}}
    top = {"$schema": LATER, "properties": {"a": {"$ref": "seventh.json"}, "b": {"$ref": "s.json"}}}
    write(tmp_path, {"o.json": top, "seventh.json": seventh, "s.json": {"properties": {"x": TEXT}}})
    schemadiff.load("o.json", folder=tmp_path)

    write(tmp_path, {"s.json": {"dependencies": {"a": ["b"]}}})
    with pytest.raises(InputError, match="they read it differently"):
        schemadiff.load("o.json", folder=tmp_path)


SPELLINGS = {
    "draft4": ["http://json-schema.org/draft-04/schema", "https://json-schema.org/draft-04/schema#"],
    "draft6": ["http://json-schema.org/draft-06/hyper-schema#", "https://json-schema.org/draft-06/schema"],
    "draft7": ["http://json-schema.org/draft-07/hyper-schema#", "https://json-schema.org/draft-07/schema#"],
    "2019-09": ["http://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2019-09/schema#"],
    "2020-12": ["http://json-schema.org/draft/2020-12/schema#", "https://json-schema.org/draft/2020-12/hyper-schema"],
}


@pytest.mark.parametrize("dialect", SPELLINGS)
def test_spellings_of_one_meta_schema_are_one(dialect: str) -> None:
    for uri in SPELLINGS[dialect]:
        schema = schemadiff.load({"$schema": uri})
        assert schema.dialect == dialect
        assert rules(schemadiff.compare({"$schema": uri, **TEXT}, {"$schema": uri, **NUMBER})) == ["type-changed"]


UNKNOWN = [
    "http://json-schema.org/draft-03/schema#",
    "http://json-schema.org/draft-07-typo/schema#",
    "https://json-schema.org/draft/2022-99/schema",
    "http://json-schema.org/schema#",
    f"{BASE}meta",
    "iglu:com.acme/self-desc/jsonschema/1-0-0",
]


@pytest.mark.parametrize("uri", UNKNOWN)
def test_an_unknown_meta_schema_leaves_the_pair_undecided_once(uri: str, tmp_path: Path, run: Run) -> None:
    both(tmp_path, {}, o=({"$schema": uri, "required": True, **TEXT}, {"$schema": uri, **NUMBER, "minimum": 1}))

    code, said = run("old/o.json", "new/o.json")

    assert code == 3
    assert said.count("meta-schema-unknown · ") == 1
    assert "--dialect" in said
    assert f'[dialects] "{uri}" = "DIALECT"'.replace(" ", "") in said.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("dialect", SPELLINGS)
def test_a_dialect_can_be_given_for_an_unknown_meta_schema(dialect: str, tmp_path: Path, run: Run) -> None:
    both(tmp_path, {}, o=({"$schema": f"{BASE}meta", **TEXT}, {"$schema": f"{BASE}meta", **NUMBER}))

    assert run("old/o.json", "new/o.json", "--dialect", dialect)[0] == 1
    assert run("contains", "old/o.json", "new/o.json", "--dialect", dialect)[0] == 1
    assert run("generate", "old/o.json", "--dialect", dialect)[0] == 0

    write(tmp_path, {"schemadiff.toml": f'[dialects]\n"{BASE}meta" = "{dialect}"\n'})
    assert run("old/o.json", "new/o.json")[0] == 1


def test_the_dialect_of_the_settings_is_not_that_of_unknown_meta_schemas(tmp_path: Path, run: Run) -> None:
    both(tmp_path, {}, o=({"$schema": f"{BASE}meta", **TEXT}, {"$schema": f"{BASE}meta", **NUMBER}))
    write(tmp_path, {"schemadiff.toml": 'dialect = "draft7"\n'})

    assert run("old/o.json", "new/o.json")[0] == 3


def test_an_unknown_dialect_in_the_settings_is_placed(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": TEXT, "schemadiff.toml": f'[dialects]\n"{BASE}meta" = "draft8"\n'})

    code, said = run("o.json", "o.json")

    assert code == 4
    assert said.startswith("error: schemadiff.toml:2:1")


VOCABULARIES = {f"https://json-schema.org/draft/2020-12/vocab/{name}": True for name in ("core", "applicator")}
META = {
    "all vocabularies": (
        {
            "$schema": LATER,
            "$vocabulary": {
                **VOCABULARIES,
                "https://json-schema.org/draft/2020-12/vocab/validation": True,
                "https://json-schema.org/draft/2020-12/vocab/unevaluated": True,
                f"{BASE}vocab": False,
            },
        },
        1,
    ),
    "a required one that is unknown": (
        {
            "$schema": LATER,
            "$vocabulary": {
                **VOCABULARIES,
                "https://json-schema.org/draft/2020-12/vocab/validation": True,
                "https://json-schema.org/draft/2020-12/vocab/unevaluated": True,
                f"{BASE}vocab": True,
            },
        },
        3,
    ),
    "one left out": ({"$schema": LATER, "$vocabulary": VOCABULARIES}, 3),
    "an allOf": ({"$schema": DRAFT7, "allOf": [{"$ref": DRAFT7}, {"required": ["title"]}]}, 1),
    "a reference": ({"$schema": LATER, "$ref": LATER}, 1),
    "another of one's own": ({"$schema": LATER, "allOf": [{"$ref": f"{BASE}base"}]}, 1),
    "nothing": ({"$schema": DRAFT7}, 3),
}


@pytest.mark.parametrize("case", META)
def test_a_meta_schema_at_hand_is_read(case: str, tmp_path: Path, run: Run) -> None:
    meta, code = META[case]
    write(
        tmp_path, {"meta/m.json": {"$id": f"{BASE}meta", **meta}, "meta/b.json": {"$id": f"{BASE}base", "$ref": LATER}}
    )
    both(tmp_path, {}, o=({"$schema": f"{BASE}meta", **TEXT}, {"$schema": f"{BASE}meta", **NUMBER}))

    assert run("old/o.json", "new/o.json")[0] == code


def test_a_dialect_that_is_given_reads_no_keyword_that_is_left_out(tmp_path: Path, run: Run) -> None:
    """
    Under such a meta-schema ``type`` asserts nothing. An additional vocabulary is another matter.
    """
    both(tmp_path, {}, o=({"$schema": f"{BASE}meta", **TEXT}, {"$schema": f"{BASE}meta", **NUMBER}))
    for case, code in (("one left out", 3), ("a required one that is unknown", 1)):
        write(tmp_path, {"m.json": {"$id": f"{BASE}meta", **META[case][0]}})
        assert run("old/o.json", "new/o.json", "--dialect", "2020-12")[0] == code


def test_a_dialect_that_is_no_string_is_bad_input(tmp_path: Path, run: Run) -> None:
    for value in (["x"], 7, None, {}):
        write(tmp_path, {"o.json": {"$schema": value, **TEXT}})
        code, said = run("o.json", "o.json")
        assert code == 4
        assert "$schema: it is not a string" in said


@pytest.mark.parametrize(
    ("reference", "prefix", "target", "file"),
    [
        ("file://name.v1.schema.json#/definitions/X", "file://", "schemas", "schemas/name.v1.schema.json"),
        ("acme://types/x.json#/definitions/X", "acme://types/", "lib/types", "lib/types/x.json"),
        ("iglu:com.acme/x/jsonschema/1-0-0#/definitions/X", "iglu:", "iglu", "iglu/com.acme/x/jsonschema/1-0-0"),
        ("urn:acme:x#/definitions/X", "urn:acme:x", "x.json", "x.json"),
        (f"{BASE}x%20y.json#/definitions/X", BASE, "lib/", "lib/x y.json"),
    ],
)
def test_the_settings_map_uris_to_files(
    reference: str, prefix: str, target: str, file: str, tmp_path: Path, run: Run
) -> None:
    write(tmp_path, {"o.json": o(reference), "text.json": o("#/d", d=TEXT), "number.json": o("#/d", d=NUMBER)})
    write(tmp_path, {file: {"definitions": {"X": TEXT}}})
    write(tmp_path, {"schemadiff.toml": f'[resources]\n"http://unused/" = "unused"\n"{prefix}" = "{target}"\n'})

    assert run("o.json", "text.json")[0] == 0
    assert run("o.json", "number.json")[0] == 1


def test_a_reference_out_of_the_tree_names_the_line_to_add(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o("file://name.v1.schema.json#/definitions/X")})

    code, said = run("o.json", "o.json")

    assert code == 4
    assert '[resources] "file://' in said


def test_a_mapped_file_that_does_not_exist_is_bad_input(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o(f"{BASE}x.json"), "schemadiff.toml": f'[resources]\n"{BASE}" = "lib"\n'})

    code, said = run("o.json", "o.json")

    assert code == 4
    assert "is mapped to lib/x.json, which does not exist" in said


def test_mapped_folders_count_from_the_settings_file(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"pyproject.toml": f'[tool.schemadiff.resources]\n"{BASE}" = "service/lib"\n', ".git/HEAD": ""})
    write(
        tmp_path,
        {"service/o.json": o(f"{BASE}x.json"), "service/lib/x.json": TEXT, "service/n.json": o("#/d", d=NUMBER)},
    )
    monkeypatch.chdir(tmp_path / "service")

    assert run("o.json", "n.json")[0] == 1


def test_the_library_takes_resources_and_dialects(tmp_path: Path) -> None:
    write(
        tmp_path, {"o.json": o(f"{BASE}x", **{"$schema": f"{BASE}meta"}), "lib/x": TEXT, "n.json": o("#/d", d=NUMBER)}
    )
    options = Options(resources={BASE: "lib"}, dialects={f"{BASE}meta": "draft7"})

    report = schemadiff.compare("o.json", "n.json", folder=tmp_path, options=options)

    assert [pair.backward.verdict.value for pair in report.comparisons] == ["breaking"]


def test_two_schemas_with_one_identifier_are_bad_input(tmp_path: Path, run: Run) -> None:
    twins = {"a": {"$id": "x", **TEXT}, "b": {"$id": "x", **NUMBER}}
    write(tmp_path, {"o.json": json.dumps({"$defs": twins}, indent=1)})

    code, said = run("o.json", "o.json")

    assert code == 4
    assert "o.json:3:3 (#/$defs/a)" in said
    assert "o.json:7:3 (#/$defs/b)" in said


def test_two_anchors_of_one_name_are_bad_input(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": {"$defs": {"a": {"$anchor": "x", **TEXT}, "b": {"$anchor": "x"}}, "$ref": "#x"}})

    code, said = run("o.json", "o.json")

    assert code == 4
    assert "#x is the anchor of two schemas" in said


def test_two_files_of_one_identifier_are_bad_input_where_one_is_meant(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o(f"{BASE}x"), "a/x.json": {"$id": f"{BASE}x", **TEXT}})
    write(tmp_path, {"b/x.json": {"$id": f"{BASE}x", **NUMBER}, "p.json": TEXT})

    code, said = run("o.json", "o.json")
    assert code == 4
    assert "of a/x.json and of b/x.json" in said
    assert run("p.json", "p.json")[0] == 0

    write(tmp_path, {"schemadiff.toml": f'[resources]\n"{BASE}x" = "a/x.json"\n'})
    assert run("o.json", "o.json")[0] == 0


def test_copies_of_one_schema_are_one(tmp_path: Path) -> None:
    """
    In generated files the same definition comes again and again.
    """
    twin = {"$id": "x", **TEXT}
    write(tmp_path, {"o.json": {"$defs": {"a": twin, "b": twin}, "$ref": "x"}, "a/y.json": {"$id": f"{BASE}y", **TEXT}})
    write(tmp_path, {"b/y.json": {"$id": f"{BASE}y", **TEXT}, "p.json": o(f"{BASE}y")})

    for name in ("o.json", "p.json"):
        schemadiff.load(name, folder=tmp_path)


def test_identifiers_that_look_like_pointers_name_nothing() -> None:
    """
    A generator of the draft-06 days writes them everywhere, the same one twice.
    """
    schemadiff.load({"$schema": DRAFT7, "items": {"$id": "#/items", "items": {"$id": "#/items"}}})


CIRCLES = [
    {"$ref": "#/properties/x"},
    {"allOf": [{"$ref": "#/properties/x"}, TEXT]},
    {"anyOf": [TEXT, {"$ref": "#/properties/x"}]},
    {"allOf": [{"allOf": [{"$ref": "#/properties/x"}]}]},
]


@pytest.mark.parametrize("circle", CIRCLES)
@pytest.mark.parametrize("other", [TEXT, NUMBER])
def test_a_circle_that_consumes_nothing_has_no_meaning(circle: dict[str, Any], other: dict[str, Any]) -> None:
    looped, plain = {"properties": {"x": circle}}, {"properties": {"x": other}}

    for old, new in ((looped, plain), (plain, looped)):
        if "anyOf" in circle and old is plain and other is TEXT:
            continue  # whatever else x accepts, it accepts that
        (pair,) = schemadiff.compare(old, new).comparisons
        assert pair.backward.verdict.value == "undecided"
        assert "leads back to itself" in pair.backward.by


FORMATS = [form for kind, form in REPORTERS if kind == "comparison"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_what_is_assumed(form: str, tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o(f"{BASE}x.json")})

    code, said = run("o.json", "o.json", "-f", form)

    assert code == 0
    assert "x.json is not at hand" in " ".join(said.replace("\\", "").split())
    assert "reference-assumed" in said


def test_an_unknown_target_on_one_side_names_the_line_that_decides(tmp_path: Path, run: Run) -> None:
    both(tmp_path, {}, o=(o(f"{BASE}a/x.json"), o(f"{BASE}b/x.json")))

    code, said = run("old/o.json", "new/o.json")

    assert code == 3
    assert f'[resources] "{BASE}b/" = "FOLDER"' in " ".join(said.split())


def test_contains_names_what_it_assumes(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o(f"{BASE}x.json"), "p.json": {"properties": {"n": True}}})

    answer = schemadiff.contains(inner=o(f"{BASE}x.json"), outer={"properties": {"n": True}})

    assert answer.holds
    assert answer.assumed == (f"{BASE}x.json",)  # type: ignore[union-attr]
    assert f"assumed: {BASE}x.json" in run("contains", "o.json", "p.json")[1]


def test_lint_names_an_unknown_meta_schema(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": {"$schema": f"{BASE}meta", **TEXT}})

    code, said = run("lint", "o.json")

    assert code == 1
    assert "meta-schema-unknown · o.json:1:2" in said


def test_identifiers_are_found_at_a_revision(tmp_path: Path, run: Run) -> None:
    """
    Those of the revision, whatever the working tree holds.
    """
    write(tmp_path, {"o.json": o(f"{BASE}x"), "lib/x.json": {"$id": f"{BASE}x", **TEXT}})
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    write(tmp_path, {"lib/x.json": {"$id": f"{BASE}y", **NUMBER}, "lib/z.json": {"$id": f"{BASE}x", **NUMBER}})

    code, said = run("HEAD:o.json", "o.json")

    assert code == 1
    assert "HEAD:lib/x.json:1:35 → lib/z.json:1:35" in said


@pytest.mark.parametrize("own", [{}, {"$id": "/schemas/name"}, {"$id": "/schemas/name.json"}])
def test_identifiers_that_are_paths_from_a_root(own: dict[str, str], tmp_path: Path) -> None:
    """
    As in many tutorials; such a path is no file of the machine.
    """
    reference = own.get("$id", "name.json")
    both(tmp_path, {"o.json": o(reference, **{"$id": "/schemas/order"})}, name=({**own, **TEXT}, {**own, **NUMBER}))

    (comparison,) = compared(tmp_path).comparisons

    assert comparison.backward.verdict.value == "breaking"


@pytest.mark.parametrize(
    "reference", ["a%00b.json", "\ud800.json", "http://[", "#/\ud800", "x" * 5000, "%FF%FE", "a\nb"]
)
@pytest.mark.parametrize("keyword", ["$ref", "$id", "$schema"])
def test_hostile_references_are_bad_input_at_most(reference: str, keyword: str, tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": {"properties": {"n": {keyword: reference, **TEXT}}}, "p.json": {keyword: reference}})

    for words in (["o.json", "o.json"], ["p.json", "p.json"], ["lint", "o.json"], ["contains", "p.json", "o.json"]):
        assert run(*words)[0] in (0, 1, 3, 4)


def test_a_mapped_name_may_lack_its_suffix(tmp_path: Path, run: Run) -> None:
    write(tmp_path, {"o.json": o(f"{BASE}x"), "lib/x.schema.json": TEXT, "n.json": o("#/d", d=NUMBER)})
    write(tmp_path, {"schemadiff.toml": f'[resources]\n"{BASE}" = "lib"\n'})

    assert run("o.json", "n.json")[0] == 1


def test_an_identifier_does_not_lead_to_the_other_side(tmp_path: Path, run: Run) -> None:
    """
    What is gone from a folder is gone; a folder beside both is at hand for both.
    """
    named = {"gone.json": {"$id": f"{BASE}gone", **TEXT}}
    both(tmp_path, {"o.json": o(f"{BASE}gone"), "p.json": o(f"{BASE}shared")})
    write(tmp_path / "old", named)
    write(tmp_path / "shared", {"s.json": {"$id": f"{BASE}shared", **TEXT}})

    said = run("old", "new")[1]

    assert f"{BASE}gone" in said
    assert f"{BASE}shared" not in said
    assert run("old", "old")[0] == 0


@pytest.mark.parametrize("words", [["old", "new"], ["new", "old"]])
def test_each_side_has_the_copy_of_its_own(words: list[str], tmp_path: Path, run: Run) -> None:
    both(tmp_path, {"o.json": o(f"{BASE}x")}, x=({"$id": f"{BASE}x", **TEXT}, {"$id": f"{BASE}x", **NUMBER}))

    assert run(*words)[0] == 1
