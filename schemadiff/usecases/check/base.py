"""
The base of the gate: the commit that a change is compared with, and how it was found.

In a CI job the base is what the job says, and is never guessed: a wrong base compares a change with itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemadiff.errors import InputError
from schemadiff.sources.file_tree import commit_of, fetch_hint, require_revision
from schemadiff.sources.git_process import git
from schemadiff.sources.snapshots import Base, merge_base_of

_NO_COMMIT = "0" * 40
_MAX_EVENT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CiSystem:
    """
    A CI system, by the variables that it sets in its jobs.

    Attributes:
        name: of the system.
        marker: set in every job.
        base: the commit that the branch of a change left its target at.
        target: the branch that a change is to join.
        before: the last commit of the branch before a push.
        event: the file that describes the event as JSON.
        commit: the commit that the job is about.
        merge: a variable, and the parts of its value by which the commit is a merge of the change into the target.
    """

    name: str
    marker: str
    base: str = ""
    target: str = ""
    before: str = ""
    event: str = ""
    commit: str = ""
    merge: tuple[str, tuple[str, ...]] = ("", ())


_SYSTEMS = (
    CiSystem(
        name="GitHub",
        marker="GITHUB_ACTIONS",
        target="GITHUB_BASE_REF",
        event="GITHUB_EVENT_PATH",
        commit="GITHUB_SHA",
        merge=("GITHUB_REF", ("refs/pull/", "/merge")),
    ),
    CiSystem(
        name="GitLab",
        marker="GITLAB_CI",
        base="CI_MERGE_REQUEST_DIFF_BASE_SHA",
        target="CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        before="CI_COMMIT_BEFORE_SHA",
        commit="CI_COMMIT_SHA",
        # CI_MERGE_REQUEST_REF_PATH ends in /head in pipelines for merged results as well.
        merge=("CI_MERGE_REQUEST_EVENT_TYPE", ("merge", "")),
    ),
    CiSystem(name="Bitbucket", marker="BITBUCKET_BUILD_NUMBER", target="BITBUCKET_PR_DESTINATION_BRANCH"),
    CiSystem(
        name="Azure",
        marker="TF_BUILD",
        target="SYSTEM_PULLREQUEST_TARGETBRANCH",
        commit="BUILD_SOURCEVERSION",
        merge=("BUILD_SOURCEBRANCH", ("refs/pull/", "/merge")),
    ),
    CiSystem(name="Jenkins", marker="JENKINS_URL", target="CHANGE_TARGET"),
    CiSystem(name="Buildkite", marker="BUILDKITE", target="BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
)
_WITHOUT_BASE = {
    "CIRCLECI": "CircleCI",
    "CODEBUILD_BUILD_ID": "CodeBuild",
    "TEAMCITY_VERSION": "TeamCity",
    "CI": "this CI system",
}
"""Markers of systems that name no base, the general one last."""

CI_VARIABLES = frozenset(
    name
    for system in _SYSTEMS
    for name in (*(getattr(system, kind) for kind in ("marker", "base", "target", "before", "event")), system.merge[0])
    if name
) | frozenset(_WITHOUT_BASE)
"""The variables from which a base is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """
    A base that is named somewhere.

    Attributes:
        name: in messages.
        revision: as git knows it.
        how: how it was found.
        exact: whether it is the base itself, rather than the tip of the branch that the change left.
    """

    name: str
    revision: str
    how: str
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBase:
    """
    The base of a change.

    Attributes:
        base: its commits.
        name: the base in messages, as git knows it.
        summary: the base, how it was found, and the head, in one sentence.
        head: the commit of the head; None before the first commit.
        in_ci: whether a CI job runs the gate.
    """

    base: Base
    name: str
    summary: str
    head: str | None
    in_ci: bool

    @property
    def is_head_in_ci(self) -> bool:
        """
        Whether a CI job compares the head with itself, which passes whatever the change does.
        """
        return self.in_ci and self.base.commit == self.head


def find_base(
    repository: Path,
    environment: Mapping[str, str],
    *,
    against: str = "",
    head: str | None = None,
    staged: bool = False,
) -> FoundBase:
    """
    Find the base of a change.

    Arguments:
        repository: its root folder.
        environment: the variables of the process.
        against: the revision that the user names; empty to look for one.
        head: the revision that holds the change; None for the working tree or the index.
        staged: whether the index holds it.

    Raises:
        InputError: there is no such revision in the clone, or a CI job names none; the remedy says what to run.
    """
    tip = commit_of(repository, head or "HEAD")
    in_ci = any(environment.get(name, "").lower() not in ("", "0", "false") for name in _markers())
    chosen = _candidate(repository, environment, against=against, head=head, tip=tip, in_ci=in_ci)
    if chosen is None:
        base = Base(empty := _empty_tree(repository), empty)
        chosen = _Candidate(name="the empty tree", revision=empty, how="before the first commit", exact=True)
    elif chosen.exact or tip is None:
        commit = _require(repository, chosen)
        base = Base(commit, commit)
    else:
        base = merge_base_of(repository, _require(repository, chosen), head, chosen.name)
    name = "" if base.commit.startswith(chosen.name) else f"{chosen.name}: "
    merged = "" if chosen.exact or base.note else "merge base with "
    holder = head or ("the index" if staged else "the working tree")
    at = f" at {tip[:10]}" if tip else ""
    summary = f"base {base.commit[:10]} ({merged}{name}{chosen.how}), head {holder}{at}"
    return FoundBase(base=base, name=chosen.name, summary=summary, head=tip, in_ci=in_ci)


def _markers() -> Iterator[str]:
    for system in _SYSTEMS:
        yield from filter(None, (system.marker, system.base, system.target))
    yield from _WITHOUT_BASE


def _candidate(
    repository: Path, environment: Mapping[str, str], *, against: str, head: str | None, tip: str | None, in_ci: bool
) -> _Candidate | None:
    if against:
        require_revision(against)
        return _Candidate(name=against, revision=against, how="--against")
    for system in _SYSTEMS:
        if any(environment.get(name) for name in (system.base, system.target) if name):
            return _of_change(repository, environment, system, tip)
    if in_ci:
        return _of_push(repository, environment, tip)
    return _of_clone(repository, head, tip)


def _of_change(repository: Path, environment: Mapping[str, str], system: CiSystem, tip: str | None) -> _Candidate:
    """
    The base of a proposed change, in a job that is about it.
    """
    branch = environment.get(system.target, "").removeprefix("refs/heads/")
    variable, (start, end) = system.merge if system.merge[0] else ("", ("", ""))
    merge = environment.get(variable, "") if variable else ""
    if tip is not None and merge.startswith(start) and merge.endswith(end) and environment.get(system.commit) == tip:
        parents = _parents(repository, tip)
        if merge and len(parents) > 1:
            how = f"first parent of the merge by {system.name} into {branch}, {variable}"
            return _Candidate(name=parents[0][:10], revision=parents[0], how=how, exact=True)
    if system.base and (commit := environment.get(system.base)):
        return _Candidate(name=commit[:10], revision=commit, how=system.base, exact=True)
    for name, revision in ((f"origin/{branch}", f"refs/remotes/origin/{branch}"), (branch, f"refs/heads/{branch}")):
        # In full, for a tag may bear the same name.
        if commit_of(repository, revision):
            return _Candidate(name=name, revision=revision, how=system.target)
    return _Candidate(name=f"origin/{branch}", revision=f"refs/remotes/origin/{branch}", how=system.target)


def _of_push(repository: Path, environment: Mapping[str, str], tip: str | None) -> _Candidate | None:
    """
    The base of a push, in a job that is about it; None for a first commit.

    Raises:
        InputError: the CI system names no base.
    """
    system = next((each for each in _SYSTEMS if environment.get(each.marker)), None)
    if system is None:
        known = next(name for marker, name in _WITHOUT_BASE.items() if environment.get(marker))
        raise InputError(
            f"{known} does not say which branch the change is to join",
            remedy="Name it: schemadiff check --against origin/BRANCH; for a push, --against HEAD^.",
        )
    before, how = _before(environment, system)
    if before and before != _NO_COMMIT[: len(before)]:
        return _Candidate(name=before[:10], revision=before, how=how, exact=True)
    parents = _parents(repository, tip) if tip else ()
    if not parents:
        return None
    return _Candidate(name=parents[0][:10], revision=parents[0], how="first parent of the head", exact=True)


def _before(environment: Mapping[str, str], system: CiSystem) -> tuple[str, str]:
    """
    The commit before a push or before a merge queue's change, and how it was found.
    """
    if system.before and (commit := environment.get(system.before)):
        return commit, system.before
    path = environment.get(system.event) if system.event else None
    if not path:
        return "", ""
    try:
        with Path(path).open("rb") as file:
            event = json.loads(file.read(_MAX_EVENT_BYTES))
    except (OSError, ValueError) as error:
        raise InputError(f"the event of the job cannot be read: {error}", name=path) from None
    group = event.get("merge_group") if isinstance(event, dict) else None
    if isinstance(group, dict) and isinstance(commit := group.get("base_sha"), str):
        return commit, f"base of the merge group, {system.event}"
    commit = event.get("before") if isinstance(event, dict) else None
    return (commit, f"before the push, {system.event}") if isinstance(commit, str) else ("", "")


def _of_clone(repository: Path, head: str | None, tip: str | None) -> _Candidate | None:
    """
    The base outside of CI: the main branch of the remote, else HEAD; None before the first commit.

    Raises:
        InputError: the main branch of the remote is not in the clone, or none is known for a named head.
    """
    remote = (git(repository, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", missing_ok=True) or b"").decode()
    if remote.strip():
        return _Candidate(name=remote.strip().removeprefix("refs/remotes/"), revision=remote.strip(), how="origin/HEAD")
    if head is not None:
        raise InputError(
            "the clone names no main branch (origin/HEAD)",
            remedy="Name the base: --against REV. Or let the clone know it: git remote set-head origin --auto",
        )
    return _Candidate(name="HEAD", revision=tip, how="the clone names no main branch", exact=True) if tip else None


def _require(repository: Path, chosen: _Candidate) -> str:
    """
    The commit of a base.

    Raises:
        InputError: it is not in the clone.
    """
    commit = commit_of(repository, chosen.revision)
    if commit is None:
        raise InputError(
            f"the base {chosen.name} ({chosen.how}) is not in this clone",
            name=str(repository),
            remedy=f"Fetch it first: {fetch_hint(repository, chosen.revision)}",
        )
    return commit


def _parents(repository: Path, commit: str) -> tuple[str, ...]:
    """
    The parents of a commit as it states them, whether the clone has them or not.
    """
    text = git(repository, "cat-file", "commit", commit) or b""
    header = text.partition(b"\n\n")[0].split(b"\n")
    return tuple(line[7:].decode() for line in header if line.startswith(b"parent "))


def _empty_tree(repository: Path) -> str:
    return (git(repository, "hash-object", "-t", "tree", "--stdin") or b"").decode().strip()
