"""
Documents that are no JSON Schema are never compared as one, and no schema is taken for another document.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemadiff.errors import InputError
from schemadiff.keywords import TABLE
from schemadiff.schema import load_file, load_text
from schemadiff.schema.document_kind import FOREIGN_KINDS, foreign_kind
from schemadiff.sources import Folder

TEXT = {"type": "string"}
API = {"title": "Shop", "version": "1"}

FOREIGN: list[tuple[str, dict[str, Any]]] = [
    ("an OpenAPI document", {"openapi": "3.1.0", "info": API, "components": {"schemas": {"a": TEXT}}}),
    ("an OpenAPI document", {"openapi": "3.0.3", "info": API, "paths": {}, "title": "x", "type": "object"}),
    ("a Swagger document", {"swagger": "2.0", "info": API, "definitions": {"a": TEXT}}),
    ("an AsyncAPI document", {"asyncapi": "3.0.0", "info": API, "channels": {}}),
    (
        "a Kubernetes custom resource definition",
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "spec": {"versions": [{"schema": {"openAPIV3Schema": {"type": "object"}}}]},
        },
    ),
    ("a Kubernetes manifest", {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 2}}),
    ("a Kubernetes manifest", {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": {}}),
    ("a Helm chart", {"apiVersion": "v2", "name": "shop", "version": "0.1.0", "description": "x"}),
    ("an npm package", {"name": "a", "version": "1.0.0", "description": "x", "dependencies": {"b": "^1.0.0"}}),
    ("an npm package", {"name": "a", "type": "module", "scripts": {"test": "true"}}),
    ("a TypeScript configuration", {"compilerOptions": {"strict": True}, "$schema": "https://tools.example/ts"}),
    ("an Avro schema", {"type": "record", "name": "a", "fields": [{"name": "b", "type": "string"}]}),
    ("an Avro schema", {"type": "enum", "name": "a", "symbols": ["B"], "default": "B"}),
    ("a GeoJSON document", {"type": "FeatureCollection", "features": []}),
    ("a JSON-LD document", {"@context": "https://schema.org", "@type": "Person", "name": "x"}),
    ("a Postman collection", {"info": {"name": "x"}, "item": []}),
    ("a SARIF log", {"version": "2.1.0", "runs": [], "$schema": "https://tools.example/sarif"}),
    ("a workflow of GitHub Actions", {"name": "x", "on": {"push": None}, "jobs": {}}),
    ("a Compose file", {"services": {"a": {"image": "b"}}}),
    ("components of an OpenAPI document", {"components": {"schemas": {"a": TEXT}}}),
    ("a list of tools", {"tools": [{"name": "a", "inputSchema": {"type": "object"}}]}),
]


@pytest.mark.parametrize(("name", "document"), FOREIGN)
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_document_of_another_kind_is_named(name: str, document: dict[str, Any], suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"x.v1.{suffix}").write_text(json.dumps(document))

    with pytest.raises(InputError) as refused:
        load_file(Folder(tmp_path), f"x.v1.{suffix}")

    assert refused.value.message == f"not a schema: it seems to be {name}"
    assert (refused.value.name, refused.value.line) == (f"x.v1.{suffix}", 1)
    assert refused.value.remedy


def test_every_kind_has_an_example() -> None:
    assert {kind.name for kind in FOREIGN_KINDS} == {name for name, _ in FOREIGN}


@pytest.mark.parametrize(
    "document",
    [
        {"a": 1},
        {"job_id": "a1", "amount": 3, "lines": [{"sku": "x"}]},
        {"schemas": {"a": TEXT}},
        {"name": "x", "version": "1.0.0"},
        {"x-owner": "us"},
    ],
)
def test_an_object_without_a_keyword_is_no_schema(document: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="holds no schema keyword"):
        load_text(json.dumps(document), name="x.json")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "object"},
        {"title": "anything"},
        {"description": "anything", "x-owner": "us"},
        {"$comment": "anything"},
        {"$id": "https://example.com/a"},
        {"$defs": {"a": TEXT}},
        {"examples": [1]},
        {"type": "object", "properties": {"openapi": TEXT, "tools": TEXT, "apiVersion": TEXT, "kind": TEXT}},
        {"type": "object", "tools": [{"name": "a keyword of a tool of ours"}]},
        {"$ref": "#/components/schemas/a", "components": {"schemas": {"a": TEXT}}},
        {"enum": ["a"], "services": {"owner": "us"}, "apiVersion": "v1", "kind": "Schema"},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "openapi": "3.1.0", "info": {}},
        {"$schema": "http://json-schema.org/draft-07/schema#", "a": 1},
    ],
)
def test_a_schema_is_never_taken_for_another_document(document: dict[str, Any]) -> None:
    assert load_text(json.dumps(document), name="x.json").value == document


@pytest.mark.parametrize("keyword", sorted({row.name for row in TABLE} - {"id"}))
def test_any_keyword_makes_a_schema(keyword: str) -> None:
    assert foreign_kind({keyword: {}}) is None


def test_the_remedy_for_an_openapi_document_works(tmp_path: Path) -> None:
    """
    A schema may refer into it.
    """
    (tmp_path / "api.yaml").write_text("openapi: 3.1.0\ninfo: {}\ncomponents: {schemas: {Job: {type: integer}}}\n")
    (tmp_path / "job.json").write_text('{"$ref": "api.yaml#/components/schemas/Job"}')

    node = load_file(Folder(tmp_path), "job.json")

    assert node.resolve(node.value["$ref"]).value == {"type": "integer"}  # type: ignore[union-attr]
