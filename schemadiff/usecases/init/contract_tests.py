"""
Contract tests as ``init`` writes them: the producer's in Python, the consumer's in Go, and a workflow that runs both.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemadiff.catalog import Catalog
from schemadiff.catalog.model import RESPONSE, UNVERSIONED

_FOLDER = "contracttests"

_GENERATED = """

@pytest.mark.contract("{contract}", "{version}")
def test_what_{name}_allows(valid_message, record_message):
    record_message("{contract}", "{version}", valid_message.payload)


@pytest.mark.contract("{contract}", "{version}")
def test_what_{name}_refuses(invalid_message, record_message):
    record_message("{contract}", "{version}", invalid_message.payload, valid=False)
"""

_MODULE = "module contracttests\n\ngo 1.21\n"


@dataclass(frozen=True, slots=True)
class Template:
    """
    A file to write unless it exists.

    Attributes:
        path: the path in the repository.
        text: the content.
        purpose: its purpose, in words.
    """

    path: str
    text: str
    purpose: str


def template(name: str) -> str:
    """
    The text of a file in ``templates/``: in the installed package, or beside it in a checkout.
    """
    packaged = Path(__file__).parents[2] / "_templates"
    folder = packaged if packaged.is_dir() else Path(__file__).parents[3] / "templates"
    return (folder / name).read_text(encoding="utf-8")


def contract_tests(folder: Path, catalog: Catalog, *, example: bool) -> Iterator[Template]:
    """
    The files of the contract tests.

    Arguments:
        folder: the repository.
        catalog: its contracts; there is a test of the producer for each version of each request.
        example: whether the contracts are the example of ``init``; then a consumer of them is written as well.
    """
    go = _go_folder(folder, catalog.folder)
    yield Template(f"{_FOLDER}/test_producer.py", _producer(catalog, example=example), "tests of what is sent")
    consumer = "example_consumer_test.go" if example else "consumer_test.go"
    yield Template(f"{go}/consumer_test.go", template(consumer), "the consumer that is tested")
    yield Template(f"{go}/contract_test.go", template("contract_test.go"), "tests of what it answers")
    if go == _FOLDER and not (folder / "go.mod").exists():
        yield Template(f"{go}/go.mod", _MODULE, "a Go module for these tests")
    workflow = template("contract-tests.yml").replace("@GO@", shlex.quote(go))
    yield Template(".github/workflows/contract-tests.yml", workflow, "the contract tests in pull requests")


def _go_folder(folder: Path, contracts: str) -> str:
    """
    The folder of the Go tests: in the module at the top, or in the only one directly below, so that they can import its
    internal packages; else in a module of their own.
    """
    modules = [each.parent.name for each in sorted(folder.glob("*/go.mod")) if each.parent.name != contracts]
    if (folder / "go.mod").exists() or len(modules) != 1 or modules == [_FOLDER]:
        return _FOLDER
    return f"{modules[0]}/{_FOLDER}"


def _producer(catalog: Catalog, *, example: bool) -> str:
    text = template("example_test_producer.py" if example else "test_producer.py")
    for contract in catalog.contracts:
        if contract.role == RESPONSE or contract.name.endswith("_response"):
            continue
        for version in contract.versions:
            name = f"{contract.name}_{version.name}" if version.name != UNVERSIONED else contract.name
            plain = "".join(each if each.isalnum() and each.isascii() else "_" for each in name)
            text += _GENERATED.format(contract=contract.name, version=version.name, name=plain)
    return text
