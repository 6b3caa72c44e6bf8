"""
A first setup: what a repository needs so that its contracts are held to their promises.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from schemadiff.catalog import MANIFESTS, UNVERSIONED, Catalog, Contract, Survey, Version, survey
from schemadiff.catalog.cursor import is_name
from schemadiff.catalog.model import REQUEST, RESPONSE
from schemadiff.decide.lint import requires
from schemadiff.decide.version_tag import VERSION_NAMES, pinned
from schemadiff.errors import InputError
from schemadiff.report.results import Scaffold, ScaffoldStep
from schemadiff.schema import load_file
from schemadiff.sources import Folder, Tree
from schemadiff.usecases.init.contract_tests import Template, contract_tests, template
from schemadiff.workspace import Workspace

WROTE, KEPT, PLANNED = "wrote", "kept", "planned"

_EXAMPLES = {
    "order_request.v1.json": "an example of a contract",
    "order_response.v1.json": "an example of its answers",
}


def scaffold(workspace: Workspace, *, write: bool = True) -> Scaffold:
    """
    Find or write contracts, manifests, folders of fixtures, workflows, a hook and contract tests. Contracts that exist
    are taken as they are, nothing is overwritten, and a second run changes nothing.

    Arguments:
        workspace: the repository, with the options: the folder of contracts, and the day of publication of a contract
            that a manifest lists for the first time.
        write: whether to write what is missing, or to plan it only.

    Returns:
        What was written, kept or planned, and what to do next.

    Raises:
        InputError: an existing manifest cannot be read, or a file cannot be written; then nothing is.
    """
    root = workspace.root
    tree = _PlannedTree(Folder(root))
    found = _survey(workspace, tree)
    for error in found.errors.values():
        raise error
    files: list[Template] = []
    if not found.catalogs:
        place = workspace.options.contracts_folder or _USUAL
        files += [Template(f"{place}/{name}", template(name), purpose) for name, purpose in _EXAMPLES.items()]
        tree.planned.update((file.path, file.text.encode()) for file in files)
        found = _survey(workspace, tree)
    advice = [f"Replace {each.path.rpartition('/')[0]}/order_*.v1.json by your own schemas." for each in files[:1]]
    example = bool(files)
    catalogs = _with_manifests(found)
    for catalog in catalogs:
        files += _manifest(tree, catalog, workspace.options.day)
        if catalog.path is None:
            path = posixpath.join(catalog.folder, MANIFESTS[0])
            advice.append(f"Say in {path} who writes and who reads each contract (role, producer, consumer).")
    files.append(
        Template(".github/workflows/contracts.yml", template("gate-workflow.yml"), "the gate in pull requests")
    )
    hooks = Template(".pre-commit-config.yaml", template("pre-commit-config.yaml"), "the gate before each commit")
    files.append(hooks)
    files += contract_tests(root, _as_listed(catalogs[0]), example=example)
    steps = _apply(root, files, write=write)
    advice += [*_hook(root, hooks), *_next(root, steps), found.account.summary]
    return Scaffold(steps=tuple(steps), advice=tuple(advice))


_USUAL = "contracts"


class _PlannedTree:
    """
    The files of a folder together with files that are not written yet.
    """

    def __init__(self, folder: Folder) -> None:
        self.planned: dict[str, bytes] = {}
        self.root = folder.root
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        return self.planned.get(path) or self._folder.read(path)

    def files(self, folder: str) -> list[str]:
        return sorted(
            {*self._folder.files(folder), *(path for path in self.planned if posixpath.dirname(path) == folder)}
        )

    def below(self, folder: str) -> list[str]:
        start = f"{folder}/" if folder else ""
        return sorted({*self._folder.below(folder), *(path for path in self.planned if path.startswith(start))})

    def name(self, path: str) -> str:
        return self._folder.name(path)


def _survey(workspace: Workspace, tree: _PlannedTree) -> Survey:
    stated = workspace.options.contracts_folder
    return survey(tree, tree.below(""), roots=() if stated is None else (posixpath.normpath(stated),))


def _with_manifests(found: Survey) -> list[Catalog]:
    """
    One catalog for each manifest that there is or shall be: one for all folders without a manifest if their contracts
    have different names and no manifest is among them, else one for each of these folders.
    """
    listed = [catalog for catalog in found.catalogs.values() if catalog.path is not None]
    plain = [catalog for catalog in found.catalogs.values() if catalog.path is None]
    names = [contract.name for catalog in plain for contract in catalog.contracts]
    if len(plain) > 1 and len(names) == len(set(names)):
        common = posixpath.commonpath([catalog.folder for catalog in plain]) if all(c.folder for c in plain) else ""
        if not any(catalog.folder == common or catalog.folder.startswith(f"{common}/") for catalog in listed):
            contracts = tuple(contract for catalog in plain for contract in catalog.contracts)
            plain = [Catalog(contracts=contracts, folder=common, name=common)]
    return [*listed, *plain]


def _apply(root: Path, files: list[Template], *, write: bool) -> list[ScaffoldStep]:
    """
    Write the files that are missing, all of them or none.
    """
    steps, written = [], []
    try:
        for file in files:
            exists = os.path.lexists(root / file.path)
            steps.append(ScaffoldStep(KEPT if exists else WROTE if write else PLANNED, file.path, file.purpose))
            if write and not exists:
                _write(root, file)
                written.append(root / file.path)
    except InputError:
        for path in written:
            path.unlink()
        raise
    return steps


def _write(root: Path, file: Template) -> None:
    target = root / file.path
    try:
        if not target.parent.resolve().is_relative_to(root.resolve()):
            raise InputError("the link leads out of the repository", name=file.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as stream:
            stream.write(file.text)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", name=file.path) from None


def _manifest(tree: _PlannedTree, catalog: Catalog, as_of: date) -> Iterator[Template]:
    path = catalog.path or posixpath.join(catalog.folder, MANIFESTS[0])
    text = "" if catalog.path is not None else manifest_text(tree, catalog, as_of)
    yield Template(path, text, "roles, promises and support windows")
    fixtures = posixpath.join(catalog.folder, "fixtures/README.md")
    yield Template(fixtures, template("fixtures.md"), "recorded messages go there")


def _as_listed(catalog: Catalog) -> Catalog:
    """
    A catalog with the versions that its manifest gives to contracts without one.
    """
    return replace(
        catalog,
        contracts=tuple(
            replace(
                contract,
                versions=tuple(replace(each, name=_version_name(contract, each)) for each in contract.versions),
            )
            for contract in catalog.contracts
        ),
    )


def _version_name(contract: Contract, version: Version) -> str:
    alone = version.name == UNVERSIONED and len(contract.versions) == 1
    return "v1" if alone else version.name


def manifest_text(tree: Tree, catalog: Catalog, as_of: date) -> str:
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
        # What a manifest cannot name stays guarded by the name of its file.
        versions = [version for version in contract.versions if is_name(version.name)]
        if not is_name(contract.name) or not versions:
            continue
        promise = "forward" if contract.name.endswith("_response") else "backward"
        role = next((each for each in (REQUEST, RESPONSE) if contract.name.endswith(f"_{each}")), None)
        lines += [f"  {_quoted(contract.name)}:", *([f"    role: {role}"] if role else []), f"    promise: {promise}"]
        lines.append("    versions:")
        for version in versions:
            name = _version_name(contract, version)
            path = posixpath.relpath(version.path, catalog.folder or ".")
            file = f"file: {_quoted(path)}, " if path != f"{contract.name}.{name}.json" else ""
            lines.append(f"      {_quoted(name)}: {{{file}published: {as_of}}}")
    return "\n".join([*lines, "", "fixtures: fixtures", "", "waivers: []", "", template("operations.yaml")])


def _quoted(text: str) -> str:
    plain = text.replace("_", "").replace("-", "").replace(".", "")
    return text if plain.isalnum() and plain.isascii() and text[0].isalpha() else json.dumps(text)


def _version_field(tree: Tree, catalog: Catalog) -> str:
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


def _hook(root: Path, hooks: Template) -> Iterator[str]:
    path = root / hooks.path
    if path.exists() and "schemadiff" not in path.read_text(encoding="utf-8", errors="replace"):
        yield f"Add the hook to {hooks.path} by hand:\n\n{hooks.text}".rstrip()


def _next(folder: Path, steps: list[ScaffoldStep]) -> Iterator[str]:
    wrote = [step.path for step in steps if step.action != KEPT]
    if any("workflows" in each for each in wrote):
        yield "Set the repository variable SCHEMADIFF_PACKAGE to the address of schemadiff, pinned to a commit."
        yield "Fill in the commits of the actions in .github/workflows; the comment at the top has the command."
    consumer = next((each for each in wrote if each.endswith("consumer_test.go")), None)
    if consumer is not None:
        yield f"Let consume in {consumer} call your worker, and contracttests/test_producer.py your producer."
    if wrote:
        yield f"Look at what was written, then: git add {' '.join(wrote)}"
    if any(step.action == PLANNED for step in steps):
        yield "Nothing is written yet: `schemadiff init --yes` writes it."
    if not (folder / ".git").exists():
        yield "This is not the top of a git repository; `schemadiff check` needs one."
    yield "Try it: edit a schema, then run `schemadiff check --against HEAD`."
