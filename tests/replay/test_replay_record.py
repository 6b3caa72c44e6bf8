"""
Recorded exchanges keep their bytes, are there once, and hold no secrets.
"""

from __future__ import annotations

import gzip
import json

import pytest

from schemadiff.catalog import Catalog
from schemadiff.catalog.fixtures import Fixture, fixtures
from schemadiff.errors import InputError
from schemadiff.replay.record import Recorder, record
from schemadiff.sources import Folder


def exchange(payload, **more):
    return Fixture("", "m", "v1", payload, **more)


def there(path):
    return list(fixtures(Folder(path.parent), Catalog((), fixtures="")))


@pytest.mark.parametrize("name", ["new.ndjson", "new.ndjson.gz"])
def test_exact_bytes_survive_and_each_content_is_there_once(tmp_path, name):
    path = tmp_path / name
    payloads = [b'{"a": 1.0,  "a": 2}', b"\xff\xfe", b"", '{"\N{SNOWMAN}": 1}\n'.encode()]
    for _ in range(2):
        with Recorder(path) as recorder:
            said = [
                recorder.add(exchange(each, response="{}", recorded_at="2026-11-02T09:30:00Z")) for each in payloads
            ]
    assert said == ["known"] * 4
    found = there(path)
    assert [each.payload for each in found] == payloads
    assert {(each.contract, each.version, each.response, each.recorded_at) for each in found} == {
        ("m", "v1", "{}", "2026-11-02T09:30:00Z")
    }
    assert len({each.name for each in found}) == 4


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        (b'{"auth": {"token": "s3cret"}, "n": 1.50}', b'{"auth": {"token": "REDACTED"}, "n": 1.50}'),
        (b'{"auth": {"token": 17}}', b'{"auth": {"token": null}}'),
        (b'{"auth":   {"user": "u"}}', b'{"auth":   {"user": "u"}}'),
        (b'[{"key": "k"}]', b'[{"key": "REDACTED"}]'),
        (b'{"auth": {"token": "s3cret"', None),
        (b'{"auth": {"tok\\u0065n": "s3cret"', None),
        (b'{"a": 1, "a": 1}', b'{"a": 1, "a": 1}'),
    ],
)
def test_no_secret_is_written(tmp_path, payload, kept):
    path = tmp_path / "new.ndjson"
    with Recorder(path, redact=["/auth/token", "/*/key"]) as recorder:
        assert recorder.add(exchange(payload, response='{"auth": {"token": "s3cret"}}')) == (
            "added" if kept is not None else "refused"
        )
    assert b"s3cret" not in path.read_bytes()
    assert [each.payload for each in there(path)] == ([] if kept is None else [kept])


def test_half_a_line_is_mended(tmp_path):
    path = tmp_path / "new.ndjson"
    with Recorder(path) as recorder:
        recorder.add(exchange(b"1"))
        recorder.add(exchange(b"2"))
    path.write_bytes(path.read_bytes()[:-10])
    with Recorder(path) as recorder:
        assert recorder.add(exchange(b"2")) == "added"
    assert [each.payload for each in there(path)] == [b"1", b"2"]


def test_an_archive_that_stops_short_is_mended(tmp_path):
    """
    Whoever wrote to it was killed: what it holds stays, and what it has lost can be added again.
    """
    path = tmp_path / "a.ndjson.gz"
    with Recorder(path) as recorder:
        for number in range(500):
            recorder.add(exchange(f'{{"n": {number}, "x": "{number * 7919}"}}'.encode()))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with Recorder(path) as recorder:
        told = [recorder.add(exchange(f'{{"n": {number}, "x": "{number * 7919}"}}'.encode())) for number in range(500)]
    assert 10 < told.count("known") < 490
    with gzip.open(path) as stream:
        assert len({json.loads(line)["payload"] for line in stream}) == 500
    assert [each.name for each in tmp_path.iterdir()] == ["a.ndjson.gz"]


def test_a_spoilt_archive_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "a.ndjson.gz"
    with Recorder(path) as recorder:
        for number in range(500):
            recorder.add(exchange(f'{{"n": {number}}}'.encode()))
    data = bytearray(path.read_bytes())
    data[100:110] = b"x" * 10
    for wrong in (bytes(data), b"no archive"):
        path.write_bytes(wrong)
        with pytest.raises(InputError, match="not a file of fixtures"):
            Recorder(path)
        assert path.read_bytes() == wrong
        assert len(list(tmp_path.iterdir())) == 1


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "new.ndjson"
    path.write_text("hello\n")
    with pytest.raises(InputError, match="not a file of fixtures"):
        Recorder(path)


def test_responses_are_recorded(mini, tmp_path):
    path = tmp_path / "new.ndjson"
    worker = mini("if 'BAD' in payload: os._exit(1)\nreply(frame, {'status': 'ok', 'said': frame['as_of']})")
    messages = [exchange(each) for each in (b"1", b"BAD", b"2", b"1")]
    with Recorder(path) as recorder:
        done = record(messages, worker, recorder, recorded_at="2026-11-02T09:30:00Z", as_of="2026-11-02")
    assert (done.added, done.known, done.refused, done.lost, done.gave_up) == (2, 1, 0, 1, None)
    assert [each.kind for each in done.incidents] == ["crashed"]
    assert [(each.payload, each.response, each.service, each.release) for each in there(path)] == [
        (payload, '{"status": "ok", "said": "2026-11-02"}', "mini", "1") for payload in (b"1", b"2")
    ]
