"""
Where contracts are: folders, settings, clones and histories in which the gate has to find them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from gated import MANIFEST, NARROW, NOTE, Repository, findings, rules, schema, told

from schemadiff.errors import InputError, UsageError
from schemadiff.report import Report, render
from schemadiff.schema import Loader
from schemadiff.sources.git_process import MissingContent


def test_nothing_to_judge_is_bad_input(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("README.md", "hello")
    repository.commit()

    with pytest.raises(InputError, match="no contracts"):
        repository.check()
    with pytest.raises(InputError, match="no contracts"):
        repository.check(contracts="nowhere")
    with pytest.raises(InputError, match="not in this clone"):
        repository.check("no-such-branch")
    with pytest.raises(UsageError):
        repository.check(head="main", staged=True)


def test_a_folder_of_schemas_without_a_manifest(tmp_path: Path) -> None:
    """
    Sub-folders included; what git sees as renamed is another contract until a manifest says otherwise.
    """
    repository = Repository(tmp_path)
    repository.write("schemas/a.json", schema())
    repository.write("schemas/deep/b.json", schema(**NOTE))
    repository.commit()
    repository.write("schemas/deep/b.json", schema(**NOTE, **NARROW))
    report = repository.check(contracts="schemas")
    assert (report.exit_code, [each.contract for each in report.comparisons]) == (1, ["b"])
    assert "schemas/deep/b.v1.json" in told(report)
    assert repository.check().exit_code == 1  # a folder that is called schemas is found

    repository.git("checkout", "-q", ".")
    repository.git("mv", "schemas/a.json", "schemas/c.json")
    repository.write("schemas/c.json", schema(timeout_seconds={"type": "integer", "minimum": 1, "maximum": 3000}))
    repository.git("add", "-A")
    report = repository.check(contracts="schemas", staged=True)
    assert (report.exit_code, rules(report)) == (1, ["version-removed-before-sunset", "version-added"])

    repository.git("rm", "-qf", "schemas/c.json")
    report = repository.check(contracts="schemas")
    assert (report.exit_code, rules(report)) == (1, ["version-removed-before-sunset"])


def test_a_folder_that_gets_versions_and_a_manifest_keeps_its_past(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write("schemas/job.json", schema())
    repository.commit()
    repository.git("mv", "schemas/job.json", "schemas/job.v1.json")
    repository.write("schemas/job.v2.json", schema("v2", **NARROW))
    repository.write("schemas/contracts.yaml", MANIFEST + "      v2: {published: 2026-11-23}\n")
    repository.git("add", "-A")
    report = repository.check()

    assert report.exit_code == 0
    assert [(each.old, each.new) for each in report.comparisons] == [("v1", "v2")]


def test_several_manifests_and_a_folder_that_moves(repository: Repository) -> None:
    """
    Moving the contracts does not lose their promises.
    """
    repository.write("services/mail/contracts/contracts.yaml", MANIFEST.replace("job:", "mail:"))
    repository.write("services/mail/contracts/mail.v1.json", schema())
    repository.commit()
    repository.write("services/mail/contracts/mail.v1.json", schema(**NARROW))
    assert repository.check("HEAD").exit_code == 1

    repository.git("checkout", "-q", ".")
    repository.git("mv", "contracts", "interfaces")
    repository.write("interfaces/job.v1.json", schema(**NARROW))
    report = repository.check("HEAD")
    assert report.exit_code == 1
    assert findings(report) == [("maximum-lowered", "breaking")]
    assert "The contracts of contracts are in interfaces now." in report.notes


def test_folders_are_named_by_settings_or_seen_from_where_the_command_runs(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    for name in ("mail", "bill"):
        repository.write(f"services/{name}/api/{name}.v1.json", schema())
    repository.write("data/order.v1.json", "not a schema")
    repository.write("schemadiff.toml", 'contracts = ["services/*/api"]')
    repository.commit()
    for name in ("mail", "bill"):
        repository.write(f"services/{name}/api/{name}.v1.json", schema(**NARROW))
    repository.write("data/order.v1.json", "still not a schema")

    assert [each.contract for each in repository.check().comparisons] == ["bill", "mail"]
    one = repository.check(folder=tmp_path / "services/mail", contracts="api")
    assert [each.contract for each in one.comparisons] == ["mail"]
    assert one.comparisons[0].findings[0].new_place.name == "services/mail/api/mail.v1.json"


def test_a_shallow_clone_says_what_is_missing(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    """
    And the command that it names brings it.
    """
    repository.git("checkout", "-qb", "topic")
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.commit()
    clone = Repository(tmp_path_factory.mktemp("clone"))
    clone.git("remote", "add", "-t", "topic", "origin", f"file://{repository.root}")
    clone.git("fetch", "-q", "--depth=1", "origin", "topic")
    clone.git("checkout", "-q", "FETCH_HEAD")
    with pytest.raises(InputError) as caught:
        clone.check("origin/main")
    command = str(caught.value).partition("Fetch it first: git ")[2]
    assert command.startswith("fetch --depth=1 origin main")

    clone.git(*command.split())
    report = clone.check("origin/main")
    assert report.exit_code == 1
    assert "too shallow" in told(report)


def test_a_partial_clone_is_told_apart_from_an_empty_one(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    What is missing is not fetched unasked; the command that the error names brings it.
    """
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.commit()
    root = tmp_path_factory.mktemp("partial")
    subprocess.run(
        ["git", "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository.root}", str(root)],
        check=True,
    )
    clone = Repository(root)
    with pytest.raises(MissingContent) as caught:
        clone.check("HEAD~1", head="HEAD")
    command = str(caught.value).partition("fetch it first: git ")[2]
    assert caught.value.exit_code == 4
    assert _lacks(root, "HEAD~1:contracts/job.v1.json")

    clone.git(*command.split())
    assert clone.check("HEAD~1", head="HEAD").exit_code == 1


def test_odd_names_and_links(repository: Repository) -> None:
    """
    Spaces, signs, letters of all scripts, links inside the tree.
    """
    repository.write("contracts/größe \u202ex.json", {"type": "integer"})
    (repository.root / "contracts/linked.v1.json").symlink_to("job.v1.json")
    repository.write("contracts/contracts.yaml", MANIFEST + "  linked:\n    versions: {v1: }\n")
    repository.commit()
    repository.write("contracts/job.v1.json", schema(**NARROW))

    report = repository.check("HEAD")
    assert [each.contract for each in report.comparisons] == ["job", "linked"]
    assert repository.check("HEAD~1", head="HEAD").exit_code == 0


def _lacks(root: Path, name: str) -> bool:
    offline = {**os.environ, "GIT_ALLOW_PROTOCOL": "none"}
    return bool(subprocess.run(["git", "cat-file", "-e", name], cwd=root, env=offline, check=False).returncode)


FLAGS: list[tuple[dict[str, str], Callable[[Report], bool]]] = [
    ({"emission": "any"}, lambda report: report.exit_code == 1),
    ({"fail_on": "never"}, lambda report: report.exit_code == 0),
]


@pytest.mark.parametrize(("flags", "holds"), FLAGS)
def test_flags_win(repository: Repository, flags: dict[str, str], holds: Callable[[Report], bool]) -> None:
    repository.write("contracts/job.v1.json", schema(**NOTE))

    assert holds(repository.check(**flags))


def test_of_many_contracts_only_what_differs_is_read(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    And git is asked a fixed number of times.
    """
    read: list[str] = []
    asked: list[str] = []

    def count(many: int) -> int:
        listed = "".join(f"  c{number}:\n    versions: {{v1: }}\n" for number in range(many))
        for number in range(many):
            repository.write(f"contracts/c{number}.v1.json", schema())
        repository.write("contracts/contracts.yaml", MANIFEST + listed)
        repository.commit()
        for number in (1, 3, 5):
            repository.write(f"contracts/c{number}.v1.json", schema(**NARROW))
        read.clear()
        asked.clear()
        report = repository.check("HEAD")
        repository.git("checkout", "-q", ".")
        assert len(report.comparisons) == 3
        assert len(read) == 6
        return len(asked)

    load, popen = Loader.file, subprocess.Popen.__init__
    monkeypatch.setattr(Loader, "file", lambda self, tree, path: (read.append(path), load(self, tree, path))[1])
    monkeypatch.setattr(
        subprocess.Popen, "__init__", lambda self, args, **more: (asked.append(args), popen(self, args, **more))[1]
    )
    assert count(10) == count(60) < 20


def test_a_path_with_a_colon_is_shown_whole(tmp_path: Path) -> None:
    """
    A service would mark the lines of another file.
    """
    repository = Repository(tmp_path)
    repository.write("a:b/job.v1.json", schema())
    repository.commit()
    repository.write("a:b/job.v1.json", schema(**NARROW))
    report = repository.check("HEAD", contracts="a:b")

    assert findings(report) == [("maximum-lowered", "breaking")]
    assert "file=a%3Ab/job.v1.json," in render(report, "github")
    assert '"a%3Ab/job.v1.json"' in render(report, "sarif")
