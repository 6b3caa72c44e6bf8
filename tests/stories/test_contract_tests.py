"""
The contract tests that ``init`` writes, run step by step as the workflow says, and then with something broken.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemadiff.sources.yaml_text import loads_yaml
from schemadiff.wire.run_command import find_program

pytestmark = pytest.mark.slow

PRODUCER, CONSUMER, ANSWERS = (
    "The producer's tests make fixtures",
    "The consumer's tests answer them",
    "The answers keep their contract",
)
IN_ANOTHER_UNIT = '{"schema_version": "v1", "order_id": "nightly-0001", "timeout_ms": 1000 * seconds}'
EXCHANGES = "build/contracttests/exchanges.ndjson"


def shell(folder: Path, command: str, **env: str) -> subprocess.CompletedProcess[str]:
    go = Path(find_program("go", folder))
    path = os.pathsep.join([str(Path(sys.executable).parent), str(go.parent), os.environ["PATH"]])
    settings = {**os.environ, "PATH": path, "PYTEST_ADDOPTS": "-p no:cacheprovider", **env}
    return subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=folder,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def steps(folder: Path) -> tuple[str | None, str]:
    """
    Run the steps of the workflow; the name of the one that failed, if any, and what all of them said.
    """
    workflow, _ = loads_yaml((folder / ".github/workflows/contract-tests.yml").read_text())
    (job,) = workflow["jobs"].values()
    env = {name: text.replace("${{ github.workspace }}", str(folder)) for name, text in job["env"].items()}
    named = [each for each in job["steps"] if "run" in each and each["name"] != "Install"]
    assert [each["name"] for each in named] == [PRODUCER, CONSUMER, ANSWERS]
    said = ""
    for each in named:
        assert "${{" not in each["run"]
        done = shell(folder, each["run"], **env)
        said += done.stdout + done.stderr
        if done.returncode:
            return each["name"], said
    return None, said


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """
    A repository that had nothing before ``init``.
    """
    assert shell(tmp_path, "schemadiff init --yes --as-of 2026-11-23").returncode == 0
    return tmp_path


def test_they_pass_as_they_are_written(started: Path) -> None:
    """
    Every message of the producer is answered by the consumer, and each answer is judged.
    """
    failed, said = steps(started)

    assert failed is None, said
    rows = [json.loads(line) for line in (started / EXCHANGES).read_text().splitlines()]
    assert f"{len(rows)} fixtures replayed through" in said
    assert "agree on all" in said
    answers = [json.loads(row["response"])["status"] for row in rows]
    assert min(answers.count("ok"), answers.count("error")) >= 5


@pytest.mark.parametrize(
    ("file", "before", "after", "step", "told"),
    [
        # The incident that this is all about: another unit, on one side only.
        ("test_producer.py", ", order(timeout_seconds=seconds)", f", {IN_ANOTHER_UNIT}", PRODUCER, "another unit"),
        ("consumer_test.go", '"timeout_seconds"]', '"timeout_ms"]', CONSUMER, "the consumer rejects it"),
        ("consumer_test.go", "big.NewRat(3600, 1)", "big.NewRat(60, 1)", CONSUMER, "the consumer rejects it"),
        ("consumer_test.go", "|| seconds.Cmp(big.NewRat(3600, 1)) > 0", "", CONSUMER, "the consumer accepts it"),
        ("consumer_test.go", 'return "schema_version is not v1"', 'panic("boom")', CONSUMER, "boom"),
        ("consumer_test.go", "return document", 'return append([]byte("debug: "), document...)', CONSUMER, "not JSON"),
        # Only the contract of the answers tells.
        ("consumer_test.go", "= reason, false", '= reason, "no"', ANSWERS, "/retryable"),
        ("consumer_test.go", '"status": "ok"}', '"state": "ok"}\n\tresponse["status"] = "done"', ANSWERS, "/status"),
    ],
)
def test_a_mismatch_fails(started: Path, file: str, before: str, after: str, step: str, told: str) -> None:
    """
    At the first step that can know, with the reason.
    """
    edit(started / "contracttests" / file, before, after)
    failed, said = steps(started)

    assert failed == step, said
    assert told in said


def test_a_contract_that_only_one_side_follows_fails(started: Path) -> None:
    """
    The schema is made narrower: the producer's old message is refused at once.
    """
    edit(started / "contracts/order_request.v1.json", '"maximum": 3600', '"maximum": 600')
    failed, said = steps(started)

    assert failed == PRODUCER, said
    assert "3600 is greater than the maximum of 600" in said


def test_fixtures_of_an_earlier_run_hide_nothing(started: Path) -> None:
    """
    A producer without tests leaves no messages, and a consumer without messages proves nothing.
    """
    assert steps(started)[0] is None
    (started / "contracttests/test_producer.py").write_text("def test_nothing(record_message): pass\n")
    failed, said = steps(started)

    assert failed == CONSUMER
    assert "there are no valid messages" in said


def own(folder: Path, module: str) -> None:
    """
    Contracts and a Go module that are there already.
    """
    order = {
        "type": "object",
        "properties": {"version": {"const": "1"}, "amount": {"type": "integer", "minimum": 1}},
        "required": ["version", "amount"],
    }
    (folder / "schemas").mkdir()
    (folder / "schemas/order.v1.json").write_text(json.dumps(order))
    (folder / module).mkdir(exist_ok=True)
    (folder / module / "go.mod").write_text("module example.com/shop\n\ngo 1.21\n")


@pytest.mark.parametrize(("module", "place"), [(".", "contracttests"), ("worker", "worker/contracttests")])
def test_in_a_repository_of_its_own_the_consumer_is_to_be_named(tmp_path: Path, module: str, place: str) -> None:
    """
    The Go tests go into the module that is there. Until they call its handler they fail, and say so.
    """
    own(tmp_path, module)
    assert shell(tmp_path, "schemadiff init --yes --contracts schemas").returncode == 0
    failed, said = steps(tmp_path)

    assert failed == CONSUMER, said
    assert "let consume, in consumer_test.go, call the handler" in said

    (tmp_path / place / "consumer_test.go").write_text(
        """package contracttests

import (
	"encoding/json"
	"math"
)

func consume(payload []byte) []byte {
	var order any
	err := json.Unmarshal(payload, &order)
	members, _ := order.(map[string]any)
	amount, _ := members["amount"].(float64)
	if err != nil || members["version"] != "1" || amount < 1 || amount != math.Trunc(amount) {
		return []byte(`{"status": "error", "error_type": "validation_error"}`)
	}
	return []byte(`{"status": "ok"}`)
}
"""
    )
    failed, said = steps(tmp_path)
    assert failed is None, said


def test_the_go_tests_wait_for_their_fixtures(started: Path) -> None:
    """
    Whoever runs all Go tests of the repository has no failure because of them.
    """
    done = shell(started, "unset CONTRACT_FIXTURES; go -C contracttests vet .; go -C contracttests test -v -count=1 .")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIP" in done.stdout


def test_the_go_templates_are_formatted() -> None:
    """
    As everything of Go here is.
    """
    root = Path(__file__).parents[2]
    done = shell(root, '"$(go env GOROOT)/bin/gofmt" -l templates')
    assert (done.returncode, done.stdout) == (0, "")
