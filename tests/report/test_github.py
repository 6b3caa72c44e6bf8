"""
Workflow commands as the runner reads them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

import hostile
import pytest
import report_example as example

from schemadiff.report import Report, Style, render

COMMAND = re.compile(r"\A::(?P<name>\w+) (?P<properties>[^:]*(?::(?!:)[^:]*)*)::(?P<text>.*)\Z")


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    text: str


def read(line: str) -> Command:
    """
    A line as the runner takes it apart: unescaped after it is split.
    """
    found = COMMAND.match(line)
    assert found is not None, line
    pairs = [each.partition("=") for each in found["properties"].split(",")]
    return Command(found["name"], {word: plain(value) for word, _, value in pairs}, plain(found["text"]))


def plain(text: str) -> str:
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def commands(report: Report, *, everything: bool = False) -> list[Command]:
    lines = render(report, "github", style=Style(everything=everything)).split("\n")
    return [read(line) for line in lines if line.lstrip().startswith("::")]


def test_findings_become_annotations_at_their_place() -> None:
    """
    The worst first; what is waived or does not bind is a notice; what changes nothing is none.
    """
    some = commands(example.REPORT)
    lowered = next(each for each in some if "maximum-lowered" in each.properties["title"])

    assert [each.name for each in some] == ["error"] * 4 + ["warning"] + ["notice"] * 4 + ["error"]
    assert lowered.properties == {
        "file": "contracts/job_request.v2.json",
        "line": "11",
        "col": "7",
        "title": "job_request v1 → v2: maximum-lowered",
    }
    assert lowered.text.startswith("timeout_seconds: maximum lowered from ≤ 300 to ≤ 60\nbackward breaking, witnessed")
    assert 'payload: {"schema_version": "v1"' in lowered.text


def test_a_verdict_without_a_finding_is_told() -> None:
    """
    An undecided pair in which nothing changed would else pass unseen.
    """
    undecided = example.UNDECIDED.backward
    pair = replace(example.SAME, backward=undecided)
    (told,) = commands(replace(example.REPORT, comparisons=(pair,), remarks=(), replay=None))

    assert told.name == "error"
    assert "undecided" in told.properties["title"]


@pytest.mark.parametrize("text", hostile.NAMES)
def test_no_text_becomes_a_command_or_a_property(text: str) -> None:
    """
    Whatever it holds: one line a command, and only the properties that are meant.
    """
    written = render(hostile.report(text), "github")
    some = commands(hostile.report(text))

    assert {each.name for each in some} <= {"error", "warning", "notice"}
    assert all(set(each.properties) <= {"file", "line", "col", "title"} for each in some)
    assert all(line.startswith("::") or "##[" not in line for line in written.split("\n"))
    assert "\r" not in written


@pytest.mark.parametrize("form", ["terminal", "github"])
def test_what_people_read_in_a_job_is_no_command_either(form: str) -> None:
    """
    Wrapped lines may begin anywhere; the runner takes leading blanks away.
    """
    report = hostile.report("::stop-commands::x " * 30, "##[error]owned ::error::owned")
    for line in render(report, form, style=Style(width=60)).split("\n"):
        assert form == "github" or not line.lstrip().startswith("::")
        assert "##[" not in line or line.startswith("::")


def test_few_annotations_are_written_unless_all_are_asked_for() -> None:
    """
    A job shows no more; the counts stay.
    """
    report = hostile.crowd(1_000)

    assert len(commands(report)) < 170
    assert len(commands(report, everything=True)) > 700
    assert "… and" in render(report, "github")


def test_a_replay_that_failed_is_an_error() -> None:
    (found,) = [each for each in commands(example.REPORT) if each.properties["title"] == "schemadiff replay"]

    assert found.name == "error"
    assert found.text.startswith("replay: 23 fixtures replayed through ")
    assert found.text.endswith("; `schemadiff replay` shows more")
