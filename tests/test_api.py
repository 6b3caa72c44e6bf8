"""
The library as a caller meets it: these names, these signatures, one place for each, and nothing imported in vain.
"""

from __future__ import annotations

import doctest
import inspect
import json
import pkgutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import schemadiff

SNAPSHOT = Path(__file__).parent / "api_snapshot.txt"
INTEGER, NATURAL = {"type": "integer"}, {"type": "integer", "minimum": 0}


def describe(name: str) -> str:
    """
    A public name with all that a caller may rely on.
    """
    value = getattr(schemadiff, name)
    if inspect.isfunction(value):
        return f"{name}{inspect.signature(value)}"
    if issubclass(value, BaseException):
        return f"{name}({value.__mro__[1].__name__}) exit_code={getattr(value, 'exit_code', None)}"
    if hasattr(value, "__members__"):
        return f"{name}: {', '.join(each.name for each in value)}"
    fields = getattr(value, "_fields", None) or [each for each in value.__dataclass_fields__ if each[0] != "_"]
    public = [each for each in vars(value) if each[0] != "_" and each not in fields]
    return f"{name}({', '.join(fields)})" + (f" + {', '.join(sorted(public))}" if public else "")


def test_the_public_names_are_those_of_the_snapshot() -> None:
    """
    Whoever changes what callers rely on changes this file as well, and says so.
    """
    lines = [describe(name) for name in schemadiff.__all__ if name != "__version__"]

    assert lines == SNAPSHOT.read_text().splitlines()


@pytest.mark.parametrize("name", [each for each in schemadiff.__all__ if each != "__version__"])
def test_everything_public_is_documented(name: str) -> None:
    """
    What it means, and for a function each argument.
    """
    value = getattr(schemadiff, name)
    text = inspect.getdoc(value) or ""

    assert text
    assert not text.startswith(f"{name}(")
    if inspect.isfunction(value):
        assert all(each in text for each in inspect.signature(value).parameters)


def test_importing_the_package_imports_nothing_else() -> None:
    """
    The names are looked up when they are used.
    """
    code = "import schemadiff, sys; print([m for m in sys.modules if m.startswith(('schemadiff.', 'jsonschema'))])"

    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_no_public_name_is_a_module_too() -> None:
    """
    Importing a module sets it as an attribute of its package, which would hide a public name.
    """
    modules = {each.name for each in pkgutil.iter_modules(schemadiff.__path__)}

    assert not modules & set(schemadiff.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        schemadiff.nonsense  # noqa: B018


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(schemadiff).failed == 0


def test_plain_values_are_contained_or_refuted_or_unknown() -> None:
    """
    With the counter-example as a value, exactly.
    """
    held = schemadiff.contains(inner=NATURAL, outer=INTEGER)
    refuted = schemadiff.contains(inner=INTEGER, outer=NATURAL)
    unknown = schemadiff.contains(inner={"$ref": "https://example.com/a.json"}, outer=NATURAL)

    assert isinstance(held, schemadiff.Contained)
    assert isinstance(refuted, schemadiff.Refuted)
    assert refuted.counter_example < 0
    assert len(refuted.confirmed_by) == 2
    assert isinstance(unknown, schemadiff.Unknown)
    assert unknown.reason is schemadiff.Reason.REFERENCE
    assert isinstance(schemadiff.contains(inner=False, outer=False), schemadiff.Contained)


def test_floats_are_taken_as_they_print() -> None:
    assert schemadiff.load({"multipleOf": 0.1}).value == {"multipleOf": Decimal("0.1")}


def test_an_open_object_counts_as_it_is_written_unless_asked_otherwise() -> None:
    """
    The library asks about all that is accepted; the command line about what is declared.
    """
    old = {"type": "object", "properties": {"a": True}}
    new = {"type": "object", "properties": {"a": True, "b": INTEGER}}

    assert schemadiff.diff(old, new).verdict is schemadiff.Verdict.BREAKING
    assert schemadiff.diff(old, new, emission="declared").verdict is schemadiff.Verdict.COMPATIBLE


def test_files_folders_versions_and_values_are_sides(tmp_path: Path) -> None:
    """
    Mixed as well, where each is one schema.
    """
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    for version, minimum in (("v1", 0), ("v2", 1)):
        (contracts / f"order.{version}.json").write_text(json.dumps({"type": "integer", "minimum": minimum}))

    both = schemadiff.diff("v1", "v2", folder=tmp_path, as_of=date(2026, 11, 23))
    one = schemadiff.diff(schemadiff.load("order@v1", folder=tmp_path), contracts / "order.v2.json", folder=tmp_path)
    value = schemadiff.diff("order@v1", NATURAL, folder=tmp_path)

    assert [each.contract for each in both.comparisons] == ["order"]
    assert both.as_of == "2026-11-23"
    assert both.exit_code == one.exit_code == 1
    assert value.verdict is schemadiff.Verdict.COMPATIBLE
    assert schemadiff.load("order@v2", folder=tmp_path).version == "v2"
    with pytest.raises(schemadiff.UsageError, match="stands for"):
        schemadiff.load(contracts, folder=tmp_path)


def test_a_report_renders_in_every_format() -> None:
    report = schemadiff.diff(INTEGER, NATURAL)

    assert "minimum-raised" in schemadiff.render(report)
    assert json.loads(schemadiff.render(report, "json"))["comparisons"]
    with pytest.raises(schemadiff.UsageError, match="no format 'pdf'"):
        schemadiff.render(report, "pdf")


@pytest.mark.parametrize(
    "wrong", [{"promise": "sideways"}, {"emission": "some"}, {"dialect": "draft3"}], ids=lambda each: next(iter(each))
)
def test_an_argument_that_has_no_such_value_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(schemadiff.UsageError, match=next(iter(wrong))):
        schemadiff.diff(True, True, **wrong)  # type: ignore[arg-type]


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(schemadiff.InputError, match="not a schema"):
        schemadiff.contains(inner={"type": "integr"}, outer=True)
    with pytest.raises(schemadiff.InputError, match="not a schema"):
        schemadiff.diff([], True)  # type: ignore[arg-type]


def test_the_gate_judges_a_working_tree(tmp_path: Path) -> None:
    """
    Against a revision of a repository, by its policy.
    """
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "order.v1.json").write_text(json.dumps(INTEGER))
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (contracts / "order.v1.json").write_text(json.dumps(NATURAL))

    report = schemadiff.check("HEAD", folder=tmp_path, as_of=date(2026, 11, 23))

    assert report.exit_code == 1
    assert schemadiff.check("HEAD", folder=tmp_path, head="HEAD", as_of=date(2026, 11, 23)).comparisons == ()
