"""
Loading: files, revisions, YAML, references, and clear errors for everything that is none.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from schemadiff.errors import InputError
from schemadiff.keywords import Dialect
from schemadiff.keywords.scoped_schema import MissingTarget
from schemadiff.schema import load_file, load_text, load_value, walk
from schemadiff.sources import Folder, open_revision


def write(folder: Path, **files: str) -> Folder:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return Folder(folder)


def test_a_json_file_knows_its_lines(tmp_path: Path) -> None:
    """
    Every keyword can be found again in the text.
    """
    tree = write(tmp_path, s__json='{"type": "object",\n  "properties": {"a": {"type": "integer"}}}')
    node = load_file(tree, "s.json")

    assert node.document.position(("properties", "a", "type")) == (2, 24)
    assert node.at("properties", "a").position == (2, 18)


def test_a_yaml_file_knows_its_lines(tmp_path: Path) -> None:
    """
    YAML is read as JSON would be, with places.
    """
    tree = write(
        tmp_path, s__yaml="type: object\nproperties:\n  on: {type: integer, maximum: 1.50}\n  yes: {const: no}\n"
    )
    node = load_file(tree, "s.yaml")

    assert node.document.position(("properties", "on", "maximum")) == (3, 23)
    assert node.at("properties", "yes").value == {"const": "no"}
    assert str(node.at("properties", "on").value["maximum"]) == "1.50"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]", "neither an object nor a boolean"),
        ('{"type": "objekt"}', "not a schema"),
        ('{"properties": {"a": {"maximum": "x"}}}', "not a schema"),
        ('{"type": "object"', "not JSON"),
        ('{"a": 1, "a": 2}', "twice"),
        ("a: [1", "not YAML"),
        ("a: &x [*x]", "YAML|reason|deep"),
        ("a: !!binary aGk=", "no JSON form"),
    ],
)
def test_what_is_no_schema_is_an_input_error(text: str, words: str) -> None:
    """
    One message, with the name of the file.
    """
    with pytest.raises(InputError, match=words) as refused:
        load_text(text, name="it")

    assert refused.value.name == "it"
    assert refused.value.exit_code == 4


def test_the_place_of_a_wrong_keyword_is_named(tmp_path: Path) -> None:
    """
    Not the schema's start, but the keyword's.
    """
    tree = write(tmp_path, s__json='{\n "properties": {\n  "a": {"maximum": "x"}}}')
    with pytest.raises(InputError) as refused:
        load_file(tree, "s.json")

    assert (refused.value.line, refused.value.column) == (3, 9)


@pytest.mark.slow
def test_aliases_that_multiply_are_refused() -> None:
    """
    A few lines of YAML may stand for billions of values.
    """
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(InputError, match="beyond reason"):
        load_text("\n".join(lines), name="bomb.yaml")


def test_references_reach_sibling_files(tmp_path: Path) -> None:
    """
    Relative references are read from the same tree.
    """
    tree = write(tmp_path, a__json='{"$ref": "b.json#/$defs/x"}', b__json='{"$defs": {"x": {"type": "string"}}}')
    target = load_file(tree, "a.json").resolve("b.json#/$defs/x")

    assert target.value == {"type": "string"}
    assert target.document.name == "b.json"


@pytest.mark.parametrize("way", ["../secret.json", "../../etc/passwd", "file:///etc/passwd", "/etc/passwd"])
def test_references_out_of_the_tree_are_refused(tmp_path: Path, way: str) -> None:
    """
    Whoever writes a schema must not be able to make us read other files.
    """
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.json").write_text("{}")
    tree = write(inner, a__json="{}")
    with pytest.raises(InputError, match="out of the tree"):
        load_file(tree, "a.json").resolve(way)


def test_links_out_of_the_tree_are_refused(tmp_path: Path) -> None:
    """
    A symbolic link is a way out, too.
    """
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.json").write_text("{}")
    (inner / "link.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(InputError, match="out of the tree"):
        load_file(Folder(inner), "link.json")


def test_the_network_is_never_asked() -> None:
    """
    What is not at hand is unresolved, and says as what.
    """
    node = load_value({"$ref": "https://example.invalid/x.json"})

    assert node.resolve("https://example.invalid/x.json#/a") == MissingTarget("https://example.invalid/x.json#/a")


def test_meta_schemas_are_at_hand() -> None:
    """
    A schema may extend the meta-schema of its dialect.
    """
    target = load_value({}).resolve("https://json-schema.org/draft/2020-12/schema")

    assert target.value["$dynamicAnchor"] == "meta"


def test_names_inside_a_document() -> None:
    """
    Anchors, embedded resources, nested base URIs and encoded pointers all resolve.
    """
    schema = {
        "$id": "https://example.com/root.json",
        "$defs": {
            "a/b": {"$anchor": "here", "type": "string"},
            "inner": {"$id": "nested/one.json", "$defs": {"c": {"type": "null"}}, "items": {"$ref": "#/$defs/c"}},
        },
    }
    node = load_value(schema)

    assert node.resolve("#here").value["type"] == "string"
    assert node.resolve("#/$defs/a~1b").value["type"] == "string"
    assert node.resolve("nested/one.json#/$defs/c").value == {"type": "null"}
    assert node.at("$defs", "inner", "items").resolve("#/$defs/c").value == {"type": "null"}
    assert node.resolve("https://example.com/root.json") is node


def test_draft_04_spells_id_without_the_dollar() -> None:
    """
    And an id beside a reference names nothing up to draft-07.
    """
    schema = {
        "$schema": Dialect.DRAFT4.uri,
        "id": "http://example.com/a.json",
        "definitions": {"x": {"id": "#named", "type": "string"}, "y": {"$ref": "#named", "id": "http://other/"}},
    }
    node = load_value(schema)

    assert node.dialect is Dialect.DRAFT4
    assert node.resolve("#named").value["type"] == "string"
    assert node.at("definitions", "y").resource is node.resource


def test_urns_are_base_uris() -> None:
    """
    Fragments resolve against bases that urljoin cannot join.
    """
    node = load_value({"$id": "urn:example:root", "$defs": {"x": {"type": "null"}}})

    assert node.resolve("#/$defs/x").value == {"type": "null"}


def test_a_walk_visits_each_subschema_once() -> None:
    """
    In document order, and nothing that is not a schema.
    """
    node = load_value({"properties": {"enum": {"const": {"not": "a schema"}}}, "allOf": [True, {"items": False}]})

    assert [each.pointer for each in walk(node)] == [
        (),
        ("properties", "enum"),
        ("allOf", 0),
        ("allOf", 1),
        ("allOf", 1, "items"),
    ]


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def test_revisions_are_read_without_a_checkout(tmp_path: Path) -> None:
    """
    The working tree is neither read nor touched.
    """
    git(tmp_path, "init", "-q")
    tree = write(tmp_path, s__json='{"type": "string"}')
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    (tmp_path / "s.json").write_text('{"type": "null"}')
    revision, inside = open_revision(tmp_path, "HEAD")

    assert inside == ""
    assert load_file(revision, "s.json").value == {"type": "string"}
    assert load_file(tree, "s.json").value == {"type": "null"}
    assert revision.read("missing.json") is None
    assert revision.files("") == ["s.json"]


@pytest.mark.parametrize("revision", ["nowhere", "-x", "--output=x", ""])
def test_unknown_revisions_name_a_remedy(tmp_path: Path, revision: str) -> None:
    """
    Also those that look like options of git.
    """
    git(tmp_path, "init", "-q")
    with pytest.raises(InputError) as refused:
        open_revision(tmp_path, revision)

    assert refused.value.remedy


def test_outside_of_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Not git's own words.
    """
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="no git repository"):
        open_revision(tmp_path, "HEAD")


@pytest.mark.parametrize("name", ["b/y.json", "b/y"])
def test_a_file_is_found_by_its_identifier_where_files_lie_as_their_names_do(tmp_path: Path, name: str) -> None:
    """
    Many repositories name their schemas by addresses, and refer from one to the other by these.
    """
    for folder in ("schemas/a", "schemas/b"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "schemas/a/x.json").write_text(
        f'{{"$id": "https://example.com/s/a/x.json", "properties": {{"y": {{"$ref": "../{name}#/$defs/z"}}}}}}'
    )
    (tmp_path / "schemas/b/y.json").write_text(
        f'{{"$id": "https://example.com/s/{name}", "$defs": {{"z": {{"$ref": "w.json"}}}}}}'
    )
    (tmp_path / "schemas/b/w.json").write_text('{"type": "integer"}')
    node = load_file(Folder(tmp_path), "schemas/a/x.json").at("properties", "y")

    there = node.resolve(node.value["$ref"])
    last = there.resolve("w.json")

    assert there.document.name == "schemas/b/y.json"
    assert (last.document.name, last.value) == ("schemas/b/w.json", {"type": "integer"})


def test_a_file_that_calls_itself_otherwise_does_not_stand_for_an_address(tmp_path: Path) -> None:
    """
    Nor does one outside of the tree, or of another host.
    """
    (tmp_path / "x.json").write_text('{"$id": "https://example.com/x.json"}')
    (tmp_path / "y.json").write_text('{"$id": "https://example.com/z.json"}')
    node = load_file(Folder(tmp_path), "x.json")

    for reference in ("y.json", "../../y.json", "https://example.org/y.json", "https://example.com/none.json"):
        assert isinstance(node.resolve(reference), MissingTarget)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"type": "objct"}', 'type: "objct" is none of array, boolean, integer, null, number, object, string'),
        ('{"properties": {"a": {"minLength": -1}}}', "minLength: -1 is less than the minimum of 0"),
        ('{"required": "a"}', 'required: "a" is not of type "array"'),
    ],
)
def test_what_is_no_schema_is_named_with_its_keyword(text: str, said: str) -> None:
    """
    It is the first message that somebody with a slip of the pen gets to read.
    """
    with pytest.raises(InputError) as caught:
        load_text(text, name="s.json")

    assert caught.value.message == f"not a schema: {said}"
