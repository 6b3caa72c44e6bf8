"""
A change that weakens what it is judged by fails, whatever file it writes that in, until it is accepted from outside.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gated import DAY, MANIFEST, NARROW, Repository, findings, rules, schema

from schemadiff.cli.main import main
from schemadiff.report import Report
from schemadiff.report.model import headline

FULL = """\
schemadiff: 1
defaults: {version_field: /schema_version, support_days: 90}
contracts:
  job:
    role: request
    producer: shop
    consumer: worker
    promise: backward
    across: versions
    volatile: [/trace]
    versions:
      v1: {published: 2026-03-02}
      v2: {published: 2026-10-05, downgrade: [{drop: /note}]}
  answer:
    role: response
    versions:
      v1: {published: 2026-03-02}
services:
  worker:
    releases:
      "1.0": {reads: {job: [v1]}, emits: {answer: [v1]}}
      "2.0": {reads: {job: [v1, v2]}, emits: {answer: [v1]}}
    running: ["1.0", "2.0"]
fixtures: fixtures
worker: {command: ./worker --dry-run}
errors:
  contract: answer
  where: {status: error}
  required: [status, code]
  type: code
  retry: retry.yaml
checklist: [{item: sunsets, days: [30]}, {item: safe-rollout}]
"""
RETRY = "error_types: {busy: retry, bad: final}\n"
FIXTURES = "".join(json.dumps({"name": name, "contract": "job", "payload": "{}"}) + "\n" for name in ("one", "two"))


@pytest.fixture
def full(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path)
    for name in ("job.v1", "job.v2", "answer.v1"):
        repository.write(f"contracts/{name}.json", schema(name.rpartition(".")[2]))
    repository.write("contracts/contracts.yaml", FULL)
    repository.write("contracts/retry.yaml", RETRY)
    repository.write("contracts/fixtures/job.ndjson", FIXTURES)
    repository.commit()
    return repository


def failing(report: Report) -> list[str]:
    return [each.rule for each in report.remarks if report.policy.objects(each)]


WEAKER = [
    ("promise: backward", "promise: none", "promise-weakened"),
    ("across: versions", "across: revisions", "promise-weakened"),
    ("published: 2026-10-05, ", "published: 2030-10-05, ", "promise-weakened"),
    ("support_days: 90", "support_days: 5", "window-shortened"),
    ("version_field: /schema_version", "version_field: none", "policy-weakened"),
    ("    role: request\n", "", "policy-weakened"),
    ("    producer: shop\n", "    producer: another\n", "policy-weakened"),
    ("    consumer: worker\n", "", "policy-weakened"),
    ("[/trace]", "[/trace, /price]", "policy-weakened"),
    ("[{drop: /note}]", "[{drop: /other}]", "policy-weakened"),
    (", downgrade: [{drop: /note}]", "", "policy-weakened"),
    ('"1.0": {reads: {job: [v1]}', '"1.0": {reads: {job: [v1, v2]}', "policy-weakened"),
    ('"2.0": {reads: {job: [v1, v2]}', '"2.0": {reads: {job: [v2]}', "policy-weakened"),
    ('[v1]}}\n      "2.0"', '[]}}\n      "2.0"', "policy-weakened"),
    (FULL[FULL.index("services:") : FULL.index("fixtures:")], "", "policy-weakened"),
    ("fixtures: fixtures\n", "fixtures: elsewhere\n", "policy-weakened"),
    ("--dry-run", "--really", "policy-weakened"),
    ("worker: {command: ./worker --dry-run}\n", "", "policy-weakened"),
    ("[status, code]", "[status]", "policy-weakened"),
    (FULL[FULL.index("errors:") : FULL.index("checklist:")], "", "policy-weakened"),
    (", {item: safe-rollout}", "", "policy-weakened"),
    ("days: [30]", "days: [1]", "policy-weakened"),
]


@pytest.mark.parametrize(("before", "after", "rule"), WEAKER)
@pytest.mark.parametrize("linked", [False, True], ids=["file", "link"])
def test_a_weaker_manifest_fails(full: Repository, before: str, after: str, rule: str, linked: bool) -> None:
    """
    Even if the manifest is a link to the file that is edited.
    """
    path = "contracts/contracts.yaml"
    if linked:
        (full.root / path).unlink()
        full.write("policy/m.yaml", FULL)
        (full.root / path).symlink_to("../policy/m.yaml")
        full.commit()
        path = "policy/m.yaml"
    assert FULL.count(before) == 1
    full.write(path, FULL.replace(before, after))
    report = full.check("HEAD")

    assert report.exit_code == 1
    assert rule in failing(report)


STRONGER = [
    ("promise: backward", "promise: full"),
    ("across: versions", "across: transitive"),
    ("support_days: 90", "support_days: 120"),
    ("volatile: [/trace]", "volatile: []"),
    ('"2.0": {reads', '"3.0": {reads: {job: [v2]}, emits: {answer: [v1]}}\n      "2.0": {reads'),
    ('running: ["1.0", "2.0"]', 'running: ["2.0"]'),
    ("[status, code]", "[status, code, message]"),
    (", {item: safe-rollout}", ", {item: safe-rollout}, {item: waivers-in-force}"),
]


@pytest.mark.parametrize(("before", "after"), STRONGER)
def test_a_stronger_manifest_passes(full: Repository, before: str, after: str) -> None:
    assert FULL.count(before) == 1
    full.write("contracts/contracts.yaml", FULL.replace(before, after))
    report = full.check("HEAD")

    assert (report.exit_code, failing(report)) == (0, [])


def test_what_a_manifest_names_counts_too(full: Repository) -> None:
    full.write("contracts/retry.yaml", RETRY.replace("bad: final", "bad: retry"))
    assert failing(full.check()) == ["policy-weakened"]
    full.write("contracts/retry.yaml", RETRY.replace("}", ", late: backoff}"))
    assert failing(full.check()) == []

    full.write("contracts/fixtures/job.ndjson", FIXTURES.splitlines()[0])
    assert failing(full.check()) == ["policy-weakened"]
    (full.root / "contracts/fixtures/job.ndjson").unlink()
    assert failing(full.check()) == ["policy-weakened"]
    full.write("contracts/fixtures/again.ndjson", FIXTURES + FIXTURES.replace("one", "three"))
    assert failing(full.check()) == []


def test_a_declared_rename_weakens_nothing(full: Repository) -> None:
    """
    Neither what releases read, nor the recorded messages, nor the error contract, if they follow the name.
    """
    renamed = FULL.replace("  job:\n", "  task:\n    formerly: job\n").replace("{job:", "{task:")
    renamed = renamed.replace("  answer:\n", "  reply:\n    formerly: [answer]\n").replace("{answer:", "{reply:")
    full.write("contracts/contracts.yaml", renamed.replace("contract: answer", "contract: reply"))
    for old, new in (("job.v1", "task.v1"), ("job.v2", "task.v2"), ("answer.v1", "reply.v1")):
        full.git("mv", f"contracts/{old}.json", f"contracts/{new}.json")
    full.write("contracts/fixtures/job.ndjson", FIXTURES.replace('"job"', '"task"'))
    report = full.check()

    assert (report.exit_code, set(rules(report))) == (0, {"contract-renamed"})


SETTINGS = """\
promise = "backward"
rules = "strict"
fail_on = "warning"
version_field = "/schema_version"
emission = "any"
formats = "assert"
contracts = ["contracts"]
[levels]
default-changed = "error"
"""

WEAKER_SETTINGS = [
    ('promise = "backward"', 'promise = "none"'),
    ('rules = "strict"', 'rules = "default"'),
    ('fail_on = "warning"', 'fail_on = "never"'),
    ('fail_on = "warning"\n', ""),
    ('version_field = "/schema_version"', 'version_field = "none"'),
    ('emission = "any"', 'emission = "declared"'),
    ('formats = "assert"\n', ""),
    ('contracts = ["contracts"]', 'contracts = ["elsewhere"]'),
    ('default-changed = "error"', 'default-changed = "note"'),
    ('default-changed = "error"', 'default-changed = "error"\nmaximum-lowered = "note"'),
    ('default-changed = "error"', 'default-changed = "error"\n[[overrides]]\nlevel = "none"\nplace = "timeout*"'),
    (SETTINGS, ""),
]


@pytest.mark.parametrize(("before", "after"), WEAKER_SETTINGS)
@pytest.mark.parametrize("where", ["schemadiff.toml", "pyproject.toml", "link", "services/a/schemadiff.toml"])
def test_weaker_settings_fail(repository: Repository, before: str, after: str, where: str) -> None:
    def write(path: str, text: str) -> None:
        if path == "pyproject.toml":
            text = text.replace("[levels]", "[tool.schemadiff.levels]").replace("[[over", "[[tool.schemadiff.over")
            text = f"[tool.schemadiff]\n{text}"
        repository.write(path, text)

    path = "policy/settings.toml" if where == "link" else where
    write(path, SETTINGS)
    if where == "link":
        (repository.root / "schemadiff.toml").symlink_to(path)
    repository.commit()
    assert SETTINGS.count(before) == 1
    write(path, SETTINGS.replace(before, after))
    report = repository.check("HEAD")

    assert report.exit_code == 1
    assert "policy-weakened" in failing(report)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('promise = "backward"', 'promise = "full"'),
        ('default-changed = "error"', 'default-changed = "error"\nproperty-removed = "error"'),
        ('contracts = ["contracts"]', 'contracts = ["contracts", "more"]'),
        ("[levels]", "budget = 20\n[levels]"),
    ],
)
def test_stronger_settings_pass(repository: Repository, before: str, after: str) -> None:
    text = SETTINGS.replace('fail_on = "warning"\n', "")
    repository.write("schemadiff.toml", text)
    repository.commit()
    repository.write("schemadiff.toml", text.replace(before, after))
    report = repository.check("HEAD")

    assert (report.exit_code, set(rules(report))) == (0, {"policy-changed"})


ADOPTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({"contracts/contracts.yaml": MANIFEST}, []),
    ({"contracts/contracts.yaml": MANIFEST.replace("job:\n", "job:\n    producer: shop\n")}, []),
    ({"contracts/contracts.yaml": MANIFEST.replace("promise: backward", "promise: none")}, ["promise-weakened"]),
    ({"contracts/contracts.yaml": MANIFEST.replace("support_days: 90", "support_days: 9")}, ["window-shortened"]),
    ({"contracts/contracts.yaml": MANIFEST.replace("role: request\n    promise: backward", "role: response")}, []),
    ({"schemadiff.toml": 'version_field = "schema_version"\n'}, []),
    ({"schemadiff.toml": 'rules = "strict"\n'}, []),
    ({"schemadiff.toml": 'promise = "none"\n'}, ["policy-weakened"]),
    ({"schemadiff.toml": 'fail_on = "never"\n'}, ["policy-weakened"]),
    ({"schemadiff.toml": 'contracts = "elsewhere"\n'}, ["policy-weakened"]),
    ({"schemadiff.toml": 'contracts = "contracts"\n'}, []),
    ({"schemadiff.toml": '[levels]\nmaximum-lowered = "note"\n'}, ["policy-weakened"]),
    ({"schemadiff.toml": 'pass_by = ["contracts/*"]\n'}, ["policy-weakened", "version-removed-before-sunset"]),
]


@pytest.mark.parametrize(("files", "expected"), ADOPTIONS)
def test_the_adopting_change_is_held_against_the_defaults(
    tmp_path: Path, files: dict[str, Any], expected: list[str]
) -> None:
    repository = Repository(tmp_path)
    repository.write("contracts/job.v1.json", schema())
    repository.commit()
    for path, text in files.items():
        repository.write(path, text)
    assert failing(repository.check()) == expected

    repository.write("contracts/job.v1.json", schema(**NARROW))
    assert findings(repository.check()) == [("maximum-lowered", "breaking")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('emission = "any"', 'emission = "declared"'),
        ('rules = "strict"', 'rules = "default"'),
        ('fail_on = "warning"', 'fail_on = "error"'),
        ('default-changed = "error"', 'default-changed = "note"'),
    ],
)
def test_stricter_settings_pass(repository: Repository, before: str, after: str) -> None:
    repository.write("schemadiff.toml", SETTINGS.replace(before, after))
    repository.commit()
    repository.write("schemadiff.toml", SETTINGS)
    assert set(rules(repository.check("HEAD"))) == {"policy-changed"}


def test_what_is_accepted_passes_and_stays_in_the_report(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    repository.write("contracts/contracts.yaml", MANIFEST.replace("promise: backward", "promise: none"))
    report = repository.check()
    marks = {each.rule: each.fingerprint for each in report.remarks}
    marks |= {finding.rule: finding.fingerprint for each in report.comparisons for finding in each.findings}
    assert set(marks) == {"maximum-lowered", "promise-weakened"}

    for only in marks.values():
        assert accepted(repository, only).exit_code == 1
    report = accepted(repository, *marks.values())
    assert report.exit_code == 0
    assert {*rules(report), *(rule for rule, _ in findings(report))} == set(marks)
    assert headline(report) == "pass: breaking; 1 breaking finding is accepted; 1 policy finding is accepted"
    assert any("2 findings were accepted with --accept: maximum-lowered, promise-weakened." in n for n in report.notes)

    report = accepted(repository, *marks.values(), "0" * 16)
    assert "--accept 0000000000000000: no finding has this fingerprint." in report.notes


def test_a_file_that_cannot_be_read_is_not_accepted(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", "{")
    (remark,) = repository.check().remarks
    assert accepted(repository, remark.fingerprint).exit_code == 4


def test_a_waiver_is_accepted_and_counts_from_the_merge_on(repository: Repository) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    (found,) = repository.check().comparisons[0].findings
    repository.write("contracts/job.v1.json", schema())
    waived = {
        "rule": found.rule,
        "fingerprint": found.fingerprint,
        "reason": "r",
        "owner": "o",
        "expires": "2027-01-01",
    }
    repository.write("contracts/contracts.yaml", MANIFEST + f"waivers: [{json.dumps(waived)}]\n")
    report = repository.check()
    assert (report.exit_code, rules(report)) == (1, ["waiver-added"])
    assert accepted(repository, report.remarks[0].fingerprint).exit_code == 0

    repository.commit()
    repository.write("contracts/job.v1.json", schema(**NARROW))
    assert repository.check("HEAD").exit_code == 0

    repository.git("checkout", "-q", ".")
    repository.write("contracts/contracts.yaml", MANIFEST)
    assert repository.check("HEAD").exit_code == 0


def test_accept_on_the_command_line(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    (found,) = repository.check().comparisons[0].findings
    monkeypatch.chdir(repository.root)
    for words, code in ((), 1), (("--accept", "0" * 16, "--accept", found.fingerprint), 0):
        with pytest.raises(SystemExit) as ended:
            main(["check", "--as-of", DAY.isoformat(), *words])
        assert ended.value.code == code


def accepted(repository: Repository, *fingerprints: str) -> Report:
    from schemadiff.options import Options
    from schemadiff.usecases.check.gate import check
    from schemadiff.usecases.check.proposed_change import ProposedChange

    return check(
        ProposedChange(folder=repository.root, against="main", accept=fingerprints, options=Options(as_of=DAY))
    )
