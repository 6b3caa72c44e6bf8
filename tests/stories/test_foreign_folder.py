"""
Folders of another repository: schemas beside settings, data, lists, and files that no parser reads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
DRAFT7 = "http://json-schema.org/draft-07/schema#"
ADDRESS = {"$schema": DRAFT7, "type": "object", "properties": {"zip": {"type": "string", "maxLength": 10}}}
ORDER = {"$schema": DRAFT7, "type": "object", "properties": {"to": {"$ref": "../common/address.schema.json"}}}
BESIDE = {
    "README.md": "# ours\n",
    "package.json": json.dumps({"name": "ours", "type": "module", "dependencies": {"x": "^8"}}),
    "tsconfig.json": '{\n  // strict\n  "compilerOptions": {"strict": true},\n}\n',
    "compose.yaml": "services:\n  web: {image: x}\n",
    "many.yaml": "a: 1\n---\nb: 2\n",
    "node_modules/x/x.schema.json": "{broken",
    ".hidden/x.schema.json": "{broken",
    "schemas/events/index.json": '["common/address", "events/order"]',
    "examples/order.json": '{"to": {"zip": "1"}}',
    "test/list.json": '[{"id": 1}]',
}
PASSED_BY = "compose.yaml, examples/order.json, package.json, schemas/events/index.json, test/list.json"


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "schemadiff", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def put(folder: Path, name: str, text: str) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def fill(folder: Path) -> None:
    for name, text in BESIDE.items():
        put(folder, name, text)
    put(folder, "schemas/common/address.schema.json", json.dumps(ADDRESS))
    put(folder, "schemas/events/order.json", json.dumps(ORDER))
    put(folder, "schemas/v1.0/note.yaml", "type: object\nproperties: {text: {type: string}}\n")


@pytest.fixture
def both(tmp_path: Path) -> Path:
    fill(tmp_path / "a")
    fill(tmp_path / "b")
    return tmp_path


def report(folder: Path, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(folder, *words, "-f", "json").stdout)
    return found


def test_what_is_plainly_no_schema_is_passed_by_and_named(both: Path) -> None:
    """
    Nested folders are looked into, also those with a dot in their name.
    """
    address = {**ADDRESS, "properties": {"zip": {"type": "string", "maxLength": 5}}}
    put(both, "b/schemas/common/address.schema.json", json.dumps(address))
    done = run(both, "a", "b", "-f", "json")
    found = json.loads(done.stdout)

    assert done.returncode == 1, done.stderr
    assert [each["contract"] for each in found["comparisons"]] == [
        "schemas/common/address.schema.json",
        "schemas/events/order.json",
        "schemas/v1.0/note.yaml",
    ]
    assert found["counts"]["breaking"] == 2
    assert found["notes"] == [
        f"5 files were skipped, with no sign of a schema in them: {PASSED_BY}.",
        "2 files were skipped, neither JSON nor one YAML document: many.yaml, tsconfig.json.",
    ]


def test_a_broken_schema_is_never_passed_by(both: Path) -> None:
    """
    By its words, by its name, or because the other side has a schema there.
    """
    for name, text in (
        ("schemas/new.json", '{"properties": {"a": }}'),
        ("schemas/list.schema.json", "[]"),
    ):
        for side in ("a", "b"):
            put(both, f"{side}/{name}", text)
        done = run(both, "a", "b")
        assert (done.returncode, name in done.stdout) == (4, True), done.stderr
        for side in ("a", "b"):
            (both / side / name).unlink()
    put(both, "b/schemas/events/order.json", "[]")
    done = run(both, "a", "b")

    assert done.returncode == 4
    assert "b/schemas/events/order.json:1:1" in done.stdout
    assert "not a schema" in done.stdout


def test_no_schema_at_all_is_an_error(both: Path) -> None:
    """
    Nothing compared would look like nothing found.
    """
    done = run(both, "a/examples", "b/examples")
    other = run(both, "a", "b/examples")
    (both / "a" / "none").mkdir()
    empty = run(both, "a/none", "b")

    assert (done.returncode, done.stdout) == (4, "")
    assert "a/examples: none of the 1 JSON and YAML files in this folder is a schema (order.json)" in done.stderr
    assert other.returncode == 4
    assert "b/examples" in other.stderr
    assert empty.returncode == 4
    assert "no schema files" in empty.stderr


def test_what_is_on_one_side_only_is_named_if_it_is_a_schema(both: Path) -> None:
    put(both, "a/schemas/gone.json", '{"type": "object"}')
    put(both, "b/schemas/data.json", "[1]")
    put(both, "b/schemas/added.json", '{"type": "object"}')
    found = report(both, "a", "b")
    notes = found["notes"]

    assert [(each["rule"], each["place"]["name"]) for each in found["remarks"]] == [  # type: ignore[attr-defined]
        ("schema-removed", "a/schemas/gone.json")
    ]
    assert isinstance(notes, list)
    assert notes[0] == "schemas/added.json is only in b, so there is nothing to compare it with."
    assert "schemas/data.json" in notes[1]


def test_a_revision_of_the_folder_is_compared_alike(both: Path) -> None:
    here = both / "a"
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
    for words in (["init", "-q", "-b", "main"], ["add", "-f", "."], ["commit", "-qm", "one"]):
        subprocess.run(["git", *who, *words], cwd=here, check=True, capture_output=True)
    put(here, "schemas/common/address.schema.json", json.dumps({**ADDRESS, "required": ["zip"]}))
    found = report(here, "HEAD:", ".")
    gate = run(here, "check", "-f", "json")
    judged = json.loads(gate.stdout)

    assert found["counts"] == {"breaking": 2, "undecided": 0, "additive": 0, "neutral": 0}
    assert any(PASSED_BY in str(each) for each in found["notes"])  # type: ignore[attr-defined]
    assert gate.returncode == 1, gate.stdout
    assert [each["rule"] for each in judged["remarks"] if each["unreadable"]] == []
    (skipped,) = (each for each in judged["files"] if each["path"] == "schemas/events/index.json")
    assert skipped == {"path": "schemas/events/index.json", "contract": None, "version": None, "reason": "no schema"}
    assert any("passed by: " in note for note in judged["notes"])


def test_lint_looks_at_the_schemas_alone(both: Path) -> None:
    done = run(both / "a", "lint", ".", "-f", "json")
    found = json.loads(done.stdout)

    assert done.returncode == 0, done.stdout
    assert found["linted"] == 3
    assert PASSED_BY in found["notes"][0]
    assert "\n3 schemas looked at; 2 remarks, 0 failing\n" in run(both / "a", "lint", ".").stdout
    assert run(both / "a", "lint", "examples").returncode == 4
    assert run(both / "a", "lint", "schemas/events/index.json").returncode == 4
