"""
The release of a repository that has nothing of ours: its errors have a shape of their own, and its worker is a small
program that its manifest names. Checklist and replay tell the truth there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

DAY = ("--as-of", "2026-11-23")

ORDER = {
    "type": "object",
    "properties": {"release": {"const": "1"}, "sku": {"type": "string", "minLength": 1}, "count": {"type": "integer"}},
    "required": ["release", "sku", "count"],
}

RECEIPT = {
    "type": "object",
    "properties": {"release": {"const": "1"}, "ok": {"type": "boolean"}},
    "required": ["release", "ok"],
    "if": {"properties": {"ok": {"const": False}}},
    "then": {
        "properties": {
            "fault": {
                "type": "object",
                "properties": {
                    "code": {"enum": ["bad-order", "busy"]},
                    "why": {"type": "string"},
                    "again": {"type": "boolean"},
                },
                "required": ["code", "again"],
            }
        },
        "required": ["fault"],
    },
}

MANIFEST = """\
schemadiff: 1
defaults: {version_field: release}
contracts:
  order:
    role: request
    producer: till
    consumer: store
    versions:
      "1": {file: order.json, published: 2026-01-05}
  receipt:
    role: response
    producer: store
    consumer: till
    versions:
      "1": {file: receipt.json, published: 2026-01-05}
services:
  till: {releases: {"7": {emits: {order: ["1"]}, reads: {receipt: ["1"]}}}, running: ["7"]}
  store: {releases: {"3": {reads: {order: ["1"]}, emits: {receipt: ["1"]}}}, running: ["3"]}
fixtures: recorded
worker:
  build: [PYTHON, build.py]
  folder: store
  command: [PYTHON, built.py]
  protocol: lines
errors:
  where: {ok: false}
  required: [fault, /fault/code]
  type: /fault/code
  message: /fault/why
  retryable: /fault/again
  rejects: [bad-order]
  retry: {bad-order: final, busy: retry}
"""

WORKER = """\
import json
import sys


def answer(line):
    try:
        order = json.loads(line)
        fine = order["release"] == "1" and order["sku"] != "" and isinstance(order["sku"], str)
        fine = fine and type(order["count"]) is int
    except (ValueError, KeyError, TypeError):
        fine = False
    if fine:
        return {"release": "1", "ok": True}
    return {"release": "1", "ok": False, "fault": {"code": "bad-order", "why": "not an order", "again": False}}


for line in sys.stdin:
    print(json.dumps(answer(line)), flush=True)
"""

MESSAGES = (
    {"release": "1", "sku": "a-1", "count": 3},
    {"release": "1", "sku": "", "count": 3},
    {"release": "1", "sku": "a-1", "count": "3"},
    {"release": "2", "sku": "a-1", "count": 3},
)

TITLES = {
    "tags": "Message schemas are versioned",
    "worker": "The consumer validates, and agrees with the schemas",
    "ci": "CI enforces it",
    "errors": "Response and error shapes are standardised",
    "windows": "Compatibility and deprecation windows are documented",
    "retry": "Retry decisions are mapped to error types",
    "rollout": "There is a safe order of rollout",
}


class Repository:
    """
    A repository on disk, with what a release manager runs in it.
    """

    def __init__(self, root: Path, cache: Path) -> None:
        self.root, self.cache = root, cache

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def edit(self, path: str, before: str, after: str) -> None:
        text = (self.root / path).read_text()
        assert before in text
        self.write(path, text.replace(before, after, 1))

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "schemadiff", *words, *DAY],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, "XDG_CACHE_HOME": str(self.cache), **env},
        )

    def items(self, code: int, **env: str) -> dict[str, tuple[str, str]]:
        """
        The state and the evidence of each item of the checklist.
        """
        done = self.run("checklist", "-f", "json", **env)
        assert done.returncode == code, done.stderr + done.stdout
        rows = json.loads(done.stdout)["items"]
        return {each["title"]: (each["state"], "\n".join(each["evidence"])) for each in rows}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "repository", tmp_path / "cache")
    found.write("contracts/contracts.yaml", MANIFEST.replace("PYTHON", sys.executable))
    found.write("contracts/order.json", json.dumps(ORDER))
    found.write("contracts/receipt.json", json.dumps(RECEIPT))
    rows = [
        {"name": f"n{number}", "contract": "order", "version": "1", "payload": json.dumps(each)}
        for number, each in enumerate(MESSAGES)
    ]
    found.write("contracts/recorded/all.ndjson", "".join(json.dumps(each) + "\n" for each in rows))
    found.write("store/worker.py", WORKER)
    found.write("store/build.py", "open('built.py', 'w').write(open('worker.py').read())\n")
    found.write(".ci/run", "set -e\nschemadiff check\n")
    return found


def test_what_is_right_is_checked(repository: Repository) -> None:
    """
    Every item about which the manifest says something, and no other.
    """
    items = repository.items(0)
    replay = repository.run("replay")

    assert {title for title, (state, _) in items.items() if state == "checked"} == set(TITLES.values())
    assert set(items) - set(TITLES.values()) == {
        "The producer validates before it sends",
        "No published version was broken since the last release",
    }
    assert "4 messages replayed; 3 invalid ones rejected" in items[TITLES["worker"]][1]
    assert "lacks any of fault, /fault/code" in items[TITLES["errors"]][1]
    assert items[TITLES["retry"]][1] == "bad-order: final.\nbusy: retry."
    assert (replay.returncode, replay.stderr) == (0, "")
    assert "4 fixtures replayed" in replay.stdout
    assert not (repository.root / "store/built.py").exists()


BREAKS: dict[str, tuple[str, str, str, str, str]] = {
    "a worker that takes everything": ("store/worker.py", "    if fine:", "    if True:", "worker", "3 lenient"),
    "a worker that refuses everything": ("store/worker.py", "    if fine:", "    if False:", "worker", "1 dangerous"),
    "a worker that fails": ("store/worker.py", '"code": "bad-order"', '"code": "busy"', "worker", "3 lost"),
    "a worker that dies": ("store/worker.py", "for line in sys.stdin:", "for line in []:", "worker", "given up"),
    "an answer outside of its contract": ("store/worker.py", '"ok": True', '"ok": 1', "worker", "malformed"),
    "an error without a type": (
        "contracts/receipt.json",
        '"required": ["code", "again"]',
        '"required": ["again"]',
        "errors",
        "accepts an error without /fault/code",
    ),
    "an error type that the contract lacks": (
        "contracts/receipt.json",
        '["bad-order", "busy"]',
        '["bad-order"]',
        "errors",
        "refuses an error of type busy",
    ),
    "an error that cannot say so": (
        "contracts/receipt.json",
        '"again": {"type": "boolean"}',
        '"again": {"const": false}',
        "errors",
        "refuses an error of type busy with /fault/again true",
    ),
    "no error at all": ("contracts/receipt.json", '"ok": {"type": "boolean"}', '"ok": {"const": true}', "errors", "ok"),
    "an error type without a decision": (
        "contracts/receipt.json",
        '["bad-order", "busy"]',
        '["bad-order", "busy", "lost"]',
        "retry",
        'such as "lost".',
    ),
    "a version without its tag": (
        "contracts/order.json",
        '{"const": "1"}',
        '{"const": "2"}',
        "tags",
        "does not pin /release",
    ),
    "a version without a day": (
        "contracts/contracts.yaml",
        "{file: order.json, published: 2026-01-05}",
        "{file: order.json}",
        "windows",
        "order 1 has no day of publication",
    ),
    "a release that writes what is over": (
        "contracts/contracts.yaml",
        "{file: order.json, published: 2026-01-05}",
        "{file: order.json, published: 2026-01-05, deprecated: 2026-01-06}",
        "windows",
        "till 7 still writes order 1",
    ),
}


@pytest.mark.parametrize("case", BREAKS)
def test_what_is_broken_fails(repository: Repository, case: str) -> None:
    """
    Its item, with the reason; replay says the same of the worker.
    """
    path, before, after, item, reason = BREAKS[case]
    repository.edit(path, before, after)
    items = repository.items(1)
    state, evidence = items[TITLES[item]]

    assert state == "failed"
    assert reason in evidence
    if item == "worker":
        assert repository.run("replay").returncode == 5


def test_ci_that_does_not_run_it_is_left_to_a_person(repository: Repository) -> None:
    repository.write(".ci/run", "# schemadiff check\n")
    items = repository.items(0)
    assert items[TITLES["ci"]][0] == "a person must confirm"
    assert items[TITLES["ci"]][1].endswith("runs schemadiff check.")


OPEN: dict[str, tuple[Callable[[Repository], None], str]] = {
    "it does not compile": (
        lambda repository: repository.write("store/build.py", "import sys\nsys.exit('worker.py:3:7: no such name')\n"),
        "store/worker.py:3:7: the worker does not compile: no such name",
    ),
    "its build fails": (
        lambda repository: repository.write("store/build.py", "raise SystemExit('no disk')\n"),
        "contracts/contracts.yaml:20:1: the worker cannot be built:",
    ),
    "its sources are gone": (
        lambda repository: repository.edit("contracts/contracts.yaml", "folder: store", "folder: stores"),
        "the worker has no sources: the folder 'stores' does not exist",
    ),
    "its compiler is missing": (
        lambda repository: repository.edit("contracts/contracts.yaml", f"[{sys.executable}, build.py]", "gone build ."),
        "the worker cannot be built: there is no program 'gone' on this machine",
    ),
    "its program is missing": (
        lambda repository: repository.edit("contracts/contracts.yaml", f"[{sys.executable}, built.py]", "./away"),
        "the worker cannot be started: there is no program './away' here",
    ),
    "nobody answers at its address": (
        lambda repository: repository.edit(
            "contracts/contracts.yaml",
            MANIFEST[MANIFEST.index("  build:") : MANIFEST.index("errors:")].replace("PYTHON", sys.executable),
            "  address: http://127.0.0.1:1\n",
        ),
        "the worker does not answer",
    ),
}


@pytest.mark.parametrize("case", OPEN)
def test_a_worker_that_cannot_be_built_leaves_its_item_open(repository: Repository, case: str) -> None:
    """
    With the reason, and the other items are checked; replay ends with it.
    """
    spoil, reason = OPEN[case]
    spoil(repository)
    items = repository.items(0)
    replay = repository.run("replay")

    state, evidence = items.pop(TITLES["worker"])
    assert state == "a person must confirm"
    assert reason in evidence
    assert [state for state, _ in items.values()].count("checked") == len(TITLES) - 1
    assert replay.returncode == 5
    assert reason in replay.stderr
    assert "Traceback" not in replay.stderr


def without_errors(repository: Repository) -> None:
    declared = MANIFEST[MANIFEST.index("errors:") :]
    repository.edit("contracts/contracts.yaml", declared, "")


def test_errors_of_an_undeclared_shape_are_not_held_against_the_worker(repository: Repository) -> None:
    """
    Without an error contract nothing says which of its answers reject a message.
    """
    without_errors(repository)
    state, evidence = repository.items(0)[TITLES["worker"]]

    assert state == "a person must confirm"
    assert "declare `errors:` in contracts.yaml" in evidence


def test_a_worker_that_dies_fails_without_an_error_contract(repository: Repository) -> None:
    without_errors(repository)
    repository.edit("store/worker.py", "for line in sys.stdin:", "for line in []:")

    assert repository.items(1)[TITLES["worker"]][0] == "failed"


def test_without_recordings_nothing_is_shown(repository: Repository) -> None:
    """
    A replay of nothing is no evidence, and one of valid messages does not show that invalid ones are rejected.
    """
    file = repository.root / "contracts/recorded/all.ndjson"
    first = file.read_text().splitlines(keepends=True)[0]
    file.write_text(first)
    valid_only = repository.items(0)[TITLES["worker"]]
    file.write_text("")
    nothing = repository.items(0)[TITLES["worker"]]

    assert (valid_only[0], nothing[0]) == ("a person must confirm", "a person must confirm")
    assert "No invalid message" in valid_only[1]
    assert "No messages are recorded" in nothing[1]


def test_a_repository_that_declares_nothing(tmp_path: Path) -> None:
    """
    Nothing is held against it that it does not say: no error shape, no version field, no worker.
    """
    repository = Repository(tmp_path / "repository", tmp_path / "cache")
    repository.write("contracts/order.v1.json", json.dumps(ORDER))
    items = repository.items(0)
    replay = repository.run("replay")

    assert {state for state, _ in items.values()} == {"a person must confirm"}
    assert set(items) == {"CI enforces it", "No published version was broken since the last release"}
    assert replay.returncode == 5
    assert "no worker is declared" in replay.stderr
    assert "--worker" in replay.stderr


def test_the_command_line_and_the_settings_win(repository: Repository) -> None:
    """
    Over the worker of the manifest.
    """
    repository.write(
        "all.py", 'import sys\nfor _ in sys.stdin:\n    print(\'{"release": "1", "ok": true}\', flush=True)\n'
    )
    other = f"{sys.executable} all.py"
    by_flag = repository.run("replay", "--worker", other)
    repository.write("schemadiff.toml", f"worker = {json.dumps(other)}\n")
    by_settings = repository.run("replay")

    assert (by_flag.returncode, by_settings.returncode) == (5, 5)
    assert "3 lenient" in by_flag.stdout
    assert "3 lenient" in by_settings.stdout
    assert repository.items(1)[TITLES["worker"]][0] == "failed"


def test_items_of_its_own(repository: Repository) -> None:
    """
    The list of the manifest in its order: a command that is run now, one that fails, hangs or is missing, and what
    only a person can say.
    """
    repository.edit(
        "contracts/contracts.yaml",
        "schemadiff: 1\n",
        f"""\
schemadiff: 1
checklist:
  - {{item: sunsets, days: [7], title: Nothing ends this week}}
  - {{title: The store is stocked, command: [{sys.executable}, -c, "print('99 pieces')"]}}
  - {{title: The till is closed, command: "{sys.executable} -c 'print(1); raise SystemExit(3)'"}}
  - {{title: The phones answer, command: [{sys.executable}, -c, "import time; time.sleep(60)"], timeout: 1}}
  - {{title: The drone flies, command: ./drone}}
  - {{title: The window is dressed, confirm: Somebody looks at it from the street.}}
  - {{item: ci-enforces, files: [.ci], runs: schemadiff replay}}
""",
    )
    items = repository.items(1)

    assert list(items.items()) == [
        ("Nothing ends this week", ("checked", "Within 7 days: nothing.")),
        ("The store is stocked", ("checked", "It exited with 0.\n99 pieces")),
        ("The till is closed", ("failed", "It exited with 3.\n1")),
        ("The phones answer", ("failed", "It took longer than 1 second and was stopped.")),
        (
            "The drone flies",
            (
                "a person must confirm",
                "./drone could not be run: there is no program './drone' here. "
                "Add the file and make it executable, or correct the command.",
            ),
        ),
        ("The window is dressed", ("a person must confirm", "Somebody looks at it from the street.")),
        ("CI enforces it", ("a person must confirm", "None of .ci runs schemadiff replay.")),
    ]


def test_a_change_is_replayed_through_the_worker_of_its_base(repository: Repository) -> None:
    """
    Neither the worker that the change names is run, nor what it made of the sources; that another worker judges from
    now on weakens the policy.
    """
    trap = repository.root / "trap"
    committed(repository)
    for path in ("store/worker.py", "store/build.py"):
        repository.write(path, f"open({str(trap)!r}, 'w')\n")
    repository.edit("contracts/contracts.yaml", "built.py]", "worker.py]")
    done = repository.run("check", "--against", "HEAD", "--replay", "-f", "json")
    report = json.loads(done.stdout)
    replay = report["replay"]

    assert done.returncode == 1, done.stderr
    assert "the worker was changed" in {each["message"] for each in report["remarks"] if each["level"] == "error"}
    assert (replay["total"], replay["kinds"]["agreed"]) == (4, 4)
    assert not trap.exists()


def committed(repository: Repository) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "base")):
        subprocess.run(["git", *identity, *words], cwd=repository.root, check=True, capture_output=True)


def test_a_change_is_replayed_against_the_schema_of_its_base(repository: Repository) -> None:
    """
    What only the change refuses, the worker of today may accept.
    """
    committed(repository)
    repository.edit(
        "contracts/order.json", '"count": {"type": "integer"}', '"count": {"type": "integer", "minimum": 5}'
    )
    done = repository.run("check", "--against", "HEAD", "--replay", "-f", "json")
    replay = json.loads(done.stdout)["replay"]

    assert done.returncode == 1, done.stderr
    assert replay["sides"]["order"] == {"old": "HEAD:1", "new": "1"}
    assert (replay["total"], replay["kinds"]["agreed"]) == (4, 4)
    assert {(each["old"], each["new"], each["outcome"]) for each in replay["cells"]} == {
        ("valid", "invalid", "accepted"),
        ("invalid", "invalid", "rejected"),
    }


def test_a_replay_of_nothing_says_so(repository: Repository) -> None:
    repository.write("contracts/recorded/all.ndjson", "")
    committed(repository)
    done = repository.run("check", "--against", "HEAD", "--replay")

    assert done.returncode == 5, done.stderr
    assert "replay: no fixtures: nothing was replayed" in done.stdout
