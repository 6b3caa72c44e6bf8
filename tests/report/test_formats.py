"""
Every format on one fixed report, byte for byte; and all of them on texts that somebody chose to do harm.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import hostile
import jsonschema_rs
import pytest
import report_example as example

from schemadiff.errors import InputError
from schemadiff.report import Report, Style, formats_of, render
from schemadiff.report.json_schema import schema_of
from schemadiff.report.saved import read_result

FORMATS = formats_of("comparison")
SUFFIXES = {"terminal": "terminal.txt", "github": "github.txt", "markdown": "md", "junit": "xml"}
DATA = ("json",)
"""Formats without sentences about the run."""
FOR_MACHINES = (*DATA, "sarif", "junit")
"""Formats that hold every finding, however many there are."""
SNAPSHOTS = Path(__file__).parent / "snapshots"
UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemadiff.report.sarif.all_rules", lambda: example.RULES)
    monkeypatch.setattr("schemadiff.report.html.page.all_rules", lambda: example.RULES)


@pytest.mark.parametrize("form", FORMATS)
def test_the_fixed_report_reads_as_it_did(form: str) -> None:
    """
    One snapshot a format; ``SNAPSHOTS=write`` writes them anew, for somebody to read the difference.
    """
    text = render(example.REPORT, form)
    # The page's own style and script have tests of their own.
    text = re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>|'sha256-[^']*'", "", text)
    path = SNAPSHOTS / f"report.{SUFFIXES.get(form, form)}"
    if os.environ.get("SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def test_the_same_report_gives_the_same_bytes() -> None:
    """
    In another process, with other hashes.
    """
    script = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import report_example as e\n"
        "from schemadiff.report import render, formats_of\n"
        "texts = [render(e.REPORT, form) for form in formats_of(e.REPORT.kind)]\n"
        "print([hashlib.sha256(text.encode()).hexdigest() for text in texts])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(told) == 1


def test_json_satisfies_its_published_schema_which_knows_every_member() -> None:
    """
    Whatever is written is described, and whatever is described is written.
    """
    schema = schema_of("comparison")
    value = json.loads(render(example.REPORT, "json"))
    validator = jsonschema_rs.validator_for(schema)

    assert not list(validator.iter_errors(value))
    assert list(value) == list(schema["properties"])
    for name, some in (
        ("Comparison", value["comparisons"]),
        ("Finding", value["comparisons"][0]["findings"]),
        ("Window", value["windows"]),
        ("PolicyFinding", value["remarks"]),
        ("ReplayReport", [value["replay"]]),
        ("Graph", [value["graph"]]),
    ):
        assert all(set(each) == set(schema["$defs"][name]["properties"]) for each in some), name


def test_a_saved_report_is_read_back() -> None:
    """
    All but the schemas' own texts, so that it renders as it did.
    """
    bare = tuple(replace(each, old_sources=(), new_sources=()) for each in example.REPORT.comparisons)
    report = replace(example.REPORT, comparisons=bare)
    back = read_result(render(report, "json"))

    assert back.comparisons == report.comparisons
    assert back.remarks == report.remarks
    for form in FORMATS:
        assert render(back, form) == render(report, form)


def test_a_large_or_hostile_report_is_read_back_too() -> None:
    """
    Ten thousand findings, and every text that somebody chose to do harm.
    """
    for report in (hostile.crowd(10_000), hostile.report(*hostile.NAMES)):
        back = read_result(render(report, "json"))
        assert [each.findings for each in back.comparisons] == [each.findings for each in report.comparisons]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "null",
        '{"format": 3, "kind": []}',
        '{"format": 1}',
        '{"format": 3, "kind": "comparison"}',
        '"\\ud800"',
        '{"a": 1, "a": 2}',
    ],
)
def test_what_is_no_report_is_refused(text: str) -> None:
    """
    With a message, never with another exception.
    """
    with pytest.raises(InputError):
        read_result(text, name="saved.json")


@pytest.mark.parametrize(
    ("part", "nonsense"),
    [
        ('"total": 23', '"total": "x"'),
        ('"total": 23', '"total": 2.5'),
        ('"total": 23', '"total": true'),
        ('"restarts": 1', '"restarts": {}'),
        ('"worker": "bin/job-worker"', '"worker": 5'),
        ('"skipped": {}', '"skipped": []'),
        ('"as_of": "2026-11-23"', '"as_of": "2026-99-99"'),
        ('"published": "2026-03-02"', '"published": "2026-02-30"'),
        ('"line": 11', '"line": 1.5'),
        ('"verdict": "same"', '"verdict": 1'),
        ('"sunset": "2027-01-03"', '"sunset": "2027-13-01"'),
        ('"level": "warning"', '"level": "loud"'),
        ('"rule": "maximum-lowered"', '"rule": "<b>"'),
        ('"kind": "comparison"', '"kind": "rollout"'),
        ('"format": 3', '"format": 1'),
    ],
)
def test_a_report_with_a_nonsense_part_is_refused(part: str, nonsense: str) -> None:
    """
    Also where the published schema leaves things open: the inside of a replay, days that no calendar has.
    """
    text = render(example.REPORT, "json")
    assert part in text

    with pytest.raises(InputError):
        read_result(text.replace(part, nonsense))


@pytest.mark.parametrize(("number", "age"), [(1, "an older"), (4, "a newer")])
def test_a_report_in_another_format_is_named(number: int, age: str) -> None:
    text = render(example.REPORT, "json").replace('"format": 3', f'"format": {number}')
    with pytest.raises(InputError, match=f"a result in format {number}, written by {age} version") as caught:
        read_result(text)

    assert "anew" in (caught.value.remedy or "")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", hostile.NAMES)
def test_hostile_text_reaches_no_format_raw(form: str, text: str) -> None:
    """
    No control or escape sequence, no direction mark, no lone surrogate: not even one that a file viewer would obey.
    """
    written = render(hostile.report(text), form)
    written.encode("utf-8")

    assert not UNSEEN.search(written)


@pytest.mark.parametrize("form", FORMATS)
def test_a_text_of_a_megabyte_is_cut(form: str) -> None:
    """
    It is in the report two dozen times; no format repeats all of it, save JSON, which holds everything.
    """
    written = render(hostile.report(hostile.LONG), form)

    assert len(written) < (120_000_000 if form == "json" else 1_000_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "everything"),
    [*((form, False) for form in FORMATS), *((form, True) for form in ("terminal", "markdown", "github", "html"))],
)
def test_ten_thousand_findings_stay_readable(form: str, everything: bool) -> None:
    """
    Where people read, most of them are folded into counts; machines get them all.
    """
    report = hostile.crowd(10_000)
    written = render(report, form, style=Style(everything=everything))
    told = len(set(re.findall(r"field_\d+", written)))

    if form in FOR_MACHINES:
        assert told == 10_000
    elif form == "markdown":
        assert 1 <= told <= 50
        assert len(written) < 65_536
        assert "more: " in written
    elif everything:
        # Neutral findings are no annotations.
        assert told == (7_500 if form == "github" else 10_000)
    else:
        assert 1 <= told <= 1_000
        assert " more" in written
    if form == "terminal" and not everything:
        assert written.count("\n") < 1_000
        assert "contract_0" in written


@pytest.mark.parametrize("form", FORMATS)
def test_a_thousand_pairs_stay_readable(form: str) -> None:
    """
    And none of them is lost without a word.
    """
    report = hostile.crowd(4_000, pairs=1_000)
    written = render(report, form)

    assert "1000 pairs compared" in written or form in FOR_MACHINES
    if form == "terminal":
        assert written.count("\n") < 3_000


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_report_says_so(form: str) -> None:
    """
    Nothing compared is never shown as something proved.
    """
    empty = Report(schemadiff="0.1.0", as_of="2026-11-23", rules="default", emission="declared", comparisons=())
    written = render(empty, form).lower()

    assert "nothing was compared" in written or form in DATA


@pytest.mark.parametrize(("form", "word"), [("github", "::notice"), ("junit", "<skipped")])
def test_a_run_that_passes_raises_no_alarm(form: str, word: str) -> None:
    """
    A change that touches no contract is nothing to be fixed.
    """
    empty = Report(schemadiff="0.1.0", as_of="2026-11-23", rules="default", emission="declared", comparisons=())
    written = render(empty, form)

    assert word in written
    assert "error" not in written.replace('errors="0"', "")


@pytest.mark.parametrize("form", FORMATS)
def test_schemas_looked_at_one_by_one_are_no_comparison(form: str) -> None:
    """
    And where nothing is amiss with them, nothing warns.
    """
    clean = Report(
        schemadiff="0.1.0", as_of="2026-11-23", rules="default", emission="declared", comparisons=(), linted=3
    )
    written = render(clean, form).lower()

    assert "compared" not in re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>", "", written) or form == "json"
    assert "warning" not in written or form in ("html", "sarif")
    assert read_result(render(clean, "json")) == clean
