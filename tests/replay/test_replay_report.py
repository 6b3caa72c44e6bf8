"""
The table of a replay, and the notable exchanges.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import astuple, replace
from types import SimpleNamespace

import pytest
from mini_schemas import SCHEMAS

from schemadiff.catalog.fixtures import Fixture
from schemadiff.errors import InputError
from schemadiff.replay.classify import VersionPair
from schemadiff.replay.filters import outside_window, recorded_since, responses_of
from schemadiff.replay.run import replay
from schemadiff.replay.usage import usage
from schemadiff.schema import load_value
from schemadiff.wire.worker_spec import Limits

ECHO = """
    try:
        request = json.loads(payload)
    except ValueError:
        request = {}
    reply(frame, request.get("say") or None)
"""
NO = {"status": "error", "error_type": "validation_error"}


def one(mini, payload, recorded=None, **settings):
    message = Fixture("one", "m", "v1", payload if isinstance(payload, bytes) else json.dumps(payload).encode())
    report = replay([replace(message, response=recorded)], mini(ECHO), SCHEMAS, limits=Limits(timeout=5), **settings)
    assert report.total == 1
    return report


@pytest.mark.parametrize(
    ("payload", "row"),
    [
        ({"a": 1}, ("valid", "invalid", "accepted", "agreed")),
        ({"a": 1, "b": 2}, ("valid", "valid", "accepted", "agreed")),
        ({"a": 1, "b": 2, "say": NO}, ("valid", "valid", "rejected", "dangerous")),
        ({"a": 1, "say": NO}, ("valid", "invalid", "rejected", "dangerous")),
        ({}, ("invalid", "invalid", "accepted", "lenient")),
        ({"say": NO}, ("invalid", "invalid", "rejected", "agreed")),
        (b'{"a": 1, "a": 1}', ("not JSON", "not JSON", "accepted", "lenient")),
        (b'{"a": "\xff"}', ("not JSON", "not JSON", "accepted", "lenient")),
        (b'{"a": "\\ud800"}', ("not JSON", "not JSON", "accepted", "lenient")),
        (b'\xef\xbb\xbf{"a": 1}', ("not JSON", "not JSON", "accepted", "lenient")),
        ({"a": 1, "say": [1]}, ("valid", "invalid", "garbled", "lost")),
        ({"a": 1, "say": {"state": "ok"}}, ("valid", "invalid", "accepted", "malformed response")),
    ],
)
def test_a_row_of_the_table(mini, payload, row):
    (cell,) = one(mini, payload).cells
    assert (cell.old, cell.new, cell.outcome, cell.kind) == row


@pytest.mark.parametrize(
    "error_type", ["auth_failed", "upstream_timeout", "rate_limited", "dependency_unavailable", "oops", None, 3]
)
@pytest.mark.parametrize(("payload", "old"), [({"a": 1}, "valid"), ({}, "invalid")])
def test_an_error_that_is_not_about_the_message_is_a_loss(mini, error_type, payload, old):
    """
    A worker that met a bug or misses something neither took the message nor refused it.
    """
    say = {"status": "error", "error_type": error_type, "message": "a bug"}
    report = one(mini, {**payload, "say": say})
    (cell,) = report.cells
    assert (cell.old, cell.new, cell.outcome, cell.kind) == (old, "invalid", "failed", "lost")
    assert report.failed
    assert not report.answered
    assert report.notable[0].judgement.detail == f"the worker failed with {error_type}: a bug"


def test_the_worst_rows_come_first(mini, run):
    says = [{"a": 1}, {"say": NO}, {"a": 1, "say": NO}, {}]
    report = run(mini(ECHO), [json.dumps(each) for each in says])
    assert [each.kind for each in report.cells] == ["dangerous", "lenient", "agreed", "agreed"]
    assert [each.name for each in report.notable] == ["n2", "n3"]
    assert (report.kinds["dangerous"], report.kinds["lenient"], report.failed) == (1, 1, True)


def test_a_third_version_that_accepts_a_message_excuses_the_worker(mini):
    schemas = {**SCHEMAS, ("m", "v3"): load_value({"type": "object", "required": ["b"]})}
    message = Fixture("one", "m", "v1", b'{"a": 1}')
    report = replay([message], mini("reply(frame)"), schemas, sides={"m": VersionPair("v2", "v3")})
    assert [(each.old, each.new, each.outcome, each.kind) for each in report.cells] == [
        ("invalid", "invalid", "accepted", "agreed")
    ]


def test_an_invalid_response_is_reported_with_its_location(mini):
    (exchange,) = one(mini, {"a": 1, "say": {"state": "ok"}}).notable
    assert exchange.judgement.problems == ("/: 'status' is a required property",)


def test_a_response_is_compared_with_the_recording(mini):
    recorded = '{"status": "ok", "n": 1, "list": [1.0, 2], "as_of": "2026-01-01", "gone": true}'
    say = {"status": "ok", "n": 2, "list": [1, 2, 3], "as_of": "2026-02-02", "new": None}
    (exchange,) = one(mini, {"a": 1, "say": say}, recorded, volatile=["/as_of"]).notable
    assert exchange.judgement.kind == "changed"
    assert exchange.judgement.differences == (
        "/gone: gone: true",
        "/list/2: new: 3",
        "/n: 1 became 2",
        "/new: new: null",
    )


def test_the_worker_may_go_by_the_day_of_the_recording(mini):
    worker = mini("reply(frame, {'status': frame['as_of']})")
    message = Fixture("one", "m", "v1", b'{"a": 1}', '{"status": "2026-01-31"}', recorded_at="2026-01-31T09:30:00Z")
    plain = replace(message, name="two", recorded_at=None, response='{"status": "2026-11-02"}')
    told = [
        replay([message, plain], worker, SCHEMAS, as_of="2026-11-02", as_recorded=each).kinds["changed"]
        for each in (True, False)
    ]
    assert told == [0, 1]


def test_what_is_declared_volatile_is_not_compared(mini):
    recorded = '{"status": "ok", "list": [{"n": 1, "t": 1}]}'
    say = {"status": "ok", "list": [{"n": 1, "t": 2}]}
    assert not one(mini, {"a": 1, "say": say}, recorded, volatile=("/list/*/t",)).notable
    assert one(mini, {"a": 1, "say": say}, recorded).kinds["changed"] == 1


def test_a_contract_without_a_schema_is_not_passed_over_in_silence(mini):
    report = replay([Fixture("one", "other", "v1", b"{}")], mini(ECHO), SCHEMAS)
    assert (report.skipped, report.failed) == ({"there is no schema of other": 1}, True)


def test_no_fixtures_are_never_a_success(mini):
    report = replay([], mini(ECHO), SCHEMAS)
    assert (report.total, report.failed) == (0, True)


def test_a_side_that_does_not_exist_is_an_error(mini):
    with pytest.raises(InputError, match="no schema m@v7"):
        replay([], mini(ECHO), SCHEMAS, sides={"m": VersionPair("v1", "v7")})


def test_a_skipped_fixture_is_counted_by_its_reason(mini, run):
    report = run(mini(ECHO), ['{"a": 1}'] * 5000, skip=lambda each: "odd" if int(each.name[1:]) % 2 else None)
    assert (report.total, report.answered, report.skipped) == (5000, 2500, {"odd": 2500})
    assert len(report.notable) == 50


def test_summaries_by_version_and_release(mini):
    messages = [
        Fixture("one", "m", "v1", b'{"a": 1}', service="svc", release="1.0"),
        Fixture("two", "m", "v1", b"{}", service="svc", release="1.1"),
        Fixture("three", "m", None, b'{"a": 1}'),
    ]
    report = replay(messages, mini(ECHO), SCHEMAS)
    assert [astuple(each) for each in report.versions] == [("m", "", "accepted", 1), ("m", "v1", "accepted", 2)]
    assert [astuple(each) for each in report.releases] == [
        ("", "", "accepted", 1),
        ("svc", "1.0", "accepted", 1),
        ("svc", "1.1", "accepted", 1),
    ]


def test_versions_outside_their_window_are_left_out():
    day = datetime.date
    versions = (
        SimpleNamespace(name="v1", published=day(2026, 3, 2), sunset=day(2027, 1, 3)),
        SimpleNamespace(name="v2", published=day(2026, 10, 5), sunset=None),
    )
    catalog = SimpleNamespace(contracts=(SimpleNamespace(name="m", versions=versions),))
    said = {
        when: [outside_window(catalog, when)(Fixture("x", "m", each, b"")) for each in ("v1", "v2", None)]
        for when in (day(2026, 10, 4), day(2026, 10, 5), day(2027, 1, 3))
    }
    assert said == {
        day(2026, 10, 4): [None, "m v2 is not published before 2026-10-05", None],
        day(2026, 10, 5): [None, None, None],
        day(2027, 1, 3): ["m v1 has not been supported since 2027-01-03", None, None],
    }


def test_since_leaves_out_older_and_undated_messages():
    each = [SimpleNamespace(recorded_at=when) for when in ("2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z", None)]
    assert list(recorded_since(each, datetime.date(2026, 2, 1))) == [each[1]]


def test_the_response_of_a_request_goes_the_other_way():
    contracts = (
        SimpleNamespace(name="ask", role="request", producer="p", consumer="w"),
        SimpleNamespace(name="tell", role="request", producer="p", consumer="x"),
        SimpleNamespace(name="answer", role="response", producer="w", consumer="p"),
    )
    assert responses_of(SimpleNamespace(contracts=contracts)) == {"ask": "answer"}


def test_usage_counts_the_recordings_that_a_change_touches():
    messages = [
        Fixture("a", "m", "v1", b'{"n": 5}'),
        Fixture("b", "m", "v1", b'{"n": 50}'),
        Fixture("c", "m", "v1", b'{"n": "text"}'),
        Fixture("d", "m", "v1", b"{"),
    ]
    old = load_value({"properties": {"n": {"type": "integer"}}})
    tighter = load_value({"properties": {"n": {"type": "integer", "maximum": 10}}})
    wider = load_value({})
    assert [astuple(each) for each in usage(messages, [(old, tighter), (old, wider)])] == [
        (2, 1, 0, ("b",)),
        (2, 0, 1, ()),
    ]


class StopError(Exception):
    pass


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    """
    Write a checkpoint at every opportunity.
    """
    monkeypatch.setattr("schemadiff.replay.checkpoint._INTERVAL", 0.0)


def test_an_interrupted_replay_is_resumed(mini, run, tmp_path):
    worker, journal = mini(ECHO), tmp_path / "journal"
    says = [json.dumps({"a": 1, "say": NO} if number % 100 == 7 else {"a": 1}) for number in range(20_000)]
    whole = run(worker, says)
    done = 0

    def stop(count):
        nonlocal done
        done += count
        if journal.exists():
            raise StopError

    with pytest.raises(StopError):
        run(worker, says, journal=journal, progress=stop)
    assert 0 < json.loads(journal.read_text())["done"] <= done < 20_000
    again = run(worker, says, journal=journal)
    assert again.resumed > 0
    assert replace(again, resumed=0) == whole
    assert not journal.exists()


def test_a_journal_of_other_fixtures_is_refused(mini, run, tmp_path):
    worker, journal = mini(ECHO), tmp_path / "journal"

    def stop(_count):
        if journal.exists():
            raise StopError

    with pytest.raises(StopError):
        run(worker, ['{"a": 1}'] * 20_000, journal=journal, progress=stop)
    with pytest.raises(InputError, match="not those of the interrupted replay"):
        run(worker, ['{"a": 2}'] * 20_000, journal=journal)
    with pytest.raises(InputError, match="the journal of another replay"):
        run(worker, ['{"a": 1}'] * 20_000, journal=journal, as_of="2026-01-01")
    journal.write_text("[]")
    with pytest.raises(InputError, match="no journal"):
        run(worker, ['{"a": 1}'], journal=journal)


def test_a_journal_that_cannot_be_written_is_an_error_before_the_work(mini, run, tmp_path):
    for place in (tmp_path / "nowhere/journal", tmp_path):
        with pytest.raises(InputError, match="cannot be"):
            run(mini("reply(frame)"), ['{"a": 1}'], journal=place)


def test_skipped_messages_are_replayed_by_the_next_run(mini, run, tmp_path):
    journal = tmp_path / "journal"
    worker = mini(f"if os.path.exists({str(tmp_path / 'sick')!r}) and 'BAD' in payload: os._exit(1)\nreply(frame)")
    (tmp_path / "sick").touch()
    says = ['{"a": 1}'] * 10 + ['{"a": "BAD"}'] * 5 + ['{"a": 1}'] * 10
    report = run(worker, says, journal=journal, limits=Limits(losses=3))
    assert (report.kinds["lost"], report.kinds["skipped"]) == (3, 12)
    (tmp_path / "sick").unlink()
    report = run(worker, says, journal=journal)
    assert (report.total, report.resumed, report.answered, report.kinds["lost"]) == (25, 13, 22, 3)
    assert len(report.faults) == 3
