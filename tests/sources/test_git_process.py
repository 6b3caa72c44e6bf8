"""
Git in a repository whose every part names a program: none of them runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "stories"))
from gated import DAY, MANIFEST, NARROW, NOTE, Repository, schema

from schemadiff.errors import InputError, SchemadiffError
from schemadiff.options import Options
from schemadiff.sources import Revision, git, open_revision
from schemadiff.sources.git_process import git_environment, run_git
from schemadiff.usecases.check.gate import check
from schemadiff.usecases.check.proposed_change import ProposedChange

WAIVER = """\
waivers:
  - {rule: maximum-lowered, place: "/properties/timeout_seconds", fingerprint: 0123456789abcdef, reason: agreed,
     owner: ada, expires: "2027-01-31"}
"""


@pytest.fixture
def trap(tmp_path: Path) -> Callable[[str], str]:
    """
    A function that makes a program, which leaves a file behind when it is run.
    """

    def make(name: str) -> str:
        program = tmp_path / f"trap-{name}"
        program.write_text(f'#!/bin/sh\ntouch "{tmp_path}/ran-{name}"\ncat "$@"\n')
        program.chmod(0o755)
        return str(program)

    return make


def ran(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.glob("ran-*"))


def hostile(root: Path, trap: Callable[[str], str]) -> Repository:
    repository = Repository(root)
    repository.write("contracts/job.v1.json", schema())
    repository.write("contracts/contracts.yaml", MANIFEST)
    repository.write("contracts/old.json", schema(**NOTE))
    repository.commit("v1")
    repository.write("contracts/contracts.yaml", MANIFEST + WAIVER)
    repository.commit("a waiver")
    signed(repository)
    repository.git("checkout", "-qb", "topic")
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.write(".gitattributes", "*.yaml diff=evil\n*.json filter=evil\n/contracts/renamed.json filter=a=b\n")
    (root / "contracts/old.json").rename(root / "contracts/renamed.json")
    settings = {
        "alias.cat-file": f"!{trap('alias')}",
        "core.askPass": trap("askpass"),
        "core.attributesFile": str(root / ".gitattributes"),
        "core.editor": trap("editor"),
        "core.fsmonitor": trap("fsmonitor"),
        "core.gitProxy": trap("proxy"),
        "core.pager": trap("pager"),
        "core.sshCommand": trap("ssh"),
        "core.alternateRefsCommand": trap("alternates"),
        "credential.helper": f"!{trap('credential')}",
        "diff.evil.command": trap("diff"),
        "diff.evil.textconv": trap("textconv"),
        "diff.external": trap("external"),
        "filter.evil.clean": trap("clean"),
        "filter.evil.process": trap("process"),
        "filter.evil.smudge": trap("smudge"),
        "filter.evil.required": "true",
        "filter.a=b.clean": trap("odd"),
        "filter.a=b.required": "true",
        "gpg.program": trap("gpg"),
        "gpg.ssh.program": trap("gpgssh"),
        "log.showSignature": "true",
        "merge.evil.driver": trap("merge"),
        "pager.log": trap("pagerlog"),
        "sequence.editor": trap("sequence"),
        "uploadpack.packObjectsHook": trap("pack"),
        "core.untrackedCache": "true",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }
    for key, value in settings.items():
        repository.git("config", key, value)
    hooks = root / ".git" / "hooks"
    for name in ("post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        (hooks / name).symlink_to(trap(f"hook-{name}"))
    return repository


def signed(repository: Repository) -> None:
    """
    Give the last commit a signature, which somebody might want to verify.
    """
    text = repository.git("cat-file", "commit", "HEAD")
    header, _, message = text.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----"
    done = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        input=f"{header}\n{signature}\n\n{message}\n",
        cwd=repository.root,
        capture_output=True,
        text=True,
        check=True,
    )
    repository.git("reset", "-q", "--hard", done.stdout.strip())


def test_no_program_of_a_repository_runs(tmp_path: Path, trap: Callable[[str], str]) -> None:
    root = tmp_path / "it"
    root.mkdir()
    hostile(root, trap)
    assert ran(tmp_path) == []
    for staged in (False, True):
        change = ProposedChange(folder=root, against="main", staged=staged, options=Options(as_of=DAY), environment={})
        report = check(change)
        assert [remark.message for remark in report.remarks if remark.unreadable] == []
    tree, _ = open_revision(root, "main")
    assert tree.read("contracts/job.v1.json")
    assert tree.below("contracts")
    git(root, "log", "-1", "--no-textconv", "--no-ext-diff", "-S0123456789abcdef", "main")
    assert ran(tmp_path) == []


def test_the_programs_of_the_test_do_run_without_the_settings(tmp_path: Path, trap: Callable[[str], str]) -> None:
    """
    Else the test above would hold whatever is set.
    """
    root = tmp_path / "it"
    root.mkdir()
    hostile(root, trap)
    for words in (["status"], ["diff-index", "-M", "--raw", "main"], ["log", "-1", "-S0123456789abcdef", "main"]):
        subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)

    assert {"ran-fsmonitor", "ran-textconv", "ran-gpg"} <= set(ran(tmp_path))
    assert {"ran-clean", "ran-process"} & set(ran(tmp_path))


@pytest.mark.parametrize("transport", ["ext", "file", "ssh", "helper", "uploadpack"])
def test_missing_content_is_never_fetched(tmp_path: Path, trap: Callable[[str], str], transport: str) -> None:
    """
    Neither from the service, nor by a program that a configuration calls a service.
    """
    origin = Repository(_made(tmp_path / "origin"))
    origin.git("config", "uploadpack.allowFilter", "true")
    origin.write("contracts/job.v1.json", schema())
    origin.commit()
    clone = tmp_path / "clone"
    address = f"file://{origin.root}"
    subprocess.run(["git", "clone", "-q", "--no-checkout", "--filter=blob:none", address, str(clone)], check=True)
    made = Repository(clone)
    program = trap(transport)
    made.git("config", "protocol.allow", "always")
    for key, value in {
        "ext": {"remote.origin.url": f"ext::{program}"},
        "file": {},
        "ssh": {"remote.origin.url": "ssh://nowhere.invalid/x", "core.sshCommand": program},
        "helper": {"remote.origin.vcs": "ext", "remote.origin.url": f"ext::{program}"},
        "uploadpack": {"remote.origin.uploadpack": program},
    }[transport].items():
        made.git("config", key, value)

    with pytest.raises(SchemadiffError) as caught:
        Revision(clone, "HEAD").read("contracts/job.v1.json")
    assert caught.value.exit_code == 4
    made.write("contracts/job.v1.json", schema(**NARROW))
    change = ProposedChange(folder=clone, against="HEAD", options=Options(as_of=DAY), environment={})
    with pytest.raises(SchemadiffError) as caught:
        check(change)
    assert caught.value.exit_code == 4
    assert "git fetch --refetch --no-filter" in str(caught.value)
    assert ran(tmp_path) == []


def test_a_bare_repository_inside_a_change_is_refused(tmp_path: Path, trap: Callable[[str], str]) -> None:
    """
    Its files are files of the change, its configuration as well.
    """
    outer = Repository(_made(tmp_path / "outer"))
    for name, bare in (("plain", "true"), ("disguised", "false")):
        inner = outer.root / name
        subprocess.run(["git", "init", "-q", "--bare", str(inner)], check=True)
        subprocess.run(["git", "--git-dir", str(inner), "config", "core.fsmonitor", trap(name)], check=True)
        subprocess.run(["git", "--git-dir", str(inner), "config", "core.bare", bare], check=True)
        if bare == "false":
            subprocess.run(["git", "--git-dir", str(inner), "config", "core.worktree", str(inner)], check=True)
        with pytest.raises(InputError, match="bare repository"):
            check(ProposedChange(folder=inner, against="HEAD", environment={}))
        with pytest.raises(InputError, match="bare repository"):
            open_revision(inner, "HEAD")
    assert ran(tmp_path) == []


def test_the_settings_of_the_user_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Such as the repositories that the user trusts.
    """
    repository = Repository(_made(tmp_path / "it"))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert run_git(repository.root, "rev-parse", "--git-dir").returncode
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")
    assert run_git(repository.root, "rev-parse", "--git-dir").returncode == 0


def test_paths_of_the_environment_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = git_environment({"GIT_DIR": "x/.git", "GIT_WORK_TREE": "", "PATH": "/bin"})

    assert (made["GIT_DIR"], made["GIT_WORK_TREE"], made["PATH"]) == (str(tmp_path / "x/.git"), "", "/bin")
    assert made["GIT_TERMINAL_PROMPT"] == "0"


@pytest.mark.parametrize("first", ["", ".", "bin", "./bin"])
def test_no_program_of_a_relative_folder_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trap: Callable[[str], str], first: str
) -> None:
    """
    Such as ``node_modules/.bin``, which a change can fill.
    """
    repository = Repository(_made(tmp_path / "it"))
    program = Path(trap("git"))
    for folder in (repository.root, repository.root / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "git").symlink_to(program)
    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("PATH", os.pathsep.join((first, os.environ["PATH"])))

    assert run_git(repository.root, "rev-parse", "--git-dir").returncode == 0
    assert ran(tmp_path) == []


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
