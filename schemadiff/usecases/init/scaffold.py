"""
A first setup: what a repository needs so that its contracts are held to their promises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from schemadiff.catalog import MANIFESTS, UNVERSIONED, Catalog, find_catalog, load_catalog
from schemadiff.catalog.model import REQUEST, RESPONSE
from schemadiff.decide.lint import requires
from schemadiff.decide.version_tag import VERSION_NAMES, pinned
from schemadiff.errors import InputError
from schemadiff.report.results import Scaffold, ScaffoldStep
from schemadiff.schema import load_file
from schemadiff.sources import Folder
from schemadiff.usecases.init.contract_tests import contract_tests, template
from schemadiff.workspace import Workspace

WROTE, KEPT = "wrote", "kept"

_EXAMPLES = {
    "order_request.v1.json": "an example of a contract",
    "order_response.v1.json": "an example of its answers",
}


def scaffold(workspace: Workspace) -> Scaffold:
    """
    Find or write contracts, a manifest, a folder of fixtures, workflows, a hook and contract tests. Nothing is
    overwritten, and a second run changes nothing.

    Arguments:
        workspace: the repository, with the options: the folder of contracts, and the day of publication of a contract
            that is written as an example.

    Returns:
        What was written or kept, and what to do next.

    Raises:
        InputError: an existing manifest cannot be read, or a file cannot be written.
    """
    folder, tree = workspace.root, workspace.tree
    stated = workspace.options.contracts_folder
    place = stated if stated is not None else find_catalog(tree, "")
    steps: list[ScaffoldStep] = []
    advice: list[str] = []
    example = place is None or not _any_schema(tree, place)
    place = place or "contracts"
    if example:
        steps += [_put(folder, f"{place}/{name}", template(name), purpose) for name, purpose in _EXAMPLES.items()]
        advice.append(f"Replace {place}/order_*.v1.json by your own schemas, called NAME.v1.json.")
    catalog = load_catalog(tree, place)
    steps.append(_manifest(folder, place, catalog, workspace.options.day, advice))
    steps.append(
        _put(folder, f"{place}/fixtures/README.md".lstrip("/"), template("fixtures.md"), "recorded messages go there")
    )
    steps.append(
        _put(folder, ".github/workflows/contracts.yml", template("contracts.yml"), "the gate in pull requests")
    )
    steps.append(_hook(folder, advice))
    steps += [
        _put(folder, contract_test.path, contract_test.text, contract_test.purpose)
        for contract_test in contract_tests(folder, load_catalog(tree, place), example=example)
    ]
    advice += _next(folder, steps)
    return Scaffold(steps=tuple(steps), advice=tuple(advice))


def _any_schema(tree: Folder, place: str) -> bool:
    try:
        return bool(load_catalog(tree, place).contracts)
    except InputError as error:
        if error.message == "no contracts here":
            return False
        raise


def _put(folder: Path, path: str, text: str, purpose: str) -> ScaffoldStep:
    target = folder / path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return ScaffoldStep(KEPT, path, purpose)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", name=path) from None
    return ScaffoldStep(WROTE, path, purpose)


def _manifest(folder: Path, place: str, catalog: Catalog, as_of: date, advice: list[str]) -> ScaffoldStep:
    purpose = "roles, promises and support windows"
    if catalog.path is not None:
        return ScaffoldStep(KEPT, catalog.path, purpose)
    path = f"{place}/{MANIFESTS[0]}".lstrip("/")
    step = _put(folder, path, manifest_text(Folder(folder), catalog, as_of), purpose)
    advice.append(f"Say in {path} who writes and who reads each contract (role, producer, consumer).")
    return step


def manifest_text(tree: Folder, catalog: Catalog, as_of: date) -> str:
    """
    A manifest for contracts that have none: each with the versions that there are, and where they carry them.
    """
    lines = [
        "# Who writes and who reads each contract, what it promises, and how long each version is kept.",
        "schemadiff: 1",
        "",
        "defaults:",
        f"  version_field: {_version_field(tree, catalog)}",
        "  support_days: 90",
        "",
        "contracts:",
    ]
    for contract in catalog.contracts:
        promise = "forward" if contract.name.endswith("_response") else "backward"
        role = next((each for each in (REQUEST, RESPONSE) if contract.name.endswith(f"_{each}")), None)
        lines += [f"  {_quoted(contract.name)}:", *([f"    role: {role}"] if role else []), f"    promise: {promise}"]
        lines.append("    versions:")
        for version in contract.versions:
            name = "v1" if version.name == UNVERSIONED else version.name
            file = f"file: {_quoted(version.path.rpartition('/')[2])}, " if version.name == UNVERSIONED else ""
            lines.append(f"      {_quoted(name)}: {{{file}published: {as_of}}}")
    return "\n".join([*lines, "", "fixtures: fixtures", "", "waivers: []", "", template("operations.yaml")])


def _quoted(text: str) -> str:
    plain = text.replace("_", "").replace("-", "").replace(".", "")
    return text if plain.isalnum() and plain.isascii() and text[0].isalpha() else json.dumps(text)


def _version_field(tree: Folder, catalog: Catalog) -> str:
    """
    The name under which all schemas pin their version; none where they have none in common.
    """
    paths = [version.path for contract in catalog.contracts for version in contract.versions]
    for name in VERSION_NAMES:
        try:
            roots = [load_file(tree, path) for path in paths]
        except InputError:
            break
        if all(pinned(root, (name,)) is not None and requires(root, (name,)) for root in roots):
            return f"/{name}"
    return "none"


def _hook(folder: Path, advice: list[str]) -> ScaffoldStep:
    hooks = template("pre-commit-config.yaml")
    step = _put(folder, ".pre-commit-config.yaml", hooks, "the gate before each commit")
    if step.action == KEPT and "schemadiff" not in (folder / step.path).read_text(encoding="utf-8", errors="replace"):
        advice.append(f"Add the hook to {step.path} by hand:\n\n{hooks.partition(chr(10))[2]}".rstrip())
    return step


def _next(folder: Path, steps: list[ScaffoldStep]) -> Iterator[str]:
    wrote = [step.path for step in steps if step.action == WROTE]
    if any("workflows" in each for each in wrote):
        yield "Set the repository variable SCHEMADIFF_PACKAGE to the address of schemadiff, pinned to a commit."
    consumer = next((each for each in wrote if each.endswith("consumer_test.go")), None)
    if consumer is not None:
        yield f"Let consume in {consumer} call your worker, and contracttests/test_producer.py your producer."
    if wrote:
        yield f"Look at what was written, then: git add {' '.join(wrote)}"
    if not (folder / ".git").exists():
        yield "This is not the top of a git repository; `schemadiff check` needs one."
    yield "Try it: edit a schema, then run `schemadiff check --against HEAD`."
