from __future__ import annotations

from pathlib import Path

import pytest

from schemadiff.catalog import load_catalog
from schemadiff.producer import Messages
from schemadiff.sources import Folder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def requests_():
    tree = Folder(ROOT)
    return Messages(tree, load_catalog(tree, "contracts"), "job_request")


@pytest.fixture(scope="session")
def responses():
    tree = Folder(ROOT)
    return Messages(tree, load_catalog(tree, "contracts"), "job_response")


@pytest.fixture
def v2():
    return {
        "schema_version": "v2",
        "job_id": "nightly-0001",
        "tenant": "acme",
        "timeout_ms": 30000,
        "tasks": [{"id": "t1", "action": "scan"}],
    }
