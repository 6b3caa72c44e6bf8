"""
The outcome of a run: one judgement, which the exit code and every format share.
"""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import report_example as example
from hypothesis import given
from hypothesis import strategies as st

from schemadiff.decide import Classification, Comparison, Direction, Evidence, Finding, PolicyFinding, Verdict
from schemadiff.decide.outcome import ACCEPTED, FAILING_LEVELS, with_level
from schemadiff.report import Report, render
from schemadiff.report.model import headline

LEVELS = ("error", "warning", "note", "none")
PROMISES = ((Direction.BACKWARD,), (Direction.FORWARD,), (Direction.BACKWARD, Direction.FORWARD), ())
JUDGEMENTS = {
    Verdict.COMPATIBLE: example.KEPT,
    Verdict.BREAKING: example.REQUEST.findings[0].backward,
    Verdict.UNDECIDED: example.UNDECIDED.backward,
}
verdicts = st.sampled_from(list(Verdict))


@st.composite
def findings(draw: st.DrawFn, promised: tuple[Direction, ...]) -> Finding:
    backward, forward = (JUDGEMENTS[draw(verdicts)] for _ in range(2))
    judged = {Direction.BACKWARD: backward, Direction.FORWARD: forward}
    of_promised = [judged[direction].verdict for direction in promised]
    unbroken = draw(st.sampled_from([Classification.ADDITIVE, Classification.NEUTRAL]))
    classification = (
        Classification.BREAKING
        if Verdict.BREAKING in of_promised
        else Classification.UNDECIDED
        if Verdict.UNDECIDED in of_promised
        else unbroken
    )
    return replace(
        example.ADDITIVE,
        level=draw(st.sampled_from(LEVELS)),
        classification=classification,
        backward=backward,
        forward=forward,
        waived=draw(st.sampled_from([None, None, "accepted"])),
        level_by=draw(st.sampled_from(["", "settings"])),
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    promised = draw(st.sampled_from(PROMISES))
    backward, forward = (JUDGEMENTS[draw(verdicts)] for _ in range(2))
    return replace(
        example.REQUEST,
        promised=promised,
        backward=backward,
        forward=forward,
        binds=draw(st.sampled_from([True, True, False])),
        findings=tuple(draw(st.lists(findings(promised), max_size=3))),
    )


remarks = st.builds(
    lambda level, waived, unreadable: replace(
        example.REPORT.remarks[0], level=level, waived=waived, unreadable=unreadable
    ),
    st.sampled_from(LEVELS),
    st.sampled_from([None, None, "accepted"]),
    st.sampled_from([False, False, False, True]),
)
reports = st.builds(
    lambda pairs, policy, fail_on: replace(
        example.REPORT, comparisons=tuple(pairs), remarks=tuple(policy), fail_on=fail_on, replay=None
    ),
    st.lists(comparisons(), max_size=2),
    st.lists(remarks, max_size=2),
    st.sampled_from(list(FAILING_LEVELS)),
)


def _fails(report: Report) -> dict[str, bool]:
    """
    Whether each format shows a failure, read from its text.
    """
    sarif = json.loads(render(report, "sarif"))["runs"][0]
    standing = [each for each in sarif["results"] if "suppressions" not in each]
    notices = sarif["invocations"][0]["toolExecutionNotifications"]
    suites = ElementTree.fromstring(render(report, "junit").encode())
    as_json = json.loads(render(report, "json"))
    return {
        "github": "::error " in render(report, "github"),
        "sarif": "error" in [each["level"] for each in (*standing, *notices)],
        "sarif, exit code": sarif["invocations"][0]["exitCode"] != 0,
        "sarif, outcome": sarif["properties"]["outcome"] == "fail",
        "junit": (suites.get("failures"), suites.get("errors")) != ("0", "0"),
        "json": as_json["outcome"] == "fail",
        "json, exit code": as_json["exit_code"] != 0,
        "terminal": "\nFAIL: " in f"\n{render(report, 'terminal')}",
        "markdown": "Schema compatibility: fail" in render(report, "markdown"),
        "html": "<h1>Fail: " in render(report, "html"),
    }


@given(reports)
def test_every_format_and_the_exit_code_say_the_same(report: Report) -> None:
    """
    For any levels, verdicts, waivers and fail level.
    """
    assert _fails(report) == dict.fromkeys(_fails(report), report.exit_code != 0)


def _excused(causes: list[Finding]) -> bool:
    return bool(causes) and all(each.waived is not None or each.level_by for each in causes)


@given(reports)
def test_an_unexcused_error_or_verdict_fails_and_nothing_else_does(report: Report) -> None:
    """
    The definition once more, written from the finding's side.
    """
    failing = FAILING_LEVELS[report.fail_on]
    unread = any(remark.unreadable for remark in report.remarks)
    policy = any(remark.waived is None and remark.level in failing for remark in report.remarks)
    found = any(f.waived is None and f.level in failing for pair in report.binding for f in pair.findings)
    unexplained = any(
        pair.judgement(direction).verdict is not Verdict.COMPATIBLE
        and not _excused([f for f in pair.findings if f.judgement(direction).verdict is not Verdict.COMPATIBLE])
        for pair in report.binding
        for direction in pair.promised
    )
    expected = unread or policy or found or (unexplained and report.fail_on != "never")

    assert (report.exit_code != 0) == expected


@given(reports)
def test_a_level_is_monotone(report: Report) -> None:
    """
    A stricter fail level fails whatever a milder one fails.
    """
    codes = [replace(report, fail_on=each).exit_code for each in ("never", "error", "warning", "note")]
    failed = [code != 0 for code in codes]

    assert failed == sorted(failed)


def _report(*found: Finding, **changes: object) -> Report:
    pair = replace(example.REQUEST, findings=found, **changes)  # type: ignore[arg-type]
    return replace(example.REPORT, comparisons=(pair,), remarks=(), replay=None)


def _remarks(*remarks: PolicyFinding) -> Report:
    return replace(example.REPORT, comparisons=(), remarks=remarks, replay=None)


BROKEN = replace(example.REQUEST.findings[0], waived=None)
REMOVED = replace(example.REPORT.remarks[0], level="error", waived=None, unreadable=False)
ASSUMED = replace(example.KEPT, evidence=Evidence.ASSUMED)
COMPATIBLE = {"backward": example.KEPT, "forward": example.KEPT}


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (_report(BROKEN), "fail: breaking"),
        (_report(**COMPATIBLE), "pass: compatible"),
        (_report(**COMPATIBLE | {"backward": ASSUMED}), "pass: compatible, assumed"),
        (_report(**COMPATIBLE | {"forward": ASSUMED}), "pass: compatible"),
        (
            _report(replace(BROKEN, waived="agreed", waived_until="2027-01-31")),
            "pass: breaking; 1 breaking finding is waived until 2027-01-31",
        ),
        (
            _report(with_level(BROKEN, "note", "settings")),
            f"pass: breaking; the level of {BROKEN.rule} is note (settings)",
        ),
        (
            _report(replace(example.ADDITIVE, level="error"), **COMPATIBLE),
            f"fail: compatible; 1 finding has the level error ({example.ADDITIVE.rule})",
        ),
        (replace(_report(BROKEN), fail_on="never"), "pass: breaking; the fail level is never"),
        (
            replace(_report(replace(example.ADDITIVE, level="note"), **COMPATIBLE), fail_on="note"),
            f"fail: compatible; 1 finding has the level note ({example.ADDITIVE.rule})",
        ),
        (_report(replace(BROKEN, waived=ACCEPTED)), "pass: breaking; 1 breaking finding is accepted"),
        (_remarks(REMOVED), "fail: 1 rule is not kept"),
        (_remarks(replace(REMOVED, waived=ACCEPTED)), "pass: 1 policy finding is accepted"),
        (
            _remarks(replace(REMOVED, waived=ACCEPTED), REMOVED),
            "fail: 1 rule is not kept; 1 policy finding is accepted",
        ),
        (
            _remarks(*[replace(REMOVED, waived="agreed", waived_until="2027-01-31")] * 2),
            "pass: 2 policy findings are waived until 2027-01-31",
        ),
        (replace(_remarks(REMOVED), fail_on="never"), "pass: the fail level is never"),
        (_remarks(replace(REMOVED, level="warning")), "pass: every rule is kept"),
        (
            replace(_report(**COMPATIBLE), remarks=(replace(REMOVED, waived=ACCEPTED),)),
            "pass: compatible; 1 policy finding is accepted",
        ),
    ],
)
def test_the_headline_says_outcome_verdict_and_what_made_the_difference(report: Report, expected: str) -> None:
    assert headline(report) == expected


def test_doubt_alone_has_its_own_exit_code() -> None:
    """
    Also where what is certain is waived.
    """
    undecided = replace(
        BROKEN, backward=JUDGEMENTS[Verdict.UNDECIDED], classification=Classification.UNDECIDED, level="error"
    )
    assert _report(undecided, backward=JUDGEMENTS[Verdict.UNDECIDED]).exit_code == 3
    assert _report(undecided, replace(BROKEN, waived="agreed")).exit_code == 3
    assert _report(undecided, BROKEN).exit_code == 1
    # The verdict of the pair is certain although its only cause is not.
    assert _report(undecided).exit_code == 1


def test_what_is_not_promised_is_a_note_at_most() -> None:
    finding = replace(example.ADDITIVE, unpromised=True, notes=())
    raised = with_level(finding, "error", "settings")

    assert raised.level == "note"
    assert "not promised" in raised.notes[0]
    assert with_level(finding, "none", "settings").level == "none"
