"""
JUnit XML as its readers want it.
"""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import hostile
import pytest
import report_example as example

from schemadiff.report import Report, render

KNOWN = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "classname", "file", "line", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
    "system-out": set(),
}
"""What dashboards know; they agree on little more."""


@pytest.mark.parametrize("report", [example.REPORT, *map(hostile.report, hostile.NAMES), hostile.crowd(100, 10)])
def test_it_is_well_formed_and_counts_right(report: Report) -> None:
    """
    Also under control characters, which XML 1.0 cannot even escape; and no suite is ever empty.
    """
    root = ElementTree.fromstring(render(report, "junit").encode())

    for element in root.iter():
        assert set(element.attrib) <= KNOWN[element.tag], element.tag
    for suite in root:
        cases = suite.findall("testcase")
        assert cases
        assert suite.get("tests") == str(len(cases))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(count) == str(len(suite.findall(f"testcase/{tag}")))
        assert all(len(case) == 1 for case in cases)
    for count in ("tests", "failures", "errors", "skipped"):
        assert root.get(count) == str(sum(int(suite.get(count, "")) for suite in root))


def test_what_fails_the_run_fails_a_case_and_nothing_else_does() -> None:
    """
    With the payload in it.
    """
    root = ElementTree.fromstring(render(example.REPORT, "junit").encode())
    failed = {
        case.get("name", ""): case.findtext("failure") or ""
        for case in root.iter("testcase")
        if case.find("failure") is not None
    }

    assert {name.partition(":")[0] for name in failed} == {
        "backward compatible",
        "forward compatible",
        "maximum-lowered",
        "enum-value-added",
        "version-removed",
        "schemas and worker agree",
    }
    assert '"timeout_seconds": 61' in next(text for name, text in failed.items() if name.startswith("maximum-lowered"))
    assert {
        case.get("name", "").partition(":")[0] for case in root.iter("testcase") if case.find("error") is not None
    } == {"unreadable-file"}


def test_nothing_fails_where_nothing_may() -> None:
    """
    ``--fail-on never`` and a compatible report give a green suite.
    """
    for report in (
        replace(example.REPORT, fail_on="never", remarks=(), replay=None),
        replace(example.REPORT, comparisons=(example.SAME, example.NO_PROMISE, example.FREE), remarks=(), replay=None),
    ):
        root = ElementTree.fromstring(render(report, "junit").encode())
        assert (root.get("failures"), root.get("errors")) == ("0", "0")


def test_a_waiver_excuses_the_direction_that_its_finding_breaks() -> None:
    """
    Else the suite would be red where the run is green.
    """
    pair = replace(example.REQUEST, findings=(example.WAIVED,))
    report = replace(example.REPORT, comparisons=(pair,), remarks=(), replay=None)
    root = ElementTree.fromstring(render(report, "junit").encode())

    assert report.exit_code == 0
    assert root.get("failures") == "0"


def test_a_broken_direction_fails_even_if_no_finding_tells_why() -> None:
    """
    The pair's verdict is the verdict.
    """
    pair = replace(example.REQUEST, findings=(example.ADDITIVE,))
    report = replace(example.REPORT, comparisons=(pair,), remarks=(), replay=None)
    root = ElementTree.fromstring(render(report, "junit").encode())

    assert root.get("failures") == "1"


def test_a_replay_that_failed_fails_a_case() -> None:
    root = ElementTree.fromstring(render(replace(example.REPORT, comparisons=(), remarks=()), "junit").encode())
    (failure,) = root.iter("failure")

    assert failure.get("message", "").startswith("replay: 23 fixtures replayed through ")
    assert failure.get("message", "").endswith("; `schemadiff replay` shows more")


def test_a_replay_that_went_well_fails_nothing() -> None:
    well = replace(example.REPLAY, kinds={"agreed": 23}, faults=(), gave_up=None)
    report = replace(example.REPORT, comparisons=(), remarks=(), replay=well)
    root = ElementTree.fromstring(render(report, "junit").encode())

    assert (root.get("tests"), root.get("failures")) == ("1", "0")
