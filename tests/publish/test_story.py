"""
A pull request and its comment, from the command line to the service.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_github import TOKEN, GitHub

from schemadiff.cli.main import main

sys.path.append(str(Path(__file__).parent.parent / "stories"))
from gated import MANIFEST, NARROW, NOTE, Repository, schema


@pytest.fixture
def repository(tmp_path: Path, hub: GitHub, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path)
    made.write("contracts/job.v1.json", schema())
    made.write("contracts/contracts.yaml", MANIFEST)
    made.commit("v1")
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "GH_TOKEN", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_API_URL", hub.url)
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    return made


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def pushed() -> int:
    code = run("check", "-f", "json", "-o", "report.json", "--as-of", "2026-11-23")
    assert run("comment", "report.json") == 0
    return code


def test_a_break_and_its_repair_are_one_comment(repository: Repository, hub: GitHub) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    assert pushed() == 1
    (first,) = hub.comments.values()
    assert "❌ Schema compatibility: fail: breaking" in first["body"]
    assert "Make a v2 instead" in first["body"]

    repository.write("contracts/job.v1.json", schema(**NOTE))
    assert pushed() == 0
    (second,) = hub.comments.values()
    assert second["id"] == first["id"]
    assert "✅ Schema compatibility: pass: compatible" in second["body"]


def test_a_fork_gets_the_summary_of_the_job(
    repository: Repository, hub: GitHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Its token may read and not write.
    """

    def trouble(method: str, _path: str, _count: int) -> tuple[int, dict[str, str], Any] | None:
        return None if method == "GET" else (403, {}, {"message": "Resource not accessible by integration"})

    hub.trouble = trouble
    repository.write("contracts/job.v1.json", schema(**NARROW))
    run("check", "-f", "json", "-o", "report.json")
    assert run("comment", "report.json") == 5

    summary = repository.root / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run("comment", "report.json") == 0
    assert "Schema compatibility: fail: breaking" in summary.read_text()
    assert "job summary" in capsys.readouterr().out
    assert not hub.comments


def test_no_token_is_said_and_a_dry_run_needs_none(
    repository: Repository, hub: GitHub, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    repository.write("contracts/job.v1.json", schema(**NARROW))
    run("check", "-f", "json", "-o", "report.json")

    assert run("comment", "report.json") == 2
    assert "there is no token" in capfd.readouterr().err
    assert run("comment", "report.json", "--dry-run") == 0
    assert capfd.readouterr().out.startswith("<!-- schemadiff:report run=0.0 -->\n## ")
    assert not hub.requests


@pytest.mark.usefixtures("repository")
def test_the_token_is_never_shown(hub: GitHub, capfd: pytest.CaptureFixture[str]) -> None:
    run("check", "-f", "json", "-o", "report.json")
    for status in (401, 403, 404, 422, 500):
        hub.trouble = lambda *_, status=status: (status, {}, {"message": TOKEN})
        run("comment", "report.json", "--patience", "0")
    shown = capfd.readouterr()
    assert TOKEN not in shown.out + shown.err


EVIL = (
    "</details>@everyone #1 [x](javascript:alert(1)) `` ``` | \u202e<img src=x onerror=alert(1)> --> GH-1 https://evil"
)


def test_hostile_contracts_are_rendered_harmlessly(repository: Repository, hub: GitHub) -> None:
    repository.write("contracts/job.v1.json", schema(**{EVIL: {"type": "string", "maxLength": 9}}))
    repository.commit()
    repository.write("contracts/job.v1.json", schema(**{EVIL: {"type": "string", "maxLength": 5, "title": EVIL}}))
    run("check", "-f", "json", "-o", "report.json", "--against", "HEAD")
    run("comment", "report.json")
    (comment,) = hub.comments.values()
    read = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed").MarkdownIt
    page = read("gfm-like", {"html": True, "linkify": False}).render(comment["body"])
    text = re.sub(r"<code.*?</code>", "", page, flags=re.DOTALL)

    assert "maxLength" in page
    assert "\u202e" not in comment["body"]
    for bad in ("@everyone", "<img", "<a ", "https://evil"):
        assert bad not in text, bad
    assert page.count("<details>") == page.count("</details>")


@pytest.mark.parametrize("count", [300, 10_000])
def test_any_number_of_findings_fits(repository: Repository, hub: GitHub, count: int) -> None:
    repository.write("contracts/job.v1.json", schema(**NARROW))
    run("check", "-f", "json", "-o", "report.json")
    report = json.loads(Path("report.json").read_text())
    findings = report["comparisons"][0]["findings"]
    report["comparisons"][0]["findings"] = [{**findings[0], "message": f"{EVIL} {n}"} for n in range(count)]
    Path("report.json").write_text(json.dumps(report))

    assert run("comment", "report.json") == 0
    (comment,) = hub.comments.values()
    assert len(comment["body"]) < 65_536
    assert "more" in comment["body"]


@pytest.mark.parametrize("text", ["", "{}", "[", "[" * 100_000, '{"format": 3}', "null", '{"a": 1, "a": 2}'])
def test_a_file_that_is_no_report_is_bad_input(repository: Repository, hub: GitHub, text: str) -> None:
    repository.write("report.json", text)

    assert run("comment", "report.json") == 4
    assert run("comment", "no-such-file.json") == 4
    assert not hub.requests


def test_a_report_that_the_change_brings_is_not_published(
    repository: Repository, hub: GitHub, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Neither as a file nor as a link nor as a pipe; not even where git does not trust the checkout.
    """
    outside = tmp_path_factory.mktemp("outside")
    run("check", "-f", "json", "-o", str(outside / "report.json"))
    repository.write("report.json", (outside / "report.json").read_text())
    repository.write("deep/[r]*.json", (outside / "report.json").read_text())
    (repository.root / "linked.json").symlink_to(outside / "report.json")
    repository.commit("a report")
    os.mkfifo(repository.root / "pipe.json")
    (repository.root / "untracked.json").symlink_to("report.json")
    for name in ("report.json", "deep/[r]*.json", "linked.json", "pipe.json", "untracked.json", "absent.json"):
        assert run("comment", name) == 4
    assert not hub.comments

    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert run("comment", "report.json") == 4
    assert not hub.comments
    monkeypatch.delenv("GIT_TEST_ASSUME_DIFFERENT_OWNER")
    assert run("comment", str(outside / "report.json")) == 0
    repository.write("fresh.json", (outside / "report.json").read_text())
    assert run("comment", "fresh.json") == 0
    assert len(hub.comments) == 1
