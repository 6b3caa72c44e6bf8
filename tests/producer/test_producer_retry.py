"""
The table of retries, against which the worker is tested as well.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemadiff.errors import InputError
from schemadiff.producer import (
    CircuitBreakers,
    Failure,
    RetryPolicy,
    decide_retry,
    draw_pause,
    failure_of,
    load_retry_table,
)
from schemadiff.sources import Folder
from schemadiff.sources.text import parse_text

ROOT = Path(__file__).parents[2]
TABLE = load_retry_table(Folder(ROOT), "contracts/retry.yaml")
FILE, _ = parse_text((ROOT / "contracts/retry.yaml").read_text(), name="retry.yaml")


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["name"])
def test_every_case_of_the_table(case):
    policy = RetryPolicy(**case["policy"]) if "policy" in case else None
    decision = decide_retry(TABLE, Failure(case["error_type"], "", case.get("retry_after_ms")), case["n"], policy)
    assert decision.retry is case["again"]
    if decision.retry:
        assert [decision.min_ms, decision.max_ms] == case["pause_ms"]
    assert decision.reason


def test_the_table_has_every_error_type_of_the_contract():
    response, _ = parse_text((ROOT / "contracts/job_response.v2.json").read_text(), name="job_response.v2.json")
    assert set(TABLE.decisions) == set(response["$defs"]["error"]["properties"]["error_type"]["enum"])


def test_an_unknown_error_type_is_final():
    assert decide_retry(TABLE, Failure("out_of_paper", ""), 1, RetryPolicy(5, 100)).retry is False


def test_no_pause_ends_after_the_time():
    failure = Failure("upstream_timeout", "")
    assert decide_retry(TABLE, failure, 1, RetryPolicy(3, 400), left_ms=200).retry is False
    decision = decide_retry(TABLE, failure, 1, RetryPolicy(3, 400), left_ms=300)
    assert (draw_pause(decision, 300, lambda: 0.0), draw_pause(decision, 300, lambda: 1.0)) == (200, None)


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_through():
    now = 100.0
    breakers = CircuitBreakers(TABLE, lambda: now)
    for _ in range(TABLE.opens_after):
        assert breakers.enter("here") is None
        breakers.leave("here", "dependency_unavailable")
    blocked = breakers.enter("here")
    assert blocked is not None
    assert (blocked.error_type, blocked.retry_after_ms, blocked.reported) == ("dependency_unavailable", 30000, False)
    assert breakers.enter("there") is None
    now += 30.0
    assert breakers.enter("here") is None
    assert breakers.enter("here") is not None
    breakers.leave("here", "upstream_timeout")
    assert breakers.enter("here") is None
    breakers.leave("here", "dependency_unavailable")
    assert breakers.enter("here") is not None
    now += 30.0
    assert breakers.enter("here") is None
    breakers.leave("here", None)
    assert [breakers.enter("here") for _ in range(3)] == [None] * 3


def test_any_other_response_closes_the_breaker():
    breakers = CircuitBreakers(TABLE)
    for _ in range(TABLE.opens_after - 1):
        breakers.leave("here", "dependency_unavailable")
    breakers.leave("here", "rate_limited")
    breakers.leave("here", "dependency_unavailable")
    assert breakers.enter("here") is None


@pytest.mark.parametrize(
    ("response", "failure"),
    [
        ({"status": "ok"}, None),
        ({"status": "error", "error_type": "x", "message": "m"}, Failure("x", "m")),
        ({"status": "error", "error_type": "x", "retry_after_ms": 5}, Failure("x", "", 5)),
        ({"status": "error", "retry_after_ms": True}, Failure("None", "")),
    ],
)
def test_the_failure_in_a_response(response, failure):
    assert failure_of(response) == failure


@pytest.mark.parametrize("text", ["", "[]", "error_types: {a: {decision: perhaps, because: x}}", "pause: 3"])
def test_what_is_no_table_is_refused(tmp_path, text):
    (tmp_path / "retry.yaml").write_text(text)
    with pytest.raises(InputError, match=r"retry\.yaml"):
        load_retry_table(Folder(tmp_path), "retry.yaml")
