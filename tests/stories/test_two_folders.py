"""
Two folders, or two states of one file: what is missing, what cannot be read, and which versions they are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gated import Repository, schema

from schemadiff.cli.main import main
from schemadiff.errors import InputError
from schemadiff.options import Options
from schemadiff.report import Report
from schemadiff.usecases.compare import compare_targets
from schemadiff.workspace import Workspace

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def put(root: Path, **files: Any) -> None:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))


def compare(root: Path, old: str, new: str) -> Report:
    return compare_targets(Workspace.open(root, Options(), settings=False), old, new)


def test_one_bad_file_of_many_leaves_the_others(tmp_path: Path) -> None:
    for side in ("old", "new"):
        put(tmp_path, **{f"{side}__n{number}_json": TEXT for number in range(5)})
    put(tmp_path, new__n3_json=NUMBER, new__n4_json='{"type": "string", "type": "integer"}')
    report = compare(tmp_path, "old", "new")

    assert report.exit_code == 4
    assert [each.contract for each in report.comparisons] == ["n0.json", "n1.json", "n2.json", "n3.json"]
    assert [(each.rule, each.place.name) for each in report.remarks] == [("input-unreadable", "new/n4.json")]
    assert report.counts[next(iter(report.counts))] == 1


def test_one_pair_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, a_json=TEXT, b_json="{")
    with pytest.raises(InputError):
        compare(tmp_path, "a.json", "b.json")


def test_a_file_that_disappeared_fails(tmp_path: Path) -> None:
    put(tmp_path, old__a_json=TEXT, old__b_json=TEXT, new__a_json=TEXT, new__c_json=TEXT)
    report = compare(tmp_path, "old", "new")

    assert report.exit_code == 1
    assert [(each.rule, each.contract) for each in report.remarks] == [("schema-removed", "b.json")]
    assert any(note.startswith("c.json is only in new") for note in report.notes)


@pytest.mark.parametrize(
    ("old", "new", "mapped"),
    [
        ("old/job.json", "new/job.json", True),
        ("old/job.v1.json", "new/job.v1.json", False),
        ("old/job.v1.json", "new/job.v2.json", True),
        ("a.json", "b.json", True),
        ("old", "new", False),
        ("old/", "new/", False),
        ("v1", "v2", True),
        ("1.0", "1.1", True),
    ],
)
def test_a_tag_is_mapped_between_versions_only(tmp_path: Path, old: str, new: str, mapped: bool) -> None:
    for word, version in ((old, "v1"), (new, "v2")):
        path = tmp_path / word
        file = path if path.suffix == ".json" else path / "job.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(schema(version)))
    (pair,) = compare(tmp_path, f"./{old}", f"./{new}").comparisons

    assert (pair.tag is not None) is mapped
    assert bool(pair.findings) is not mapped
    assert any("--version-field none" in note for note in pair.notes) is mapped


def test_one_path_at_two_revisions_is_one_version(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("messages/job.json", schema("v1"))
    repository.commit()
    repository.write("messages/job.json", schema("v2"))

    for old, new in (("HEAD:messages/job.json", "messages/job.json"), ("HEAD:messages", "messages")):
        (pair,) = compare(tmp_path, old, new).comparisons
        assert (pair.tag, bool(pair.findings)) == (None, True)


def test_the_account_of_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Totals add up, at a revision and in the working tree, and each setting says where it is from.
    """
    repository = Repository(tmp_path)
    repository.write("schemas/a.v1.json", TEXT)
    repository.write("schemas/data.json", [1])
    repository.write("schemas/notes.md", "x")
    repository.write("schemas/tests/t.json", TEXT)
    repository.write("src/main.py", "x")
    repository.write("schemadiff.toml", 'fail_on = "never"\n')
    repository.commit()
    repository.write("schemas/b.json", TEXT)
    monkeypatch.chdir(tmp_path)

    def files(*words: str) -> tuple[Any, int]:
        with pytest.raises(SystemExit) as ended:
            main(["files", "-f", "json", *words])
        return json.loads(capsys.readouterr().out), ended.value.code  # type: ignore[return-value]

    now, code = files()
    assert code == 0
    assert {each["path"]: each["contract"] or each["reason"] for each in now["files"]} == {
        "schemas/a.v1.json": "a",
        "schemas/b.json": "b",
        "schemas/data.json": "no schema",
        "schemas/notes.md": "neither JSON nor YAML",
        "schemas/tests/t.json": "test",
        "schemadiff.toml": "neither JSON nor YAML",
        "src/main.py": "neither JSON nor YAML",
    }
    assert {each["name"]: each["source"] for each in now["settings"]}["fail_on"] == "schemadiff.toml"

    then, _ = files("--against", "HEAD")
    assert {each["path"] for each in now["files"]} - {each["path"] for each in then["files"]} == {"schemas/b.json"}
    assert files("--contracts", "src")[1] == 4


def test_the_account_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, contracts__a_json=TEXT)
    monkeypatch.chdir(tmp_path)
    for words, code in (([], 0), (["--contracts", "nowhere"], 4), (["--against", "HEAD"], 4)):
        with pytest.raises(SystemExit) as ended:
            main(["files", *words])
        assert ended.value.code == code


def test_a_part_has_the_dialect_of_those_that_refer_to_it(tmp_path: Path) -> None:
    draft7 = "http://json-schema.org/draft-07/schema#"
    for side, names in (("old", ["b"]), ("new", ["b", "c"])):
        part = {"$id": "#part", "type": "object", "dependencies": {"a": names}}
        put(tmp_path, **{f"{side}__o_json": {"$schema": draft7, "$ref": "part.json"}, f"{side}__part_json": part})
    report = compare(tmp_path, "old", "new")

    assert {(each.contract, each.backward.verdict.value) for each in report.comparisons} == {
        ("o.json", "breaking"),
        ("part.json", "breaking"),
    }
