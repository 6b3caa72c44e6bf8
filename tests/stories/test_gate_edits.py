"""
Pull requests as a team meets them: each story is a repository with a history, judged by the gate.
"""

from __future__ import annotations

import json
from datetime import date

import pytest
from gated import MANIFEST, NARROW, NOTE, SCHEMA, Repository, findings, rules, schema, told

from schemadiff.decide import Classification


def test_nothing_changed_is_said_and_passes(repository: Repository) -> None:
    report = repository.check()

    assert (report.exit_code, report.comparisons, report.remarks) == (0, (), ())
    assert "1 contract of the working tree; policy is that of main." in told(report)
    assert "merge base with main: --against" in report.revisions
    assert "Nothing to compare" in told(report)


def test_an_additive_edit_of_a_version_passes(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", schema(**NOTE))
    report = repository.check()

    assert report.exit_code == 0
    assert findings(report) == [("optional-property-added", "additive")]
    assert "Make a" not in told(report)


def test_a_breaking_edit_fails_and_says_how_to_make_a_version(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    report = repository.check()

    assert report.exit_code == 1
    assert findings(report) == [("maximum-lowered", "breaking")]
    assert "Make a v2 instead" in told(report)
    assert "contracts/job.v2.json" in told(report)
    assert "git checkout main -- contracts/job.v1.json" in told(report)
    assert "v2: {published: 2026-11-23}" in told(report)


def test_a_reformatted_schema_is_no_change(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", json.dumps(SCHEMA, indent=8, sort_keys=True))
    report = repository.check()

    assert (report.exit_code, findings(report)) == (0, [])


def test_a_new_version_may_break(repository: Repository) -> None:
    """
    The break is shown, and does not fail.
    """
    repository.write("contracts/job.v2.json", schema("v2", **NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST + "      v2: {published: 2026-11-23}\n")
    report = repository.check()
    (pair,) = report.comparisons

    assert report.exit_code == 0
    assert (pair.old, pair.new, pair.binds) == ("v1", "v2", False)
    assert findings(report) == [("maximum-lowered", "breaking")]
    assert report.counts[Classification.BREAKING] == 0
    assert "version-added" in rules(report)
    assert report.rollout


@pytest.mark.parametrize(("across", "code"), [("revisions", 0), ("versions", 1), ("transitive", 1)])
def test_a_promise_across_versions_binds_a_new_one(repository: Repository, across: str, code: int) -> None:
    manifest = MANIFEST.replace("promise: backward", f"promise: backward\n    across: {across}")
    repository.write("contracts/contracts.yaml", manifest)
    repository.commit()
    repository.write("contracts/job.v2.json", schema("v2", **NARROW))
    repository.write("contracts/contracts.yaml", manifest + "      v2: {published: 2026-11-23}\n")

    assert repository.check("HEAD").exit_code == code


def test_a_transitive_promise_binds_all_supported_versions(repository: Repository) -> None:
    """
    A version whose support is over does not count.
    """
    manifest = MANIFEST.replace("promise: backward", "promise: backward\n    across: transitive")
    old = manifest.replace("v1: {published: 2026-03-02}", "v1: {published: 2026-03-02, deprecated: 2026-06-01}")
    wide = schema("v1", timeout_seconds={"type": "integer"})
    for text, pairs in ((manifest, ["v1", "v2"]), (old, ["v2"])):
        repository.write("contracts/job.v1.json", wide)
        repository.write("contracts/job.v2.json", schema("v2"))
        repository.write("contracts/contracts.yaml", text + "      v2: {published: 2026-05-23}\n")
        (repository.root / "contracts/job.v3.json").unlink(missing_ok=True)
        repository.commit()
        repository.write("contracts/job.v3.json", schema("v3"))
        repository.write(
            "contracts/contracts.yaml", text + "      v2: {published: 2026-05-23}\n      v3: {published: 2026-11-23}\n"
        )
        report = repository.check("HEAD")

        assert [each.old for each in report.comparisons] == pairs
        assert report.exit_code == (1 if "v1" in pairs else 0)


def test_a_version_that_is_not_published_yet_may_change(repository: Repository) -> None:
    repository.write("contracts/contracts.yaml", MANIFEST.replace("2026-03-02", "2027-01-01"))
    repository.commit()
    repository.write("contracts/job.v1.json", schema(**NARROW))
    report = repository.check("HEAD")

    assert report.exit_code == 0
    assert "not published before 2027-01-01" in told(report)


DEPRECATED = "v1: {published: 2026-03-02, deprecated: 2026-10-05}\n      v2: {published: 2026-10-05}"


def with_two_versions(repository: Repository) -> None:
    repository.write("contracts/job.v2.json", schema("v2", **NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST.replace("v1: {published: 2026-03-02}", DEPRECATED))
    repository.commit()


@pytest.mark.parametrize(
    ("day", "rule", "code"),
    [
        (date(2027, 1, 2), "version-removed-before-sunset", 1),
        (date(2027, 1, 3), "version-removed-after-sunset", 0),
    ],
)
def test_a_version_may_go_after_its_sunset(repository: Repository, day: date, rule: str, code: int) -> None:
    """
    Which is the day of its deprecation plus 90 days.
    """
    with_two_versions(repository)
    (repository.root / "contracts/job.v1.json").unlink()
    manifest = MANIFEST.replace("v1: {published: 2026-03-02}", "v2: {published: 2026-10-05}")
    repository.write("contracts/contracts.yaml", manifest)
    report = repository.check("HEAD", as_of=day)

    assert (report.exit_code, rules(report)) == (code, [rule])


def test_a_shortened_window_fails_even_if_it_hides_a_removal(repository: Repository) -> None:
    with_two_versions(repository)
    shorter = MANIFEST.replace("v1: {published: 2026-03-02}", DEPRECATED).replace("support_days: 90", "support_days: 5")
    repository.write("contracts/contracts.yaml", shorter)

    assert repository.check("HEAD").exit_code == 1
    assert "window-shortened" in rules(repository.check("HEAD"))

    (repository.root / "contracts/job.v1.json").unlink()
    gone = MANIFEST.replace("support_days: 90", "support_days: 5").replace(
        "v1: {published: 2026-03", "v2: {published: 2026-10"
    )
    repository.write("contracts/contracts.yaml", gone)
    report = repository.check("HEAD")

    assert report.exit_code == 1
    assert "version-removed-before-sunset" in rules(report)


def test_a_response_whose_enum_grows_breaks_the_orchestrators_that_read_it(repository: Repository) -> None:
    """
    Workers answer first with the new value: the promise of a response is forward.
    """
    manifest = MANIFEST.replace("role: request\n    promise: backward", "role: response")
    repository.write("contracts/contracts.yaml", manifest)
    repository.commit()
    repository.write("contracts/job.v1.json", schema(priority={"enum": ["low", "high", "urgent"], "default": "low"}))
    report = repository.check("HEAD")

    assert report.exit_code == 1
    assert findings(report) == [("enum-value-added", "breaking")]
    found = report.comparisons[0].findings[0].forward.counter_example
    assert found is not None
    assert found.instance["priority"] == "urgent"


def test_a_rename_with_another_unit_is_named(repository: Repository) -> None:
    changed = schema(timeout_ms={"type": "integer", "minimum": 1000, "maximum": 3_600_000})
    del changed["properties"]["timeout_seconds"]
    changed["required"] = ["schema_version", "job_id", "timeout_ms"]
    repository.write("contracts/job.v1.json", changed)
    report = repository.check()

    assert report.exit_code == 1
    assert any(rule == "property-renamed-with-new-unit" for rule, _ in findings(report))


def test_only_what_differs_is_compared(repository: Repository) -> None:
    """
    And a schema that refers to what differs counts as different.
    """
    for name in "abc":
        repository.write(f"contracts/{name}.v1.json", schema())
    repository.write("contracts/common/size.json", {"type": "integer", "maximum": 9})
    repository.write("contracts/user.v1.json", schema(size={"$ref": "common/size.json", "default": 1}))
    listed = "".join(f"  {name}:\n    versions: {{v1: }}\n" for name in ("a", "b", "c", "user"))
    repository.write("contracts/contracts.yaml", MANIFEST + listed)
    repository.commit()
    repository.write("contracts/common/size.json", {"type": "integer", "maximum": 5})
    repository.write("contracts/b.v1.json", schema(**NOTE))
    report = repository.check("HEAD")

    assert [each.contract for each in report.comparisons] == ["b", "user"]
    assert report.exit_code == 1


@pytest.mark.parametrize("how", ["working", "index", "revision"])
def test_the_working_tree_the_index_and_a_revision_can_be_judged(repository: Repository, how: str) -> None:
    base = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-qb", "topic")
    repository.write("contracts/job.v1.json", schema(**NARROW))
    if how != "working":
        repository.git("add", "-A")
    if how == "revision":
        repository.commit()
    if how != "working":
        repository.write("contracts/job.v1.json", schema())
    options = {"staged": how == "index", "head": "topic" if how == "revision" else None}
    before = repository.git("status", "--porcelain=v2")
    report = repository.check(base, **options)

    assert report.exit_code == 1
    assert repository.git("status", "--porcelain=v2") == before


def test_the_change_is_compared_with_where_it_left_the_branch(repository: Repository) -> None:
    """
    What the branch learned since is not taken for a removal.
    """
    repository.git("checkout", "-qb", "topic")
    repository.write("contracts/job.v1.json", schema(**NOTE))
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("contracts/job.v1.json", schema(more={"type": "string", "default": ""}))
    repository.write("contracts/other.v1.json", schema())
    repository.write("contracts/contracts.yaml", MANIFEST + "  other:\n    versions: {v1: }\n")
    repository.commit()
    repository.git("checkout", "-q", "topic")
    report = repository.check()

    assert (report.exit_code, findings(report)) == (0, [("optional-property-added", "additive")])


def test_an_old_branch_does_not_bring_back_an_old_policy(repository: Repository) -> None:
    """
    Policy is that of the branch as it is now.
    """
    weak = MANIFEST.replace("promise: backward", "promise: none")
    repository.write("contracts/contracts.yaml", weak)
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("contracts/contracts.yaml", MANIFEST)
    repository.commit()
    repository.git("checkout", "-q", "topic")

    assert repository.check().exit_code == 1


def test_a_new_contract_is_new_and_no_break(repository: Repository) -> None:
    repository.write("contracts/other.v1.json", schema())
    repository.write("contracts/contracts.yaml", MANIFEST + "  other:\n    versions: {v1: }\n")
    report = repository.check()

    assert (report.exit_code, rules(report)) == (0, ["version-added"])


def test_untidy_schemas_are_told_where_they_are_new(repository: Repository) -> None:
    """
    Not where they were untidy before.
    """
    untidy = {"retries": {"type": "integer", "default": 1}}
    repository.write("contracts/job.v1.json", schema(**untidy))
    assert rules(repository.check()) == ["timeout-without-maximum"]

    repository.commit()
    repository.write("contracts/job.v1.json", schema(**untidy, **NOTE))
    assert rules(repository.check("HEAD")) == []


def test_a_broken_schema_or_manifest_is_bad_input(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", "{")
    report = repository.check()
    assert (report.exit_code, rules(report)) == (4, ["input-unreadable"])

    repository.write("contracts/job.v1.json", schema())
    repository.write("contracts/contracts.yaml", MANIFEST + "      v2: {publishd: 2026-11-23}\n")
    report = repository.check()
    (found,) = report.remarks
    assert (report.exit_code, found.rule, found.place.line) == (4, "input-unreadable", 9)


def test_a_broken_base_can_be_mended(repository: Repository) -> None:
    """
    It is told, and nothing of it counts.
    """
    for path, good in (("contracts/job.v1.json", json.dumps(SCHEMA)), ("contracts/contracts.yaml", MANIFEST)):
        repository.write(path, "{")
        repository.commit()
        assert repository.check("HEAD~1").exit_code == 4
        repository.write(path, good)
        report = repository.check("HEAD")
        assert report.exit_code == 0
        assert ("input-mended", "warning") in [(each.rule, each.level) for each in report.remarks]
        repository.commit()
