"""
The library as a caller meets it: these names, these signatures, one place for each, and nothing imported in vain.
"""

from __future__ import annotations

import doctest
import inspect
import json
import os
import pkgutil
import subprocess
import sys
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012

import schemadiff
from schemadiff import errors

SNAPSHOT = Path(__file__).parent / "api_snapshot.txt"
INTEGER, NATURAL = {"type": "integer"}, {"type": "integer", "minimum": 0}


def describe(name: str) -> str:
    """
    A public name with all that a caller may rely on.
    """
    value = getattr(schemadiff, name)
    if get_args(value):
        return f"{name} = {' | '.join(each.__name__ for each in get_args(value))}"
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
    ``SNAPSHOTS=write`` writes it anew; the changelog names the difference.
    """
    lines = [describe(name) for name in schemadiff.__all__ if name != "__version__"]
    if os.environ.get("SNAPSHOTS") == "write":
        SNAPSHOT.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert lines == SNAPSHOT.read_text().splitlines()


@pytest.mark.parametrize("name", [each for each in schemadiff.__all__ if each not in ("__version__", "Answer")])
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


def test_every_class_of_values_is_a_frozen_dataclass() -> None:
    """
    Values are not tuples: a new field breaks no caller.
    """
    for name in schemadiff.__all__:
        value = getattr(schemadiff, name)
        if isinstance(value, type) and not issubclass(value, (BaseException, Enum)):
            assert is_dataclass(value), name
            assert value.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
            assert "__slots__" in vars(value), name


def test_every_error_type_is_public() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type)}

    assert defined <= set(schemadiff.__all__)


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
    assert (held.holds, refuted.holds, unknown.holds) == (True, False, None)
    assert isinstance(held, schemadiff.Answer)
    assert isinstance(schemadiff.contains(inner=False, outer=False), schemadiff.Contained)


def test_an_answer_is_not_a_condition() -> None:
    """
    A refutation would pass for a proof otherwise; the error names what to write instead.
    """
    code = "import schemadiff; bool(schemadiff.contains(inner={'type': 'number'}, outer={'type': 'integer'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "TypeError" in done.stderr
    assert "use answer.holds, or is_subschema(inner, outer)" in done.stderr
    for answer in (schemadiff.Contained(by="x"), schemadiff.Unknown(reason=schemadiff.Reason.BUDGET)):
        with pytest.raises(TypeError, match=r"answer\.holds"):
            bool(answer)


def test_is_subschema_is_true_false_or_none() -> None:
    assert schemadiff.is_subschema(NATURAL, INTEGER) is True
    assert schemadiff.is_subschema(INTEGER, NATURAL) is False
    assert schemadiff.is_subschema({"$ref": "https://example.com/a.json"}, NATURAL) is None


def test_changes_are_found_without_a_verdict() -> None:
    (change,) = schemadiff.diff(INTEGER, NATURAL)
    tagged = [{"properties": {"version": {"const": tag}}, "required": ["version"]} for tag in ("v1", "v2")]

    assert (change.keyword, change.new, change.effect) == ("minimum", 0, schemadiff.Effect.NARROWED)
    assert schemadiff.diff(INTEGER, INTEGER) == ()
    assert schemadiff.diff(*tagged) == ()
    assert len(schemadiff.diff(*tagged, options=schemadiff.Options(version_field="none"))) == 1


def test_instances_are_generated() -> None:
    values = list(schemadiff.generate(NATURAL, 5))

    assert values
    assert all(value >= 0 for value in values)
    assert all(type(value) is not int or value < 0 for value in schemadiff.generate(NATURAL, 5, valid=False))


class UnreachableError(Exception):
    pass


def _retrieve(uri: str) -> Any:
    raise UnreachableError(uri)


@pytest.fixture
def registry() -> Registry[Any]:
    """
    Two schemas, one of them embedded, and a function that must not be called.
    """
    age = DRAFT202012.create_resource({"type": "integer", "$defs": {"big": {"$id": "big", "minimum": 100}}})
    old = DRAFT4.create_resource({"minimum": 0, "exclusiveMinimum": True})
    known: Registry[Any] = Registry(retrieve=_retrieve)
    return known.with_resources([("https://example.com/age", age), ("https://example.com/positive", old)])


def test_references_are_resolved_from_a_registry(registry: Registry[Any], tmp_path: Path) -> None:
    """
    On both sides, in values, texts and files, in the dialect of the resource; nothing is retrieved.
    """
    age, number = {"$ref": "https://example.com/age"}, {"type": "number"}
    (tmp_path / "age.json").write_text(json.dumps(age))

    assert schemadiff.is_subschema(age, number) is None
    assert schemadiff.is_subschema(age, number, registry=registry) is True
    assert schemadiff.is_subschema(number, age, registry=registry) is False
    assert schemadiff.is_subschema({"$ref": "https://example.com/big"}, {"minimum": 7}, registry=registry) is True
    positive = {"$ref": "https://example.com/positive"}
    assert schemadiff.is_subschema(positive, {"exclusiveMinimum": 0}, registry=registry) is True
    assert schemadiff.is_subschema({"$ref": "https://example.com/none"}, number, registry=registry) is None
    report = schemadiff.compare(number, tmp_path / "age.json", registry=registry)
    assert report.verdict is schemadiff.Verdict.BREAKING
    text = schemadiff.load_text(json.dumps(age), registry=registry)
    assert schemadiff.is_subschema(text, number) is True


@pytest.mark.parametrize("dialect", ["draft4", "http://json-schema.org/draft-04/schema#", DRAFT4])
def test_a_dialect_has_three_names(dialect: Any) -> None:
    old = {"minimum": 0, "exclusiveMinimum": True}

    assert schemadiff.load(old, dialect=dialect).dialect == "draft4"
    assert schemadiff.load_text(json.dumps(old), dialect=dialect).dialect == "draft4"
    options = schemadiff.Options(dialect=dialect)
    assert schemadiff.is_subschema(old, {"not": {"enum": [0]}}, options=options) is True
    assert schemadiff.compare(old, {**old, "minimum": 1}, options=options).exit_code == 1


def test_rule_sets_and_levels_are_values() -> None:
    levels = schemadiff.Options(levels={"minimum-raised": "note"})
    rules = schemadiff.RuleSet(name="ours", levels={"minimum-raised": "warning"})
    override = schemadiff.LevelOverride(level="none", rule="minimum-*")

    def level(options: schemadiff.Options) -> str:
        (comparison,) = schemadiff.compare(INTEGER, NATURAL, options=options).comparisons
        return comparison.findings[0].level

    assert level(schemadiff.Options()) == "error"
    assert level(levels) == "note"
    assert level(schemadiff.Options(rules=rules)) == "warning"
    assert level(schemadiff.Options(rules=rules, overrides=(override,))) == "none"


def test_floats_are_taken_as_they_print() -> None:
    assert schemadiff.load({"multipleOf": 0.1}).value == {"multipleOf": Decimal("0.1")}


def test_one_default_of_emission() -> None:
    """
    A comparison assumes declared properties, as on the command line; containment is a question about sets.
    """
    old = {"type": "object", "properties": {"a": True}}
    new = {"type": "object", "properties": {"a": True, "b": INTEGER}}
    everything, declared = schemadiff.Options(emission="any"), schemadiff.Options(emission="declared")

    assert schemadiff.compare(old, new).verdict is schemadiff.Verdict.COMPATIBLE
    assert schemadiff.compare(old, new, options=everything).verdict is schemadiff.Verdict.BREAKING
    assert schemadiff.is_subschema(old, new) is False
    assert schemadiff.is_subschema(old, new, options=declared) is True


def test_files_folders_versions_and_values_are_sides(tmp_path: Path) -> None:
    """
    Mixed as well, where each is one schema.
    """
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    for version, minimum in (("v1", 0), ("v2", 1)):
        (contracts / f"order.{version}.json").write_text(json.dumps({"type": "integer", "minimum": minimum}))

    both = schemadiff.compare("v1", "v2", folder=tmp_path, options=schemadiff.Options(as_of=date(2026, 11, 23)))
    one = schemadiff.compare(schemadiff.load("order@v1", folder=tmp_path), contracts / "order.v2.json", folder=tmp_path)
    value = schemadiff.compare("order@v1", NATURAL, folder=tmp_path)

    assert [each.contract for each in both.comparisons] == ["order"]
    assert both.as_of == "2026-11-23"
    assert both.exit_code == one.exit_code == 1
    assert value.verdict is schemadiff.Verdict.COMPATIBLE
    assert schemadiff.load("order@v2", folder=tmp_path).version == "v2"
    with pytest.raises(schemadiff.UsageError, match="stands for"):
        schemadiff.load(contracts, folder=tmp_path)


def test_a_report_renders_in_every_format() -> None:
    report = schemadiff.compare(INTEGER, NATURAL)

    assert "minimum-raised" in schemadiff.render(report)
    assert json.loads(schemadiff.render(report, "json"))["comparisons"]
    with pytest.raises(schemadiff.UsageError, match="no format 'pdf'"):
        schemadiff.render(report, "pdf")


@pytest.mark.parametrize(
    "wrong",
    [
        {"promise": "sideways"},
        {"emission": "some"},
        {"dialect": "draft3"},
        {"formats": True},
        {"fail_on": "often"},
        {"budget": 0},
        {"jobs": -1},
    ],
    ids=lambda each: next(iter(each)),
)
def test_an_option_that_has_no_such_value_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(schemadiff.UsageError, match=next(iter(wrong))):
        schemadiff.compare(True, True, options=schemadiff.Options(**wrong))


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(schemadiff.InputError, match="not a schema"):
        schemadiff.contains(inner={"type": "integr"}, outer=True)
    with pytest.raises(schemadiff.InputError, match="not a schema"):
        schemadiff.compare([], True)  # type: ignore[arg-type]


def test_the_gate_checks_a_working_tree(tmp_path: Path) -> None:
    """
    Against a revision of a repository, by its policy.
    """
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "order.v1.json").write_text(json.dumps(INTEGER))
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (contracts / "order.v1.json").write_text(json.dumps(NATURAL))

    options = schemadiff.Options(as_of=date(2026, 11, 23))
    report = schemadiff.check("HEAD", folder=tmp_path, options=options)

    assert report.exit_code == 1
    assert schemadiff.check("HEAD", folder=tmp_path, head="HEAD", options=options).comparisons == ()
