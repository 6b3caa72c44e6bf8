"""
Texts: JSON or YAML, and the clear refusal of what is neither.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schemadiff.cli.main import main
from schemadiff.errors import InputError
from schemadiff.sources.text import parse_text


def refused(text: str, name: str) -> InputError:
    with pytest.raises(InputError) as error:
        parse_text(text, name=name)
    assert error.value.name == name
    return error.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e3", Decimal(1000)),
        ("1E-2", Decimal("0.01")),
        ("-0x1F", "-0x1F"),
        ("0x1F", 31),
        ("0o17", 15),
        ("0017", 17),
        ("017", 17),
        ("+5", 5),
        ("5.", Decimal(5)),
        (".5", Decimal("0.5")),
        ("-.5e+1", Decimal(-5)),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("12:30", "12:30"),
        ("e3", "e3"),
        (".", "."),
        ("1e", "1e"),
        ("yes", "yes"),
        ("Off", "Off"),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("~", None),
        ("", None),
        ("2026-01-01", "2026-01-01"),
        ('"1e3"', "1e3"),
        ("!!str 1e3", "1e3"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_plain_scalars_of_yaml_are_those_of_its_core_schema(written: str, value: Any) -> None:
    """
    YAML 1.2.2 §10.3.2.
    """
    found = parse_text(f"a: {written}\n", name="s.yaml")[0]["a"]

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("written", [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "!!float x", "!!bool yes", "!!int 1.5e"])
def test_scalars_without_a_json_form_are_placed(written: str) -> None:
    error = refused(f"a: 1\nb: {written}\n", "s.yaml")

    assert "has no JSON form" in error.message
    assert (error.line, error.column) == (2, 4)


@pytest.mark.parametrize("text", ["a: &a\n  <<: *a\n", "&a\n<<: *a\n", "a: &a [1, {b: *a}]\n", "&a {x: [*a]}\n"])
def test_an_alias_to_what_contains_it_is_refused(text: str) -> None:
    assert "contains itself" in refused(text, "s.yaml").message


def test_an_alias_to_what_is_complete_is_a_copy() -> None:
    value, _ = parse_text("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: *a}\n", name="s.yaml")

    assert value == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": {"x": 1}}}


def test_several_documents_are_counted_as_such() -> None:
    error = refused("type: object\n---\ntype: string\n", "s.yaml")

    assert (error.message, error.line) == ("more than one YAML document", 2)
    assert error.remedy


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "a:\n  b:\n \t  c: 1\n"])
def test_a_tab_is_named(text: str) -> None:
    assert refused(text, "s.yaml").message == "not YAML: a tab indents this line"


@pytest.mark.parametrize("name", ["s.json", "s.yaml", "s"])
def test_what_git_left_is_named(name: str) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    conflict = '{\n<<<<<<< HEAD\n "type": "string"\n=======\n "type": "object"\n>>>>>>> branch\n}\n'

    assert refused(pointer, name).message == "a pointer of Git LFS, not the file itself"
    error = refused(conflict, name)
    assert (error.message, error.line) == ("a merge conflict is not resolved", 2)


def test_markers_in_a_description_are_no_conflict() -> None:
    text = "description: |\n  <<<<<<< HEAD\n  one\n  =======\n  two\n  >>>>>>> b\n"

    assert parse_text(text, name="s.yaml")[0]["description"].startswith("<<<<<<<")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": {"k": 1},\n "b": {"k": 1,\n  "k": 2}}', (3, 3)),
        ('{"k": {"k": "k"},\n "a": "\\"k\\": 1",\n "k": 2}', (3, 2)),
        ('[{"k": 1}, {"k": 1}, {"x": [],\n "k": 1, "\\u006b": 2}]', (2, 10)),
    ],
)
def test_the_second_of_two_equal_keys_is_placed(text: str, place: tuple[int, int]) -> None:
    """
    In their object, wherever else the name stands in the file.
    """
    error = refused(text, "s.json")

    assert 'the key "k" stands twice' in error.message
    assert (error.line, error.column) == place


@pytest.mark.parametrize("words", [["{0}", "{0}"], ["{0}/s.json", "{0}/s.json"], ["lint", "{0}"]])
def test_a_folder_whose_name_is_not_utf_8_is_bad_input(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "f\udcff"
    folder.mkdir()
    (folder / "s.json").write_text('{"type": "string"}')
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as done:
        main([word.format("f\udcff") for word in words])

    assert done.value.code == 4
    assert "is not UTF-8" in "".join(capsys.readouterr())
