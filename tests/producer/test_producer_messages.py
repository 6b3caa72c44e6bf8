"""
Messages are validated before they are sent, with all errors at once.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from schemadiff.errors import UsageError
from schemadiff.producer import DowngradeRefused, InvalidMessage

V1 = {"job_id": "nightly-0001", "timeout_seconds": 30, "tasks": [{"id": "t1", "action": "sync"}]}


def test_a_message_is_built_with_its_version(requests_):
    built = requests_.build(V1, "v1")
    assert built == {"schema_version": "v1", **V1}
    assert next(iter(built)) == "schema_version"


def test_all_problems_are_reported_at_once(requests_):
    with pytest.raises(InvalidMessage) as caught:
        requests_.build({"job_id": "-", "timeout_seconds": 301, "tasks": [{"id": "", "action": "fly"}]}, "v1")
    assert [each.location for each in caught.value.problems] == [
        "/job_id",
        "/job_id",
        "/tasks/0/action",
        "/tasks/0/id",
        "/timeout_seconds",
    ]
    assert "/timeout_seconds: 301 is greater than the maximum of 300" in str(caught.value)


def test_a_unit_in_another_name_is_pointed_out(requests_):
    with pytest.raises(InvalidMessage, match=r"'timeout_seconds' is missing \(there is 'timeout_ms': another spelling"):
        requests_.build({"job_id": "nightly-0001", "timeout_ms": 30000, "tasks": V1["tasks"]}, "v1")


def test_a_version_that_is_there_must_be_the_right_one(requests_):
    with pytest.raises(InvalidMessage, match="/schema_version: 'v1' was expected"):
        requests_.build({"schema_version": "v2", **V1}, "v1")


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        (30, True),
        (30.0, True),
        (Decimal("30.0"), True),
        (30.5, False),
        (True, False),
        ("30", False),
        (None, False),
        (float("nan"), False),
        (b"30", False),
        (2**70, False),
    ],
)
def test_a_value_is_validated_exactly(requests_, value, valid):
    message = {"schema_version": "v1", **V1, "timeout_seconds": value}
    assert requests_.valid(message, "v1") is valid
    assert bool(requests_.problems(message, "v1")) is not valid


@pytest.mark.parametrize("wrong", [{1: 2}, {"a": {2, 3}}, {"a": "\ud800"}])
def test_what_is_no_json_is_a_problem_and_no_crash(requests_, wrong):
    problems = requests_.problems({"schema_version": "v1", **V1, **wrong}, "v1")
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("theirs", "as_of", "agreed"),
    [
        (["v1", "v2"], None, "v2"),
        (["v1"], None, "v1"),
        (["v1", "v2", "v3"], datetime.date(2026, 10, 1), "v1"),
        (["v1", "v2"], datetime.date(2027, 6, 1), "v2"),
    ],
)
def test_the_newest_version_that_both_sides_know(requests_, theirs, as_of, agreed):
    assert requests_.negotiate({"job_request": theirs}, as_of=as_of) == agreed


def test_the_error_without_a_common_version_names_those_of_both_sides(requests_):
    with pytest.raises(UsageError, match="no common version of job_request: here v1, v2, there v3"):
        requests_.negotiate({"job_request": ["v3"]})
    with pytest.raises(UsageError, match="here v2, there v1"):
        requests_.negotiate({"job_request": ["v1"]}, as_of=datetime.date(2027, 6, 1))
    with pytest.raises(UsageError, match="does not tell"):
        requests_.negotiate(None)


def test_a_message_is_downgraded_by_the_manifests_steps(requests_, v2):
    assert requests_.convert(v2 | {"timeout_ms": 30001}, "v2", "v1") == {
        "schema_version": "v1",
        "job_id": "nightly-0001",
        "timeout_seconds": 31,
        "tasks": [{"id": "t1", "action": "scan"}],
    }


def test_a_message_without_an_older_form_is_refused_with_the_reason(requests_, v2):
    with pytest.raises(DowngradeRefused, match="no form in v1: /job_id: "):
        requests_.convert(v2 | {"job_id": "j" * 100}, "v2", "v1")


def test_a_message_is_not_upgraded(requests_):
    with pytest.raises(DowngradeRefused):
        requests_.convert({"schema_version": "v1", **V1}, "v1", "v2")
    with pytest.raises(UsageError, match="v9"):
        requests_.convert({"schema_version": "v1", **V1}, "v1", "v9")
