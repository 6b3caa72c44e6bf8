"""
The commands around a release, on the contracts of this repository and on small ones of their own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
DAY = ("--as-of", "2026-11-23")


def run(*words: str, folder: Path = ROOT, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "schemadiff", *words],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """
    A copy of the contracts that a test may spoil.
    """
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    return tmp_path


def states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {each["title"]: each["state"] for each in json.loads(done.stdout)["items"]}


def test_the_checklist_of_our_own_contracts() -> None:
    """
    Nothing failed, and nothing is ticked that the tool did not check.
    """
    done = run("checklist", "-f", "json", *DAY)

    assert done.returncode == 0
    found = states(done)
    assert list(found.values()).count("checked") >= 8
    assert found["The producer validates before it sends"] == "a person must confirm"
    assert all(each["evidence"] for each in json.loads(done.stdout)["items"])


@pytest.mark.parametrize(
    ("file", "before", "after", "title"),
    [
        ("job_request.v2.json", '"const": "v2"', '"const": "v3"', "Message schemas are versioned"),
        (
            "contracts.yaml",
            "        published: 2026-10-05\n",
            "",
            "Compatibility and deprecation windows are documented",
        ),
        ("job_response.v2.json", ', "retryable"]', "]", "Response and error shapes are standardised"),
    ],
)
def test_an_item_that_is_not_true_fails(contracts: Path, file: str, before: str, after: str, title: str) -> None:
    """
    Each check can fail, and the command fails with it.
    """
    path = contracts / "contracts" / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    done = run("checklist", "--no-replay", "-f", "json", *DAY, folder=contracts)

    assert done.returncode == 1, done.stderr
    assert states(done)[title] == "failed"


def test_the_checklist_compares_with_the_last_release(contracts: Path) -> None:
    """
    A published version that was broken since then is named.
    """
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "release"], ["tag", "r1"]):
        subprocess.run(["git", *identity, *words], cwd=contracts, check=True, capture_output=True)
    title = "No published version was broken since the last release"
    same = run("checklist", "--no-replay", "--release", "r1", "-f", "json", *DAY, folder=contracts)
    path = contracts / "contracts" / "job_request.v1.json"
    path.write_text(path.read_text().replace('"maximum": 300', '"maximum": 200'))
    broken = run("checklist", "--no-replay", "--release", "r1", "-f", "json", *DAY, folder=contracts)

    assert states(same)[title] == "checked"
    assert (states(broken)[title], broken.returncode) == ("failed", 1)


def test_the_checklist_is_text_in_every_format() -> None:
    """
    The page needs nothing from elsewhere.
    """
    page = run("checklist", "--no-replay", "-f", "html", *DAY).stdout
    markdown = run("checklist", "--no-replay", "-f", "markdown", *DAY).stdout

    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "- [x] **Message schemas are versioned**" in markdown
    assert "_(a person must confirm)_" in markdown


def test_the_graph_in_every_format() -> None:
    """
    Each is what it says.
    """
    assert json.loads(run("graph", "-f", "json", *DAY).stdout)
    assert ET.fromstring(run("graph", "-f", "svg", *DAY).stdout).tag.endswith("svg")
    assert run("graph", "-f", "mermaid", *DAY).stdout.startswith(("graph", "flowchart"))
    assert run("graph", "-f", "dot", *DAY).stdout.startswith("digraph")
    table = run("graph", *DAY).stdout
    assert "orchestrator" in table
    assert "2027-01-03" in table


def test_the_page_of_a_comparison_shows_the_graph_and_the_plan() -> None:
    """
    What the two versions mean for those who run.
    """
    page = run("v1", "v2", "-f", "html", *DAY).stdout

    assert "<svg" in page
    assert "start job-worker@0.1.0" in page


def test_recorded_messages_tell_what_a_change_touches() -> None:
    """
    Of each breaking change, how many of the valid recorded ones.
    """
    done = run("job_request@v1", "job_request@v2", "--usage", "-f", "json", *DAY)
    findings = json.loads(done.stdout)["comparisons"][0]["findings"]
    told = {each["rule"]: each["notes"] for each in findings if each["classification"] == "breaking"}

    assert any("recorded messages (" in note for note in told["required-property-added"])
    assert any(note.startswith("It touches 2 of") for note in told["maximum-lowered"])
    assert all(any("recorded message" in note for note in notes) for notes in told.values())


def test_what_may_be_deployed_retired_and_in_which_order() -> None:
    """
    The answers have exit codes.
    """
    assert run("can-deploy", "job-worker@0.1.0", *DAY).returncode == 0
    assert run("can-deploy", "orchestrator@2026.12", *DAY).returncode == 1
    assert run("can-deploy", "orchestrator@2026.12", "--with", "job-worker@0.1.0", *DAY).returncode == 0
    assert run("retire", "job_request@v1", *DAY).returncode == 1
    plan = run("rollout", "-f", "json", *DAY)
    assert plan.returncode == 0
    assert json.loads(plan.stdout)["answer"] == "plan"
    assert run("can-deploy", "nobody", *DAY).returncode == 2
    assert run("retire", "job_request", *DAY).returncode == 2


def test_a_payload_is_downgraded_or_refused() -> None:
    """
    The result is valid in the version before, or the reason is told.
    """
    good = {
        "schema_version": "v2",
        "job_id": "a2c4e6g8",
        "tenant": "ab",
        "timeout_ms": 1500,
        "tasks": [{"id": "a", "action": "scan"}],
    }
    done = run("downgrade", "job_request@v2", "-", stdin=json.dumps(good))
    assert (done.returncode, json.loads(done.stdout)["timeout_seconds"]) == (0, 2)
    long = run("downgrade", "job_request@v2", "-", stdin=json.dumps({**good, "job_id": "a" * 100}))
    assert (long.returncode, long.stdout) == (4, "")
    assert "job_id" in long.stderr
    assert run("downgrade", "job_request@v2", "-", stdin="{}").returncode == 4
    assert run("downgrade", "job_request@v1", "-", stdin="{}").returncode == 4


def test_containment_is_told_with_its_reason(tmp_path: Path) -> None:
    """
    A proof, a counter-example, or what stopped the search.
    """
    for name, schema in (
        ("integer", {"type": "integer"}),
        ("number", {"type": "number"}),
        ("away", {"$ref": "https://example.invalid/x.json"}),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps(schema))

    proved = run("contains", "integer.json", "number.json", folder=tmp_path)
    assert proved.returncode == 0
    assert '/type "number" follows from /type "integer"' in proved.stdout
    refuted = run("contains", "number.json", "integer.json", "-f", "json", folder=tmp_path)
    assert (refuted.returncode, json.loads(refuted.stdout)["answer"]) == (1, "refuted")
    unknown = run("contains", "integer.json", "away.json", folder=tmp_path)
    assert unknown.returncode == 3
    assert "example.invalid" in unknown.stdout
    assert "stopped by /$ref in away.json:1:2" in unknown.stdout


def test_generated_instances_are_what_they_say() -> None:
    """
    Valid ones are, invalid ones are not, by an independent validator.
    """
    import jsonschema

    schema = json.loads((ROOT / "contracts" / "job_request.v2.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for word, expected in (("--valid", True), ("--invalid", False)):
        lines = run("generate", "job_request@v2", word, "-n", "12").stdout.splitlines()
        assert len(set(lines)) == 12
        assert {validator.is_valid(json.loads(line)) for line in lines} == {expected}


@pytest.mark.parametrize(
    ("exchange", "code", "told"),
    [
        ({"payload_base64": "eyL/", "response": "{}"}, 0, "1 added"),
        ({"payload": '{"a": "\ud800"}', "response": "{}"}, 0, "1 added"),
        ({"payload": "{}", "payload_base64": "e30="}, 4, "line 1"),
        ({"payload_base64": "%"}, 4, "base64"),
        ({"payload": "{}", "response": {}}, 4, "'response' is not a string"),
        ({"payload": None}, 4, "'payload' is not a string"),
        ([], 4, "an exchange is an object"),
    ],
)
def test_exchanges_are_recorded_byte_by_byte(contracts: Path, exchange: object, code: int, told: str) -> None:
    """
    Also those that are no text; what is no exchange is told with its line.
    """
    (contracts / "said.ndjson").write_text(json.dumps(exchange) + "\n")
    output = "contracts/fixtures/new.ndjson.gz"
    done = run("record", "job_request", "-o", output, "--exchanges", "said.ndjson", folder=contracts)

    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_recorded_messages_become_fixtures(contracts: Path) -> None:
    """
    Exact, once each, without secrets; and a replay finds them.
    """
    lines = '{"schema_version": "v1", "token": "x"}\n{"schema_version": "v1", "token": "x"}\n{broken\n'
    words = ("record", "job_request", "-o", "contracts/fixtures/new.ndjson", "--redact", "/token")
    done = run(*words, folder=contracts, stdin=lines)
    written = (contracts / "contracts" / "fixtures" / "new.ndjson").read_text()

    assert done.returncode == 0, done.stderr
    assert '"x"' not in written
    assert len(written.splitlines()) in (1, 2)


def test_a_rollout_of_nobody_is_bad_input(tmp_path: Path) -> None:
    """
    "Nothing to do" would look like a plan.
    """
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "order.v1.json").write_text("{}")
    done = run("rollout", folder=tmp_path)

    assert (done.returncode, done.stdout) == (4, "")
    assert "no services are named here" in done.stderr
    assert "services:" in done.stderr


def test_a_checklist_without_a_worker_does_not_speak_of_one(tmp_path: Path) -> None:
    """
    Not every repository has the worker beside its contracts; a worker that is named is replayed.
    """
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "order.v1.json").write_text("{}")
    title = "The consumer validates, and agrees with the schemas"
    silent = run("checklist", "-f", "json", folder=tmp_path)
    named = run("checklist", "--worker", "./away", "-f", "json", folder=tmp_path)

    assert (silent.returncode, named.returncode) == (0, 0)
    assert title not in states(silent)
    assert states(named)[title] == "a person must confirm"
    assert "away" in named.stdout


def lines_worker(folder: Path, answer: str) -> str:
    """
    A program that gives one answer to every payload, a line each.
    """
    program = folder / "worker.py"
    program.write_text(f"import sys\nfor _ in sys.stdin:\n    print({answer!r}, flush=True)\n")
    return f"{sys.executable} {program}"


REFUSAL = json.dumps(
    {
        "schema_version": "v1",
        "job_id": None,
        "status": "error",
        "error_type": "validation_error",
        "message": "no",
        "retryable": False,
    }
)


def test_a_worker_that_refuses_valid_messages_makes_a_deployment_doubtful(contracts: Path) -> None:
    """
    In every format, and naming a worker is asking for a replay.
    """
    worker = lines_worker(contracts, REFUSAL)
    ask = ("can-deploy", "job-worker", "--worker", worker, *DAY)
    told = run(*ask, folder=contracts)
    markdown = run(*ask, "-f", "markdown", folder=contracts)
    answer = json.loads(run(*ask, "-f", "json", folder=contracts).stdout)
    table = run("graph", "--worker", worker, *DAY, folder=contracts)
    picture = run("graph", "--worker", worker, "-f", "svg", *DAY, folder=contracts)

    assert (told.returncode, markdown.returncode, table.returncode) == (3, 3, 0), told.stderr
    assert "doubt: the replay speaks against it" in told.stdout
    assert "- **doubt**: the replay speaks against it" in markdown.stdout
    assert "valid ones refused" in answer["doubts"][0]["text"]
    assert "valid ones refused" in table.stdout
    assert "valid ones refused" in picture.stdout


def test_a_replay_of_nothing_is_no_evidence(contracts: Path) -> None:
    """
    It is an error of the replay, not a yes.
    """
    for path in (contracts / "contracts" / "fixtures").rglob("*"):
        if path.is_file():
            path.unlink()
    for name in ("job_request.v2.json", "job_response.v2.json"):
        (contracts / "contracts" / name).write_text((contracts / "contracts" / name.replace("2", "1")).read_text())
    worker = lines_worker(contracts, REFUSAL)
    done = run("can-deploy", "job-worker", "--worker", worker, *DAY, folder=contracts)

    assert done.returncode == 5, done.stdout
    assert "nothing was replayed" in done.stderr
    assert "Traceback" not in done.stderr
