"""
``schemadiff replay`` on contracts of its own: which worker, which answers, which exit code.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from schemadiff.catalog import load_catalog
from schemadiff.cli.main import main
from schemadiff.replay.filters import responses_of
from schemadiff.sources import Folder

pytestmark = pytest.mark.slow

ASK = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}
REPLY = {"type": "object", "properties": {"status": {"enum": ["ok", "error"]}}, "required": ["status"]}
NO = {"status": "error", "error_type": "validation_error"}


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    contracts = {
        "ask": {"role": "request", "producer": "a", "consumer": "b", "versions": {"v1": {}}},
        "reply": {"role": "response", "producer": "b", "consumer": "a", "versions": {"v1": {}}},
    }
    (tmp_path / "contracts").mkdir()
    for name, schema in (("ask", ASK), ("reply", REPLY)):
        (tmp_path / f"contracts/{name}.v1.json").write_text(json.dumps(schema))
    manifest = {"schemadiff": 1, "defaults": {"version_field": "none"}, "contracts": contracts, "fixtures": "fixtures"}
    (tmp_path / "contracts/contracts.yaml").write_text(json.dumps(manifest))
    monkeypatch.chdir(tmp_path)

    def run(*words: str):
        with pytest.raises(SystemExit) as ended:
            main(["replay", *words])
        said = capfd.readouterr()
        return ended.value.code, said.out, said.err

    return run


def write(path: Path, *exchanges: tuple[object, object]) -> str:
    rows = [
        {"name": f"n{number}", "contract": "ask", "version": "v1", "payload": json.dumps(payload)}
        | ({} if response is None else {"response": response if isinstance(response, str) else json.dumps(response)})
        for number, (payload, response) in enumerate(exchanges)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_exchanges_that_agree(replay, tmp_path):
    file = write(tmp_path / "said.ndjson", ({"n": 1}, {"status": "ok"}), ({"n": 0}, NO))
    code, out, _ = replay("--exchanges", file)
    assert code == 0
    assert "agree on all" in out
    assert "None" not in out


@pytest.mark.parametrize(
    ("payload", "response", "kind"),
    [
        ({"n": 1}, NO, "dangerous"),
        ({"n": 0}, {"status": "ok"}, "lenient"),
        ({"n": 1}, {"status": "fine"}, "malformed response"),
        ({"n": 1}, "panic: oh no", "lost"),
        ({"n": 1}, {"status": "error", "error_type": "dependency_unavailable"}, "lost"),
        ({"n": 1}, None, "lost"),
    ],
)
def test_exchanges_that_do_not(replay, tmp_path, payload, response, kind):
    file = write(tmp_path / "said.ndjson", ({"n": 2}, {"status": "ok"}), (payload, response))
    code, out, _ = replay("--exchanges", file, "-f", "json")
    assert code == 5
    assert json.loads(out)["kinds"] | {"agreed": 1, kind: 1} == json.loads(out)["kinds"]


def test_no_exchanges_are_no_success(replay, tmp_path):
    assert replay("--exchanges", write(tmp_path / "said.ndjson"))[0] == 5


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--exchanges", "nowhere.ndjson"), 4, "error: nowhere.ndjson"),
        (("--exchanges", "some/where/nowhere.ndjson"), 4, "error: some/where/nowhere.ndjson"),
        (("--exchanges", "x.ndjson", "--worker", "./w"), 2, "--exchanges"),
        (("--exchanges", "x.ndjson", "--since", "2026-01-01"), 2, "--since"),
        (("--exchanges", "x.ndjson", "--every-version"), 2, "--every-version"),
        (("--worker", "'oh"), 2, "quotation"),
        (("--worker", ""), 5, "no command"),
        (("--worker", "http://127.0.0.1:1"), 5, "127.0.0.1:1"),
        (("--worker", "http://"), 5, "address"),
    ],
)
def test_what_cannot_be_replayed_is_told_without_a_traceback(replay, words, code, told):
    found, _, err = replay(*words)
    assert found == code
    assert told in err
    assert "Traceback" not in err


def test_a_worker_is_a_command_or_an_address(replay, tmp_path):
    (tmp_path / "contracts/fixtures").mkdir()
    write(tmp_path / "contracts/fixtures/a.ndjson", ({"n": 1}, None))
    (tmp_path / "w.py").write_text('import sys\nfor line in sys.stdin: print(\'{"status": "ok"}\', flush=True)\n')
    assert replay("--worker", f"{sys.executable} w.py")[0] == 0


@pytest.mark.parametrize(("since", "bar"), [((), "2/2"), (("--since", "2026-01-01"), "0")])
def test_a_bar_shows_how_far_it_is_on_a_terminal(replay, tmp_path, since, bar):
    """
    Only there: what is piped has the report alone.
    """
    (tmp_path / "contracts/fixtures").mkdir()
    write(tmp_path / "contracts/fixtures/a.ndjson", ({"n": 1}, None), ({"n": 2}, None))
    (tmp_path / "w.py").write_text('import sys\nfor line in sys.stdin: print(\'{"status": "ok"}\', flush=True)\n')
    words = ["-m", "schemadiff", "replay", "--worker", f"{sys.executable} w.py", *since]
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", 0) as terminal:
        done = subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, stderr=theirs, text=True, check=False)
        os.close(theirs)
        shown = terminal.read(100_000).decode()
    assert "replay" in shown
    assert bar in shown
    assert done.stdout.startswith("2 fixtures" if not since else "no fixtures")
    assert replay("--worker", f"{sys.executable} w.py")[2] == ""


def test_what_the_manifest_declares_volatile_is_not_compared(replay, tmp_path):
    (tmp_path / "contracts/fixtures").mkdir()
    write(tmp_path / "contracts/fixtures/a.ndjson", ({"n": 1}, {"status": "ok", "took": 1}))
    (tmp_path / "w.py").write_text('for _ in iter(input, \'\'): print(\'{"status": "ok", "took": 2}\', flush=True)\n')
    words = ("--worker", f"{sys.executable} w.py", "-f", "json")
    assert json.loads(replay(*words)[1])["kinds"]["changed"] == 1
    manifest = tmp_path / "contracts/contracts.yaml"
    manifest.write_text(
        manifest.read_text().replace('"role": "response",', '"role": "response", "volatile": ["/took"],')
    )
    assert json.loads(replay(*words)[1])["kinds"]["changed"] == 0


def test_outcomes_are_counted_by_version_and_by_release(replay, tmp_path):
    said = [("v1", "1.0", NO), ("v1", "1.1", NO), ("v1", "1.1", {"status": "ok"}), (None, None, NO)]
    rows = [
        {"name": f"n{number}", "contract": "ask", "payload": "{}", "response": json.dumps(response)}
        | ({"version": version, "service": "b", "release": release} if version else {})
        for number, (version, release, response) in enumerate(said)
    ]
    (tmp_path / "said.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    _, out, _ = replay("--exchanges", "said.ndjson")
    counted = [line.split() for line in out.splitlines()]
    for row in (["ask", "v1", "1", "2"], ["ask", "1"], ["b", "1.0", "1"], ["b", "1.1", "1", "1"]):
        assert row in counted
    assert counted.count(["version", "accepted", "rejected"]) == 1
    assert counted.count(["recorded", "from", "accepted", "rejected"]) == 1


@pytest.mark.usefixtures("replay")
def test_a_worker_is_asked_and_its_answers_are_recorded(tmp_path):
    """
    A message that it loses costs the exit code, not the recording.
    """
    (tmp_path / "w.py").write_text(
        "import sys\nfor line in sys.stdin:\n"
        "    if 'BAD' in line: sys.exit(3)\n"
        '    print(\'{"status": "ok", "key": "s3cret"}\', flush=True)\n'
    )

    def record(*words, said=b'{"n": 1, "key": "s3cret"}\n{"n": 1.0}\n'):
        command = [sys.executable, "-m", "schemadiff", "record", "ask", "-o", "contracts/fixtures/a.ndjson", *words]
        return subprocess.run(command, input=said, capture_output=True, check=False)

    words = ("--worker", f"{sys.executable} w.py", "--redact", "/key", "--recorded-at", "2026-11-02T09:30:00Z")
    done = record(*words)
    assert (done.returncode, done.stderr) == (0, b"2 added\n")
    rows = [json.loads(line) for line in (tmp_path / "contracts/fixtures/a.ndjson").read_text().splitlines()]
    assert [row["payload"] for row in rows] == ['{"n": 1, "key": "REDACTED"}', '{"n": 1.0}']
    assert {row["response"] for row in rows} == {'{"status": "ok", "key": "REDACTED"}'}
    assert {row["recorded_at"] for row in rows} == {"2026-11-02T09:30:00Z"}

    done = record(*words, said=b'{"n": 1.0}\n{"n": "BAD"}\n{"n": 3}\n')
    assert done.returncode == 5
    assert done.stderr.startswith(b"1 added, 1 known, 1 lost\nthe worker crashed: ended with code 3")
    assert record(*words, "--service", "x").returncode == 2


def test_a_response_belongs_to_the_request_of_its_name(tmp_path):
    names = ["a_request", "a_response", "b_request", "b_response", "odd_request"]
    for name in names:
        (tmp_path / f"{name}.v1.json").write_text("{}")
    contracts = {name: {"role": name.split("_")[1], "versions": {"v1": {}}} for name in names}
    (tmp_path / "contracts.yaml").write_text(json.dumps({"schemadiff": 1, "contracts": contracts}))
    catalog = load_catalog(Folder(tmp_path), "")
    assert responses_of(catalog) == {"a_request": "a_response", "b_request": "b_response"}
