"""
However a reference is spelled, it means the schema that it leads to.
"""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.decide import Comparison, Terms, compare
from schemadiff.schema import Node, load_file, load_value
from schemadiff.sources import Folder

FOLDERS = ("", "a", "a/b", "c d", "a/ü")
BASE = "https://acme.example/schemas/"
INSIDE: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "integer", "minimum": 3},
    {"type": "object", "properties": {"k": {"type": "string"}}, "required": ["k"]},
    {"enum": [1, "a", None]},
)
PLACES = {"": "", "#": "", "#/$defs/t": "/$defs/t", "#t": "t", "#/$defs/a~1b%25": "/$defs/a~1b%"}
"""Fragments of references into a file, each with a decoded fragment, under which the target lies."""


@st.composite
def spellings(draw: st.DrawFn) -> dict[str, Any]:
    """
    Where a schema and its target lie, what they are called, and how the one refers to the other.
    """
    here, there = draw(st.sampled_from(FOLDERS)), draw(st.sampled_from(FOLDERS))
    suffix = draw(st.sampled_from((".json", ".yaml")))
    path, target = (
        posixpath.join(here, f"o{suffix}"),
        posixpath.join(there, f"t x{draw(st.sampled_from(('', '#')))}.json"),
    )
    plain = quote(posixpath.relpath(target, here or "."))
    relative = draw(st.sampled_from((plain, f"./{plain}", f"x/../{plain}", plain.replace("t", "%74"), f"{plain}?v=1")))
    identifier = draw(st.sampled_from((None, f"{BASE}{quote(path)}", "urn:acme:o", f"{BASE}other")))
    named = draw(st.booleans())
    absolute = named and draw(st.booleans())
    return {
        "path": path,
        "target": target,
        "identifier": identifier,
        "own": f"{BASE}target" if named else None,
        "reference": f"{BASE}target" if absolute else relative,
        "fragment": draw(st.sampled_from(tuple(PLACES))),
        "nested": draw(st.booleans()),
    }


def at_place(schema: dict[str, Any], fragment: str) -> dict[str, Any]:
    decoded = PLACES[fragment]
    if not decoded:
        return dict(schema)
    if decoded == "t":
        return {"$defs": {"x": {"$anchor": "t", **schema}}}
    return {"$defs": {decoded.removeprefix("/$defs/").replace("~1", "/"): schema}}


def loaded(root: Path, case: dict[str, Any], inside: dict[str, Any]) -> Node:
    reference = {"$ref": case["reference"] + case["fragment"]}
    # A definition in between, so that the reference is in the middle of a chain.
    schema: dict[str, Any] = {"properties": {"n": {"$ref": "#/$defs/m"} if case["nested"] else reference}}
    if case["nested"]:
        schema["$defs"] = {"m": {"allOf": [reference]}}
    if case["identifier"]:
        schema["$id"] = case["identifier"]
    target = at_place(inside, case["fragment"])
    if case["own"]:
        target["$id"] = case["own"]
    for path, value in ((case["path"], schema), (case["target"], target)):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value) if path.endswith(".json") else yaml.safe_dump(value), encoding="utf-8")
    return load_file(Folder(root), case["path"])


def outcome(comparison: Comparison) -> Any:
    found = [(each.rule, each.path, each.classification, each.level) for each in comparison.findings]
    return comparison.backward.verdict, comparison.forward.verdict, found


def of(old: Node, new: Node) -> Any:
    return outcome(compare(old, new, contract="x", names=("old", "new"), terms=Terms()))


@given(case=spellings(), sides=st.tuples(st.sampled_from(INSIDE), st.sampled_from(INSIDE)))
@settings(max_examples=150, deadline=None)
def test_a_comparison_is_that_of_the_inlined_schemas(
    case: dict[str, Any], sides: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    inlined = [load_value({"properties": {"n": inside}}) for inside in sides]
    with TemporaryDirectory() as folder:
        roots = Path(folder) / "old", Path(folder) / "new"
        nodes = [loaded(root, case, inside) for root, inside in zip(roots, sides, strict=True)]

        assert of(*nodes) == of(*inlined)
        assert case["target"] in nodes[0].document.registry.reached
