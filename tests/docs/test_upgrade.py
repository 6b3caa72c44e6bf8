"""
Each row of the upgrade guide holds: what it calls old is gone, and what it calls new is there.

A table is checked by the heading above it. A cell is read as its code spans; ``—`` is nothing.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest
from pages import ROOT

import schemadiff
from schemadiff import producer, pytest_plugin
from schemadiff.options import OPTIONS
from schemadiff.report.formats import KINDS
from schemadiff.ruleset import all_rules

DOCS = ROOT / "docs"
Cells = list[tuple[str, ...]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """
    A row of a table.

    Attributes:
        heading: the heading above the table.
        line: its line in the page.
        cells: the code spans of each cell.
        texts: the cells as they are written.
    """

    heading: str
    line: int
    cells: Cells
    texts: list[str]


def rows_of(text: str) -> Iterator[Row]:
    """
    The rows of all tables of a page, without those of their headers.
    """
    heading, inside = "", False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ").replace("`", "")
        if not line.startswith("|"):
            inside = False
        elif set(line) <= set("|-: "):
            inside = True
        elif inside:
            texts = [each.strip() for each in line.strip("|").split("|")]
            cells = [tuple(re.findall(r"`([^`]+)`", each)) for each in texts]
            yield Row(heading=heading, line=number, cells=cells, texts=texts)


# ---- rules, settings, manifest


def check_rule(row: Row, _: Path) -> None:
    (old,), new = row.cells
    assert old not in all_rules()
    assert all_rules().resolve(old) == new
    assert all(old in all_rules()[each].aliases for each in new)


def check_setting(row: Row, _: Path) -> None:
    ((key,),) = row.cells
    assert OPTIONS[key].setting


def check_manifest(row: Row, _: Path) -> None:
    schema = json.loads((ROOT / "schemadiff" / "catalog" / "contracts.schema.json").read_text())
    old, new = row.cells
    assert not set(old) & set(schema["properties"])
    assert new
    assert set(new) <= set(schema["properties"])


# ---- command line


def takes(command: click.Command, words: str) -> bool:
    """
    Whether a command has an option, such as ``--format``, an option with a value, such as ``--format svg``, or an
    argument, such as ``KIND``.
    """
    name, _, value = words.partition(" ")
    for each in command.params:
        if name in each.opts or (isinstance(each, click.Argument) and name == (each.name or "").upper()):
            return not value or (isinstance(each.type, click.Choice) and value in each.type.choices)
    return False


def check_option(row: Row, _: Path) -> None:
    (name,), old, new = row.cells
    command = importlib.import_module(f"schemadiff.cli.{name.replace('-', '_')}").command
    assert not any(takes(command, each) for each in old)
    assert new
    assert all(takes(command, each) for each in new)


def an_empty_folder(_: Path) -> None:
    pass


def a_contract(folder: Path) -> None:
    (folder / "contracts").mkdir()
    (folder / "contracts" / "order.v1.json").write_text('{"type": "object"}')


def a_contract_and_a_mistake(folder: Path) -> None:
    a_contract(folder)
    (folder / "schemadiff.toml").write_text("mistake = 1\n")


def an_old_report(folder: Path) -> None:
    report = {"format": 1, "schemadiff": "0.1.0", "verdict": "compatible", "exit_code": 0, "comparisons": []}
    (folder / "report.json").write_text(json.dumps(report))


SITUATIONS = {
    "an empty folder": an_empty_folder,
    "a contract, and no worker declared": a_contract,
    "a contract, and a mistake in the settings": a_contract_and_a_mistake,
    "a saved report of 0.1": an_old_report,
}


def check_exit_code(row: Row, folder: Path) -> None:
    _, (command,), (old,), (new,) = row.cells
    SITUATIONS[row.texts[0]](folder)
    program, *arguments = command.split()
    assert program == "schemadiff"
    ran = subprocess.run(
        [sys.executable, "-m", "schemadiff", *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert old != new
    assert str(ran.returncode) == new, ran.stderr


# ---- JSON output


@cache
def published(kind: str) -> dict[str, Any]:
    """
    The JSON Schema of a kind of result, as the command prints it.
    """
    printed = subprocess.run(
        [sys.executable, "-m", "schemadiff", "schema", kind], capture_output=True, text=True, check=True, timeout=60
    )
    schema: dict[str, Any] = json.loads(printed.stdout)
    return schema


def subschemas(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """
    A schema and its alternatives, without references.
    """
    if "$ref" in schema:
        yield from subschemas(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
        return
    yield schema
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from subschemas(each, root)


def at_path(kind: str, path: str) -> list[dict[str, Any]]:
    """
    The subschemas at a path such as ``comparisons[].tag``; none where the schema does not declare it.
    """
    root = published(kind)
    here = [root]
    for step in re.findall(r"\[\]|[^.\[\]]+", path):
        flat = [each for schema in here for each in subschemas(schema, root)]
        if step == "[]":
            here = [each["items"] for each in flat if isinstance(each.get("items"), dict)]
        else:
            here = [each["properties"][step] for each in flat if step in each.get("properties", {})]
    return [each for schema in here for each in subschemas(schema, root)]


def in_output(kind: str, words: str) -> bool:
    """
    Whether a kind of result has a path, a path with a type, such as ``counter_example: string``, or with a value, such
    as ``format = 2``.
    """
    path, value = words.split(" = ") if " = " in words else (words, None)
    path, _, wanted = path.partition(": ")
    found = at_path(kind, path)
    if value is not None:
        return any(each.get("const") == int(value) for each in found)
    return any(not wanted or each.get("type") == wanted for each in found)


def check_json(row: Row, _: Path) -> None:
    named, old, new = row.cells
    assert named or row.texts[0] == "every kind"
    for kind in named or KINDS:
        assert [each for each in old if in_output(kind, each)] == []
        assert new
        assert [each for each in new if not in_output(kind, each)] == []


# ---- library


def offers(module: Any, words: str) -> bool:
    """
    Whether a module has a public name, an attribute of one, such as ``Report.graph``, or a parameter, such as
    ``load(registry=)`` and ``Messages.build(properties=)``.
    """
    found = re.fullmatch(r"(\w+)(?:\.(\w+))?(?:\((\w+)=\))?", words)
    assert found, words
    name, attribute, parameter = found.groups()
    if name not in module.__all__:
        return False
    value = getattr(module, name)
    if attribute is not None:
        if not hasattr(value, attribute) and attribute not in getattr(value, "__dataclass_fields__", ()):
            return False
        value = getattr(value, attribute, None)
    return parameter is None or parameter in inspect.signature(value).parameters


def check_library(module: Any) -> Callable[[Row, Path], None]:
    def check(row: Row, _: Path) -> None:
        old, new = row.cells
        assert [each for each in old if offers(module, each)] == []
        assert new
        assert [each for each in new if not offers(module, each)] == []

    return check


def check_behaviour(row: Row, _: Path) -> None:
    (expression,), old, (new,) = row.cells
    names: dict[str, Any] = {each: getattr(schemadiff, each) for each in schemadiff.__all__}
    names |= {"producer": producer, "pytest_plugin": pytest_plugin, "dataclasses": dataclasses, "inspect": inspect}
    names |= {"old": {"properties": {"a": {}}}, "new": {"properties": {"a": {}, "b": {"type": "string"}}}}
    names["answer"] = schemadiff.contains(inner=names["old"], outer=names["new"])
    try:
        value = repr(eval(expression, names))
    except Exception as error:
        value = type(error).__name__
    assert value == new
    assert old != (new,)


def check_module(row: Row, _: Path) -> None:
    old, new = row.cells
    assert [each for each in old if is_module(each)] == []
    assert [each for each in new if not is_module(each)] == []


def is_module(name: str) -> bool:
    """
    Whether a module has a file; a folder with nothing but compiled files of an earlier checkout has none.
    """
    spec = find_spec(name)
    return spec is not None and spec.origin is not None


# ---- the Go worker


@cache
def go_sources() -> str:
    """
    The Go code of the worker and of the contracts, without tests.
    """
    files = (each for folder in ("go_worker", "contracts") for each in sorted((ROOT / folder).rglob("*.go")))
    return "\n".join(each.read_text() for each in files if not each.name.endswith("_test.go"))


def check_worker_flag(row: Row, _: Path) -> None:
    flags = re.findall(r'flags\.\w*Var\(&[\w.]+, "([\w-]+)"', go_sources())
    (old,), (new,) = row.cells
    assert "dry-run" in flags
    assert old.removeprefix("--") not in flags
    assert new.removeprefix("--") in flags


def check_worker_log(row: Row, _: Path) -> None:
    (old,), (new,) = row.cells
    assert old not in go_sources()
    assert new in go_sources()


def check_go_module(row: Row, _: Path) -> None:
    declared = [(ROOT / folder / "go.mod").read_text().split()[1] for folder in ("go_worker", "contracts")]
    (old,), (new,) = row.cells
    assert old not in declared
    assert old not in go_sources()
    assert new in declared


CHECKS: dict[str, Callable[[Row, Path], None]] = {
    "Rule ids of earlier releases": check_rule,
    "Settings": check_setting,
    "The manifest": check_manifest,
    "The command line": check_option,
    "Exit codes": check_exit_code,
    "JSON output": check_json,
    "Library: schemadiff": check_library(schemadiff),
    "Library: behaviour": check_behaviour,
    "Library: schemadiff.pytest_plugin": check_library(pytest_plugin),
    "Library: schemadiff.producer": check_library(producer),
    "Modules": check_module,
    "Flags of the Go worker": check_worker_flag,
    "Log of the Go worker": check_worker_log,
    "Go modules": check_go_module,
}
"""The check of each table's rows, by the heading above it."""

PAGES = ("upgrade.md", "rule-ids.md")
ROWS = [pytest.param(row, id=f"{page}:{row.line}") for page in PAGES for row in rows_of((DOCS / page).read_text())]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_holds(row: Row, tmp_path: Path) -> None:
    """
    By the check of its table; a table without a check is an error.
    """
    CHECKS[row.heading](row, tmp_path)


def test_each_cell_is_read() -> None:
    """
    It has code spans, or says that there is nothing, or is a situation or kind of result that a check knows.
    """
    known = {"—", "every kind", *SITUATIONS}
    rows = [row for page in PAGES for row in rows_of((DOCS / page).read_text())]
    cells = [pair for row in rows for pair in zip(row.cells, row.texts, strict=True)]

    assert [text for spans, text in cells if not spans and text not in known] == []


def test_each_check_has_rows() -> None:
    headings = {row.heading for page in PAGES for row in rows_of((DOCS / page).read_text())}

    assert headings == set(CHECKS)


def test_every_alias_of_every_rule_file_is_listed() -> None:
    """
    By the front matter of the files, read without the package.
    """
    files = [each.read_text() for each in (ROOT / "rules").rglob("*.md")]
    lists = [re.search(r"\A---\n(?:.*\n)*?aliases: \[(.*)\]\n", each) for each in files]
    aliases = {name.strip() for found in lists if found for name in found[1].split(",")}

    assert aliases == {row.cells[0][0] for row in rows_of((DOCS / "rule-ids.md").read_text())}


ADDED_SETTINGS = {"dialects", "resources", "time"}


def test_every_setting_that_was_kept_is_listed() -> None:
    listed = {row.cells[0][0] for row in rows_of((DOCS / "upgrade.md").read_text()) if row.heading == "Settings"}

    assert listed == {name for name, spec in OPTIONS.items() if spec.setting} - ADDED_SETTINGS


def test_the_checks_can_fail(tmp_path: Path) -> None:
    """
    A row with its two sides exchanged is false.
    """
    for heading, old, new in (
        ("Library: schemadiff", "CounterExample", "Payload"),
        ("Library: schemadiff.producer", "Messages.build(properties=)", "Messages.build(members=)"),
        ("Modules", "schemadiff.api", "schemadiff.library"),
        ("Flags of the Go worker", "--max-bytes", "--most-bytes"),
        ("Go modules", "github.com/schemadiff/schemadiff/contracts", "schemadiff.local/contracts"),
        ("Rule ids of earlier releases", "minimum-raised", "choice-added"),
        ("The manifest", "worker", "workers"),
    ):
        row = Row(heading=heading, line=0, cells=[(old,), (new,)], texts=[old, new])
        with pytest.raises(AssertionError):
            CHECKS[heading](row, tmp_path)
    assert not in_output("comparison", "comparisons[].backward.payload")
    assert not in_output("comparison", "comparisons[].tag.pointer: string")
    assert not in_output("comparison", "format = 1")
