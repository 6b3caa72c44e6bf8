"""
The pull request does not choose its judge: promises, windows, levels, waivers and commands are those of the base.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from gated import DAY, MANIFEST, NARROW, NOTE, Repository, findings, rules, schema

from schemadiff.cli.main import main
from schemadiff.errors import InputError, UsageError
from schemadiff.report import Report
from schemadiff.wire.worker_spec import WorkerSpec
from schemadiff.workspace import Workspace


def waiver(report: Report, **other: Any) -> str:
    """
    The waiver of a report's only breaking finding, as YAML.
    """
    (found,) = [
        each for pair in report.comparisons for each in pair.findings if each.classification.value == "breaking"
    ]
    fields = {
        "rule": found.rule,
        "place": found.path[-1],
        "fingerprint": found.fingerprint,
        "reason": "nobody sends more",
        "owner": "ada",
        "expires": "2027-01-31",
        **other,
    }
    return "waivers:\n  - " + json.dumps(fields) + "\n"


@pytest.mark.parametrize("weaker", ["promise: none", "promise: forward"])
def test_a_weakened_promise_does_not_help_and_is_told(repository: Repository, weaker: str) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST.replace("promise: backward", weaker))
    report = repository.check()

    assert report.exit_code == 1
    assert findings(report) == [("maximum-lowered", "breaking")]
    assert "promise-weakened" in rules(report)


def test_another_version_field_does_not_help(repository: Repository) -> None:
    repository.write("contracts/contracts.yaml", MANIFEST.replace("/schema_version", "none"))

    report = repository.check()
    assert (report.exit_code, rules(report)) == (1, ["policy-weakened"])


def test_settings_of_the_change_do_not_count_and_are_told(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.write(
        "schemadiff.toml", 'fail_on = "never"\ncontracts = "elsewhere"\n[levels]\nmaximum-lowered = "none"\n'
    )
    report = repository.check()

    assert report.exit_code == 1
    assert rules(report).count("policy-weakened") == 3

    repository.write("contracts/job.v1.json", schema())
    repository.write("schemadiff.toml", '[levels]\nmaximum-lowered = "note"\n')
    repository.commit()
    repository.write("contracts/job.v1.json", schema(**NARROW))
    assert repository.check("HEAD").exit_code == 0
    assert repository.check("HEAD~1").exit_code == 1


def test_levels_by_place_and_contract(repository: Repository) -> None:
    for settings, code in (
        ('rule = "maximum-*"\nplace = "timeout*"', 0),
        ('rule = "maximum-*"\nplace = "other*"', 1),
        ('contract = "jo?"', 0),
        ('contract = "mail"', 1),
    ):
        repository.write("contracts/job.v1.json", schema())
        repository.write("schemadiff.toml", f'[[overrides]]\nlevel = "warning"\n{settings}\n')
        repository.commit()
        repository.write("contracts/job.v1.json", schema(**NARROW))
        assert repository.check("HEAD").exit_code == code, settings


def test_a_waiver_for_its_own_break_does_not_count(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST + waiver(repository.check()))
    report = repository.check()

    assert report.exit_code == 1
    assert "waiver-added" in rules(report)


def with_waiver(repository: Repository, **other: Any) -> None:
    """
    Merge a waiver for a narrower timeout, then narrow the timeout.
    """
    repository.write("contracts/job.v1.json", schema(**NARROW))
    text = waiver(repository.check(), **other)
    repository.write("contracts/job.v1.json", schema())
    repository.write("contracts/contracts.yaml", MANIFEST + text)
    repository.commit()
    repository.write("contracts/job.v1.json", schema(**NARROW))


def test_a_merged_waiver_covers_the_finding_and_nothing_larger(repository: Repository) -> None:
    with_waiver(repository)
    report = repository.check("HEAD")
    (found,) = report.comparisons[0].findings
    assert report.exit_code == 0
    assert found.waived == "nobody sends more (ada, until 2027-01-31)"
    assert (report.verdict.value, report.outcome) == ("breaking", "pass")
    assert rules(report) == []

    reordered = json.dumps(schema(**NARROW), sort_keys=True)
    repository.write("contracts/job.v1.json", reordered)
    assert repository.check("HEAD").exit_code == 0

    repository.write("contracts/job.v1.json", schema(timeout_seconds={"type": "integer", "minimum": 1, "maximum": 60}))
    report = repository.check("HEAD")
    assert [(each.rule, each.level) for each in report.remarks] == [("waiver-unused", "warning")]
    assert report.exit_code == 1

    repository.write("contracts/job.v1.json", schema(**NOTE))
    report = repository.check("HEAD")
    assert [(each.rule, each.level) for each in report.remarks] == [("waiver-unused", "note")]

    repository.write("contracts/job.v1.json", schema(**NARROW, job_id={"type": "string", "maxLength": 10}))
    assert repository.check("HEAD").exit_code == 1


@pytest.mark.parametrize("other", [{"rule": "minimum-raised"}, {"place": "job_id"}, {"fingerprint": "0" * 16}])
def test_rule_place_and_fingerprint_must_all_fit(repository: Repository, other: dict[str, str]) -> None:
    with_waiver(repository, **other)
    report = repository.check("HEAD")

    assert report.exit_code == 1
    assert rules(report) == ["waiver-unused"]


@pytest.mark.parametrize(("day", "code"), [(date(2027, 1, 31), 0), (date(2027, 2, 1), 1)])
def test_a_waiver_holds_up_to_its_last_day(repository: Repository, day: date, code: int) -> None:
    with_waiver(repository)
    report = repository.check("HEAD", as_of=day)

    assert report.exit_code == code
    assert rules(report) == ([] if code == 0 else ["waiver-expired"])


def test_a_waiver_whose_change_was_merged_is_settled(repository: Repository) -> None:
    with_waiver(repository)
    repository.commit("the waived change")
    repository.write("contracts/job.v1.json", schema(**NARROW, **NOTE))
    report = repository.check("HEAD")

    assert [(each.rule, each.level) for each in report.remarks] == [("waiver-merged", "note")]
    assert report.exit_code == 0


@pytest.mark.parametrize("other", [{"rule": "maximum-lowerd"}, {"fingerprint": None}])
def test_a_waiver_that_cannot_be_understood_fails(repository: Repository, other: dict[str, Any]) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    text = waiver(repository.check(), **other).replace(', "fingerprint": null', "").replace('"fingerprint": null, ', "")
    repository.write("contracts/job.v1.json", schema())
    repository.write("contracts/contracts.yaml", MANIFEST + text)
    report = repository.check()

    assert report.exit_code == 1
    assert "waiver-malformed" in rules(report)


def test_a_removal_can_be_waived_too(repository: Repository) -> None:
    two = MANIFEST + "      v2: {published: 2026-10-05}\n"
    repository.write("contracts/job.v2.json", schema("v2"))
    repository.write("contracts/contracts.yaml", two)
    repository.commit()
    only = MANIFEST.replace("v1: {published: 2026-03-02}", "v2: {published: 2026-10-05}")

    def remove() -> Report:
        (repository.root / "contracts/job.v1.json").unlink()
        repository.write("contracts/contracts.yaml", only)
        return repository.check("HEAD")

    (found,) = remove().remarks
    assert found.rule == "version-removed-before-sunset"
    repository.git("checkout", "-q", ".")
    accepted = {
        "rule": found.rule,
        "fingerprint": found.fingerprint,
        "reason": "r",
        "owner": "o",
        "expires": "2027-01-01",
    }
    repository.write("contracts/contracts.yaml", two + "waivers: [" + json.dumps(accepted) + "]\n")
    repository.commit()
    report = remove()
    assert report.exit_code == 0
    assert report.remarks[0].waived == "r (o, until 2027-01-01)"


def test_no_command_of_the_change_is_run(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    Not even when a replay is asked for: the worker is the base's, or that of the command line.
    """
    seen: list[Any] = []

    def replay(_: Workspace, *, worker: WorkerSpec, **__: Any) -> Any:
        seen.append(worker.label)
        raise InputError("no fixtures")

    monkeypatch.setattr("schemadiff.usecases.check.gate.replay", replay)
    monkeypatch.chdir(repository.root)
    trap = repository.root / "trap"
    repository.write("schemadiff.toml", f'worker = "touch {trap}"\n')

    def run(*words: str) -> Any:
        with pytest.raises(SystemExit) as ended:
            main(["check", "--as-of", DAY.isoformat(), *words])
        return ended.value.code

    assert run() == 0
    assert "worker: not stated, now touch" in capfd.readouterr().out
    assert run("--replay") == 5
    assert "no worker is declared" in capfd.readouterr().err
    assert run("--worker", "mine") == 4
    repository.commit()
    assert run("--against", "HEAD", "--replay") == 4
    assert seen == ["mine", f"touch {trap}"]
    assert not trap.exists()
    assert run("--replay", "--staged") == 2


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("rulez = 'x'", 1, "Did you mean 'rules'"),
        ("\nfail_on = 'sometimes'", 2, "It is one of"),
        ("[levels]\nmaximum-lowerd = 'note'", 2, "Did you mean 'maximum-lowered'"),
        ("[levels]\nmaximum-lowered = 'notes'", 2, "Did you mean 'note'"),
        ("[[overrides]]\nplace = 'a'", 1, "an override needs a level"),
        ("[[overrides]]\nlevel = 'note'\nrul = 'a'", 3, "Did you mean 'rule'"),
        ("contracts = '../out'", 1, "outside of the repository"),
        ("budget = true", 1, "a number of seconds"),
        ("a = ", 1, "not TOML"),
    ],
)
def test_settings_are_a_closed_vocabulary(repository: Repository, text: str, line: int, words: str) -> None:
    repository.write("schemadiff.toml", text)
    report = repository.check()
    assert (report.exit_code, rules(report)) == (4, ["input-unreadable"])

    repository.commit()
    with pytest.raises(InputError) as caught:
        repository.check("HEAD")
    assert words in str(caught.value)
    assert caught.value.line == line


def test_pyproject_holds_settings_too(repository: Repository) -> None:
    repository.write("pyproject.toml", "[project]\nname = 'x'\n[tool.schemadiff]\nfail_on = 'never'\n")
    repository.commit()
    repository.write("contracts/job.v1.json", schema(**NARROW))

    assert repository.check("HEAD").exit_code == 0
    assert repository.check("HEAD", fail_on="error").exit_code == 1


def test_a_policy_that_the_branch_got_later_is_no_change_of_this_one(repository: Repository) -> None:
    """
    But it counts.
    """
    repository.git("checkout", "-qb", "topic")
    repository.write("contracts/job.v1.json", schema(note={"type": "string", "default": ""}))
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("contracts/contracts.yaml", MANIFEST.replace("promise: backward", "promise: full"))
    repository.write("schemadiff.toml", 'emission = "any"')
    repository.commit()
    repository.git("checkout", "-q", "topic")
    report = repository.check()

    assert rules(report) == []
    assert [each.value for each in report.comparisons[0].promised] == ["backward", "forward"]
    assert report.emission == "any"


def test_contracts_of_the_same_name_are_told_apart(repository: Repository) -> None:
    for folder in ("contracts", "other"):
        repository.write(f"{folder}/job.v1.json", schema())
        repository.write(f"{folder}/contracts.yaml", MANIFEST)
    repository.commit()
    for folder in ("contracts", "other"):
        repository.write(f"{folder}/job.v1.json", schema(**NARROW))
    report = repository.check("HEAD")

    assert [each.contract for each in report.comparisons] == ["contracts/job", "other/job"]
    marks = {finding.fingerprint for each in report.comparisons for finding in each.findings}
    assert len(marks) == 1


def test_a_published_version_stays_published(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST.replace("2026-03-02", "2030-01-01"))
    report = repository.check()

    assert report.exit_code == 1
    assert findings(report) == [("maximum-lowered", "breaking")]
    assert "promise-weakened" in rules(report)


def test_everything_removed_is_told(repository: Repository) -> None:
    repository.git("rm", "-rq", "contracts")
    report = repository.check()
    assert (report.exit_code, rules(report)) == (1, ["version-removed-before-sunset"])

    repository.git("checkout", "-q", "HEAD", ".")
    (repository.root / "contracts/contracts.yaml").unlink()
    report = repository.check()
    assert (report.exit_code, "policy-weakened" in rules(report)) == (1, True)


def test_the_rule_set_is_that_of_the_base_or_of_the_command_line(repository: Repository) -> None:
    """
    The strict one takes writers to send anything.
    """
    repository.write("schemadiff.toml", 'rules = "strict"\n')
    repository.write("contracts/job.v1.json", schema(**NOTE))
    assert repository.check().exit_code == 0
    assert repository.check(rules="strict").exit_code == 1

    repository.write("contracts/job.v1.json", schema())
    repository.commit()
    repository.write("contracts/job.v1.json", schema(**NOTE))
    report = repository.check("HEAD")
    assert (report.exit_code, report.rules, report.emission) == (1, "strict", "any")
    assert repository.check("HEAD", rules="default").exit_code == 0
    with pytest.raises(UsageError):
        repository.check("HEAD", rules="strickt")
