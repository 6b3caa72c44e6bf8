"""
The base of the gate: in the jobs of each CI system, in clones of all kinds, and in hooks.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gated import DAY, NARROW, NOTE, Repository, findings, schema

from schemadiff.errors import InputError, WorkerError
from schemadiff.options import Options
from schemadiff.report import Report
from schemadiff.sources.file_tree import repository_around
from schemadiff.usecases.check.gate import check
from schemadiff.usecases.check.proposed_change import ProposedChange

OTHER = {"urgent": {"type": "boolean"}}


class Hosted:
    """
    A repository as a service hosts it: a change that narrows a contract, while its target has moved on.
    """

    def __init__(self, root: Path, target: str = "main") -> None:
        self.origin = Repository(_made(root / "origin"))
        self.origin.git("checkout", "-q", "-B", target)
        for key in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
            self.origin.git("config", key, "true")
        self.origin.write("contracts/job.v1.json", schema())
        self.start = self.origin.commit("v1")
        self.origin.git("checkout", "-qb", "change")
        self.origin.write("contracts/job.v1.json", schema(**NARROW))
        self.origin.commit("narrow")
        self.origin.write("notes.txt", "a second commit, which changes no contract")
        self.head = self.origin.commit("notes")
        self.origin.git("checkout", "-q", target)
        self.origin.write("contracts/mail.v1.json", schema(**NOTE))
        self.target = self.origin.commit("mail")
        self.origin.git("checkout", "-q", "--detach")
        self.origin.git("merge", "-q", "--no-ff", "-m", "merge", "change")
        self.merge = self.origin.git("rev-parse", "HEAD")
        self.origin.git("update-ref", "refs/pull/7/merge", self.merge)
        self.origin.git("checkout", "-q", target)
        self.root = root
        self._count = 0

    def job(self, commit: str, *, depth: int | None = None, branches: tuple[str, ...] = ()) -> Repository:
        """
        The checkout of a job: a detached commit, and the branches of the remote that it fetches.
        """
        self._count += 1
        made = Repository(_made(self.root / f"job-{self._count}"))
        made.git("remote", "add", "origin", f"file://{self.origin.root}")
        shallow = [f"--depth={depth}"] if depth else []
        wanted = [f"{name}:refs/remotes/origin/{name}" for name in branches]
        made.git("fetch", "-q", "--no-tags", *shallow, "origin", commit, *wanted)
        made.git("checkout", "-q", "--detach", commit)
        return made


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def run(repository: Repository, environment: dict[str, str], **change: Any) -> Report:
    options = Options(as_of=DAY)
    return check(ProposedChange(folder=repository.root, options=options, environment=environment, **change))


def narrowed(report: Report) -> bool:
    return report.exit_code == 1 and findings(report) == [("maximum-lowered", "breaking")]


@pytest.fixture
def hosted(tmp_path: Path) -> Hosted:
    return Hosted(tmp_path)


def github(commit: str, **more: str) -> dict[str, str]:
    job = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_SHA": commit}
    return {**job, "GITHUB_REF": "refs/pull/7/merge", "GITHUB_BASE_REF": "main", **more}


def fetch_named_by(error: InputError, clone: Repository) -> None:
    command = shlex.split(str(error).partition("Fetch it first: ")[2])
    assert command[:2] == ["git", "fetch"], error
    clone.git(*command[1:])


def test_github_checks_out_a_merge_of_depth_one(hosted: Hosted) -> None:
    """
    Its first parent is the base. It is not there at first, and the command that the error names brings it.
    """
    clone = hosted.job(hosted.merge, depth=1)
    with pytest.raises(InputError, match="not in this clone") as caught:
        run(clone, github(hosted.merge))
    assert caught.value.exit_code == 4
    fetch_named_by(caught.value, clone)

    report = run(clone, github(hosted.merge))
    assert narrowed(report)
    assert report.revisions.startswith(f"base {hosted.target[:10]} (first parent of the merge by GitHub into main, ")
    assert report.revisions.endswith(f"head the working tree at {hosted.merge[:10]}")


@pytest.mark.parametrize("depth", [2, None])
def test_github_checks_out_a_merge_with_its_parents(hosted: Hosted, depth: int | None) -> None:
    report = run(hosted.job(hosted.merge, depth=depth), github(hosted.merge))

    assert narrowed(report)


def test_the_head_of_a_pull_request_is_compared_with_the_merge_base(hosted: Hosted) -> None:
    """
    The contract that the target has gained in the meantime does not count as removed.
    """
    clone = hosted.job(hosted.head, branches=("main",))
    report = run(clone, github(hosted.merge))

    assert narrowed(report)
    assert f"base {hosted.start[:10]} (merge base with origin/main: GITHUB_BASE_REF)" in report.revisions


def test_a_merge_by_the_author_of_a_change_is_no_merge_by_the_service(hosted: Hosted) -> None:
    """
    The first parent of it is a commit of the change.
    """
    hosted.origin.git("checkout", "-q", "change")
    hosted.origin.git("merge", "-q", "-m", "take main", "main")
    head = hosted.origin.git("rev-parse", "HEAD")
    clone = hosted.job(head, branches=("main",))

    assert narrowed(run(clone, github(hosted.merge)))
    assert narrowed(run(clone, {"CI": "1", "CHANGE_TARGET": "main", "JENKINS_URL": "http://ci"}))


def test_a_tag_that_is_named_like_the_target_is_not_the_base(hosted: Hosted) -> None:
    clone = hosted.job(hosted.head, branches=("main",))
    clone.git("tag", "origin/main", hosted.head)
    clone.git("tag", "main", hosted.head)

    assert narrowed(run(clone, github(hosted.merge)))


TARGETS = {
    "gitlab": {"GITLAB_CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
    "bitbucket": {"BITBUCKET_BUILD_NUMBER": "9", "BITBUCKET_PR_DESTINATION_BRANCH": "main"},
    "azure": {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"},
    "jenkins": {"JENKINS_URL": "http://ci", "CHANGE_TARGET": "main"},
    "buildkite": {"BUILDKITE": "true", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
    "github": {"GITHUB_BASE_REF": "main"},
}


@pytest.mark.parametrize("system", TARGETS)
def test_each_system_names_the_target(hosted: Hosted, system: str) -> None:
    """
    It is looked up as a branch of the remote, then as a branch; one that is not there is never replaced by a guess.
    """
    environment = TARGETS[system]
    remote = run(hosted.job(hosted.head, branches=("main",)), environment)
    assert narrowed(remote)
    assert "merge base with origin/main" in remote.revisions

    local = hosted.job(hosted.head)
    local.git("fetch", "-q", "origin", "main:refs/heads/main")
    local.git("update-ref", "-d", "refs/remotes/origin/main")
    report = run(local, environment)
    assert narrowed(report)
    assert "merge base with main" in report.revisions

    absent = hosted.job(hosted.head)
    absent.git("branch", "master", hosted.head)
    with pytest.raises(InputError, match=r"origin/main .* is not in this clone") as caught:
        run(absent, environment)
    fetch_named_by(caught.value, absent)
    assert narrowed(run(absent, environment))


def test_a_shallow_clone_is_told_to_fetch_the_target(hosted: Hosted) -> None:
    clone = hosted.job(hosted.head, depth=1)
    with pytest.raises(InputError) as caught:
        run(clone, TARGETS["jenkins"])
    fetch_named_by(caught.value, clone)

    report = run(clone, TARGETS["jenkins"])
    assert report.exit_code == 1
    assert any("too shallow" in note for note in report.notes)


@pytest.mark.parametrize("target", ["develop", "release/2.x", "a$(touch${IFS}owned)b", "x'y"])
def test_targets_of_any_name(tmp_path: Path, target: str) -> None:
    hosted = Hosted(tmp_path, target)
    clone = hosted.job(hosted.head)
    with pytest.raises(InputError) as caught:
        run(clone, {"GITHUB_BASE_REF": target})
    fetch_named_by(caught.value, clone)

    assert narrowed(run(clone, {"GITHUB_BASE_REF": target}))
    assert not list(tmp_path.rglob("owned"))


def test_gitlab_names_the_commit(hosted: Hosted) -> None:
    environment = {**TARGETS["gitlab"], "CI_MERGE_REQUEST_DIFF_BASE_SHA": hosted.start}
    report = run(hosted.job(hosted.head), environment)
    assert narrowed(report)
    assert "CI_MERGE_REQUEST_DIFF_BASE_SHA" in report.revisions

    shallow = hosted.job(hosted.head, depth=1, branches=("main",))
    with pytest.raises(InputError, match="not in this clone") as caught:
        run(shallow, environment)
    fetch_named_by(caught.value, shallow)
    assert narrowed(run(shallow, environment))


@pytest.mark.parametrize(
    "environment",
    [
        {"GITLAB_CI": "true", "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result", "CI_COMMIT_SHA": "@"}
        | {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "0123456789" * 4},
        {"GITLAB_CI": "true", "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train", "CI_COMMIT_SHA": "@"}
        | {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_REF_PATH": "refs/merge-requests/7/head"},
        {"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/pull/7/merge", "BUILD_SOURCEVERSION": "@"}
        | {"SYSTEM_PULLREQUEST_TARGETBRANCH": "main"},
    ],
)
def test_other_systems_that_check_out_a_merge(hosted: Hosted, environment: dict[str, str]) -> None:
    stated = {name: hosted.merge if value == "@" else value for name, value in environment.items()}

    report = run(hosted.job(hosted.merge, depth=2), stated)
    assert narrowed(report)
    assert "first parent of the merge" in report.revisions


def test_a_push_is_compared_with_what_was_there_before(hosted: Hosted, tmp_path: Path) -> None:
    """
    Not with the last commit but one: a push has many commits.
    """
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"before": hosted.start, "after": hosted.head}))
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event)}
    clone = hosted.job(hosted.head)
    assert narrowed(run(clone, environment))
    assert narrowed(run(clone, {"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": hosted.start}))

    event.write_text(json.dumps({"merge_group": {"base_sha": hosted.start}}))
    assert narrowed(run(clone, environment))
    event.write_text(json.dumps({"before": "0" * 40}))
    assert "first parent of the head" in run(clone, environment).revisions
    event.write_text("{")
    with pytest.raises(InputError, match="event of the job"):
        run(clone, environment)

    gone = {"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": "1" * 40}
    with pytest.raises(InputError, match="not in this clone"):
        run(clone, gone)
    with pytest.raises(InputError, match="not in this clone"):
        run(hosted.job(hosted.head, depth=1), {"TF_BUILD": "True"})


def test_systems_that_name_no_base_are_told_what_to_pass(hosted: Hosted) -> None:
    clone = hosted.job(hosted.head, branches=("main",))
    clone.git("remote", "set-head", "origin", "main")
    codebuild, teamcity = {"CODEBUILD_BUILD_ID": "schemas:1"}, {"TEAMCITY_VERSION": "2025.07"}
    for environment in ({"CIRCLECI": "true", "CI": "true"}, {"CI": "true"}, codebuild, teamcity):
        with pytest.raises(InputError, match="does not say") as caught:
            run(clone, environment)
        assert "--against" in str(caught.value)
        assert narrowed(run(clone, environment, against="origin/main"))


def test_a_change_is_never_compared_with_itself_in_a_job(hosted: Hosted) -> None:
    """
    Elsewhere nothing has changed, which is well.
    """
    clone = hosted.job(hosted.target, branches=("main",))
    for environment in TARGETS.values():
        with pytest.raises(InputError, match="the change itself"):
            run(clone, environment)
    (clone.root / "build.log").write_text("what a job leaves behind")
    with pytest.raises(InputError, match="the change itself"):
        run(clone, github(hosted.merge))
    with pytest.raises(InputError, match="the change itself"):
        run(clone, {"CI": "true"}, against="HEAD")

    report = run(clone, {}, against="HEAD")
    assert report.exit_code == 0
    assert any("Nothing to compare" in note for note in report.notes)


@pytest.mark.parametrize("target", ["main", "trunk", "develop"])
def test_outside_of_jobs_the_main_branch_of_the_remote_counts(tmp_path: Path, target: str) -> None:
    """
    Whatever it is called.
    """
    hosted = Hosted(tmp_path, target)
    clone = Repository(_made(tmp_path / "clone"))
    subprocess.run(["git", "clone", "-q", f"file://{hosted.origin.root}", str(clone.root / "it")], check=True)
    clone = Repository(clone.root / "it")
    clone.git("checkout", "-q", "change")
    report = run(clone, {})
    assert narrowed(report)
    assert f"merge base with origin/{target}: origin/HEAD" in report.revisions

    clone.git("update-ref", "-d", f"refs/remotes/origin/{target}")
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{target}")
    with pytest.raises(InputError, match="not in this clone") as caught:
        run(clone, {})
    fetch_named_by(caught.value, clone)
    assert narrowed(run(clone, {}))


def test_without_a_remote_the_last_commit_counts(repository: Repository) -> None:
    report = run(repository, {})
    assert (report.exit_code, report.comparisons) == (0, ())
    repository.write("contracts/job.v1.json", schema(**NARROW))
    assert narrowed(run(repository, {}))
    assert run(repository, {}, staged=True).comparisons == ()
    repository.git("add", "-A")
    assert narrowed(run(repository, {}, staged=True))
    with pytest.raises(InputError, match="--against"):
        run(repository, {}, head="main")


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
def test_before_the_first_commit(tmp_path: Path, format_: str) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", f"--object-format={format_}", str(tmp_path)], check=True)
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema())
    repository.git("add", "-A")
    for staged in (True, False):
        report = run(repository, {}, staged=staged)
        assert report.exit_code == 0
        assert "the empty tree: before the first commit" in report.revisions
    repository.commit()
    assert run(repository, {"TF_BUILD": "True"}).exit_code == 0  # a push of a first commit


def test_worktrees_submodules_and_separate_folders(hosted: Hosted, tmp_path: Path) -> None:
    hosted.origin.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"), "change")
    assert narrowed(run(Repository(tmp_path / "tree"), {"GITHUB_BASE_REF": "main"}))

    above = Repository(_made(tmp_path / "above"))
    above.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(hosted.origin.root), "contracts")
    above.commit()
    with pytest.raises(InputError, match="by running this in it: contracts"):
        run(above, {}, against="HEAD")
    inside = Repository(above.root / "contracts")
    inside.git("checkout", "-q", "--detach", "origin/change")
    assert narrowed(run(inside, {"GITHUB_BASE_REF": "main"}))


def _settings(monkeypatch: pytest.MonkeyPatch, here: Path, **variables: str) -> None:
    monkeypatch.chdir(here)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_variables_of_git_count_from_the_folder_of_the_process(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    As in hooks, and in scripts that run elsewhere.
    """
    repository.write("contracts/job.v1.json", schema(**NARROW))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    root = os.path.relpath(repository.root, elsewhere)
    _settings(monkeypatch, elsewhere, GIT_DIR=f"{root}/.git", GIT_WORK_TREE=root)
    assert narrowed(check(ProposedChange(folder=Path.cwd(), options=Options(as_of=DAY))))

    _settings(monkeypatch, repository.root, GIT_DIR=".git", GIT_WORK_TREE=".", GIT_INDEX_FILE=".git/index")
    assert narrowed(check(ProposedChange(folder=Path.cwd(), options=Options(as_of=DAY))))
    assert check(ProposedChange(folder=Path.cwd(), staged=True, options=Options(as_of=DAY))).exit_code == 0


def test_a_bare_repository_is_used_only_if_it_is_named(
    hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    As ``git push`` does for its hooks.
    """
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(hosted.origin.root), str(bare)], check=True)
    for folder in (bare, bare / "objects"):
        with pytest.raises(InputError, match="bare repository is used only if") as caught:
            repository_around(folder)
        assert "GIT_DIR=" in str(caught.value)

    _settings(monkeypatch, bare, GIT_DIR=".")
    change = ProposedChange(folder=Path.cwd(), against="main", head="change", options=Options(as_of=DAY))
    assert narrowed(check(change))
    with pytest.raises(InputError, match="neither a working tree nor an index"):
        check(ProposedChange(folder=Path.cwd(), against="main", options=Options(as_of=DAY)))


def test_a_hook_of_a_server_judges_what_is_pushed(hosted: Hosted, tmp_path: Path) -> None:
    """
    Objects are in quarantine then.
    """
    program = shutil.which("schemadiff", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(hosted.origin.root), str(bare)], check=True)
    hook = bare / "hooks" / "pre-receive"
    hook.write_text(f'#!/bin/sh\nread old new ref\nexec "{program}" check --against "$old" --head "$new"\n')
    hook.chmod(0o755)
    clone = hosted.job(hosted.target, branches=("main",))
    clone.write("contracts/job.v1.json", schema(**NARROW))
    clone.commit("narrow")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        clone.git("push", "-q", str(bare), "HEAD:main")
    assert "maximum" in caught.value.stderr
    clone.git("reset", "-q", "--hard", "HEAD^")
    clone.write("contracts/job.v1.json", schema(**NOTE))
    clone.commit("widen")
    clone.git("push", "-q", str(bare), "HEAD:main")


def test_a_repository_of_another_owner_is_refused_with_the_remedy_of_git(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(InputError, match="somebody else owns it") as caught:
        run(repository, {})
    assert f"git config --global --add safe.directory {repository.root}" in str(caught.value)


@pytest.mark.parametrize("place", ["manifest", "settings"])
def test_a_worker_that_the_change_names_does_not_run(repository: Repository, tmp_path: Path, place: str) -> None:
    """
    Unless the command line names it as well.
    """
    mark = tmp_path / "ran"
    repository.write("evil.sh", f"#!/bin/sh\ntouch '{mark}'\n")
    (repository.root / "evil.sh").chmod(0o755)
    fixture = {"name": "a", "contract": "job", "version": "v1", "payload": "{}"}
    repository.write("contracts/fixtures/a.ndjson", json.dumps(fixture))
    if place == "manifest":
        manifest = (repository.root / "contracts/contracts.yaml").read_text()
        repository.write("contracts/contracts.yaml", f"{manifest}worker:\n  command: [./evil.sh]\n  protocol: lines\n")
    else:
        repository.write("schemadiff.toml", 'worker = "./evil.sh"\n')
    change = ProposedChange(folder=repository.root, against="HEAD", options=Options(as_of=DAY), environment={})
    with pytest.raises(WorkerError, match="no worker is declared"):
        check(change, with_replay=True)
    assert not mark.exists()

    named = replace(change, options=Options(as_of=DAY, worker="./evil.sh"))
    with suppress(WorkerError):  # it does not answer
        check(named, with_replay=True)
    assert mark.exists()
