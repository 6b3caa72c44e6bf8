"""
Contracts are found with a manifest and without one.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from schemadiff.catalog import UNVERSIONED, find_catalog, load_catalog, natural, reference
from schemadiff.errors import InputError, UsageError
from schemadiff.sources import Folder, Revision

MANIFEST = "schemadiff: 1\ncontracts: {ask: {versions: {v1: }}}\n"


def tree(root: Path, *files: str) -> Folder:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MANIFEST if path.name == "contracts.yaml" else "{}")
    return Folder(root)


def test_file_names_are_enough(tmp_path: Path) -> None:
    """
    Without a manifest, NAME.vN.json says it all; a file of another form is neither hidden by it nor taken for it.
    """
    files = tree(tmp_path, "c/ask.v10.json", "c/ask.v2.json", "c/tell.v1.json", "c/plain.json", "c/package.json")
    (tmp_path / "c/package.json").write_text('{"name": "x"}')
    catalog = load_catalog(files, "c")

    assert [(each.name, [version.name for version in each.versions]) for each in catalog.contracts] == [
        ("ask", ["v2", "v10"]),
        ("plain", [UNVERSIONED]),
        ("tell", ["v1"]),
    ]
    assert (catalog.path, catalog.contracts[0].promise, catalog.contracts[0].versions[0].sunset) == (
        None,
        "backward",
        None,
    )


def test_a_folder_of_plain_schemas(tmp_path: Path) -> None:
    """
    Each file is a contract with one version that has no name of its own.
    """
    catalog = load_catalog(tree(tmp_path, "ask.json", "tell.schema.json"), "")

    assert [(each.name, each.versions[0].name) for each in catalog.contracts] == [
        ("ask", UNVERSIONED),
        ("tell", UNVERSIONED),
    ]


def test_no_contracts_at_all(tmp_path: Path) -> None:
    """
    An empty answer would look like a good one.
    """
    with pytest.raises(InputError, match="no contracts here"):
        load_catalog(Folder(tmp_path), "")


def test_two_files_for_one_version(tmp_path: Path) -> None:
    """
    Each of them is a contract: neither hides the other.
    """
    catalog = load_catalog(tree(tmp_path, "ask.v1.json", "ask.v1.yml", "ask-v1.json"), "")

    assert {(each.name, each.versions[0].name, each.versions[0].path) for each in catalog.contracts} == {
        ("ask", "v1", "ask-v1.json"),
        ("ask.v1.json", UNVERSIONED, "ask.v1.json"),
        ("ask.v1.yml", UNVERSIONED, "ask.v1.yml"),
    }


@pytest.mark.parametrize(
    ("files", "start", "found"),
    [
        (["contracts/contracts.yaml"], "", "contracts"),
        (["contracts/contracts.yaml", "src/a/b.py"], "src/a", "contracts"),
        (["contracts.yaml"], "", ""),
        (["x/contracts.yaml", "contracts/contracts.yaml"], "x", "x"),
        (["contracts/ask.v1.json"], "", "contracts"),
        (["msgs/ask.v1.json"], "msgs", "msgs"),
        (["services/contracts/contracts.yaml"], "", "services/contracts"),
        (["package.json"], "", None),
    ],
)
def test_finding_them(tmp_path: Path, files: list[str], start: str, found: str | None) -> None:
    """
    The nearest manifest upwards wins, then file names, then the one manifest just below.
    """
    assert find_catalog(tree(tmp_path, *files), start) == found


def test_several_below(tmp_path: Path) -> None:
    """
    Which one is meant is not guessed.
    """
    with pytest.raises(InputError, match=r"several folders of contracts: a, b/contracts"):
        find_catalog(tree(tmp_path, "a/contracts.yaml", "b/contracts/contracts.yaml"))


def test_a_revision_says_the_same(tmp_path: Path) -> None:
    """
    A commit is read like a folder.
    """
    folder = tree(tmp_path, "contracts/contracts.yaml", "contracts/ask.v1.json")
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    revision = Revision(tmp_path, "HEAD")

    assert find_catalog(revision) == "contracts"
    assert load_catalog(revision, "contracts").contracts == load_catalog(folder, "contracts").contracts
    assert load_catalog(revision, "contracts").name == "HEAD:contracts/contracts.yaml"


def test_names() -> None:
    """
    Numbers in names count as numbers, and an unknown name is answered with the nearest one.
    """
    assert sorted(["v10", "v2", "v1.10", "v1.9", "beta", "v02"], key=natural) == [
        "beta",
        "v1.9",
        "v1.10",
        "v02",
        "v2",
        "v10",
    ]
    assert (reference("a@v1"), reference("a")) == (("a", "v1"), ("a", None))


def test_an_unknown_name(tmp_path: Path) -> None:
    """
    The message helps with a slip, and lists what there is otherwise.
    """
    catalog = load_catalog(tree(tmp_path, "job_request.v1.json"), "")
    with pytest.raises(UsageError, match="Did you mean 'job_request'"):
        catalog.contract("job_requst")
    with pytest.raises(UsageError, match="There is: v1"):
        catalog.contract("job_request").version("zzz")
