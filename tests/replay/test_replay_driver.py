"""
A failure of the worker costs the one message that causes it; the replay goes on.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import pytest

from schemadiff.errors import WorkerError
from schemadiff.wire.worker_spec import LINES, Limits, WorkerSpec

pytestmark = pytest.mark.slow

GOOD = ['{"a": 1}'] * 30


def outcomes(report):
    return {each.name: each.judgement.outcome for each in report.notable}


def test_a_worker_that_behaves_answers_everything(mini, run):
    report = run(mini("reply(frame)"), GOOD)
    assert (report.total, report.answered, report.faults, report.restarts) == (30, 30, (), 0)


@pytest.mark.parametrize(
    ("habit", "outcome"),
    [
        ("if 'BAD' in payload: os._exit(3)\nreply(frame)", "crashed"),
        ("if 'BAD' in payload: sys.stderr.write('panic: oh no\\n'); os.kill(os.getpid(), 9)\nreply(frame)", "crashed"),
        ("if 'BAD' in payload: time.sleep(60)\nreply(frame)", "hung"),
        ("if 'BAD' in payload: print('panic: oh no', flush=True)\nreply(frame)", "garbled"),
        ("if 'BAD' in payload: print('{\"kind\": \"reply\"}', flush=True)\nreply(frame)", "garbled"),
        ("reply(frame)\nif 'BAD' in payload: reply(frame)", "garbled"),
        ("if 'BAD' in payload: frame['id'] = '4711'\nreply(frame)", "garbled"),
        ("while 'BAD' in payload: sys.stdout.write('x' * 65536)\nreply(frame)", "garbled"),
        ("while 'BAD' in payload: print('flood')\nreply(frame)", "garbled"),
        ("while 'BAD' in payload: sys.stderr.write('noise' * 10000)\nreply(frame)", "hung"),
        ("if 'BAD' in payload: os.close(1)\nreply(frame)", "crashed"),
    ],
)
def test_a_bad_habit_costs_the_one_message_that_brings_it_out(mini, run, habit, outcome):
    payloads = [*GOOD, '{"a": "BAD"}', *GOOD]
    report = run(mini(habit), payloads, limits=Limits(timeout=1.0 if outcome == "hung" else 30.0))
    assert outcomes(report) == {"n30": outcome}
    assert [(each.kind, each.fixture) for each in report.faults] == [(outcome, "n30")]
    assert (report.total, report.answered, report.failed) == (61, 60, True)


def test_a_fault_tells_what_the_worker_said_last(mini, run):
    worker = mini("if 'BAD' in payload: sys.stderr.write('panic: oh no\\ngoroutine 1\\n'); os._exit(2)\nreply(frame)")
    (fault,) = run(worker, [*GOOD, "BAD"]).faults
    assert fault.detail == "ended with code 2; stderr: panic: oh no"


def test_a_noisy_stderr_does_no_harm(mini, run):
    report = run(mini("sys.stderr.write('noise ' * 50000)\nreply(frame)"), GOOD, limits=Limits(timeout=20))
    assert (report.answered, report.faults) == (30, ())


def test_answers_may_come_in_any_order(mini, run):
    worker = mini("""
        kept = globals().setdefault("kept", [])
        kept.append(frame)
        if len(kept) == 10:
            for each in reversed(kept):
                reply(each)
            kept.clear()
    """)
    report = run(worker, GOOD)
    assert (report.answered, report.faults) == (30, ())


def test_a_message_that_cannot_be_read_is_answered_without_an_id(mini, run):
    worker = mini("""
        if "BAD" in payload:
            frame["id"] = None
            reply(frame, {"status": "error", "error_type": "validation_error"})
        else:
            reply(frame)
    """)
    report = run(worker, [*GOOD, "BAD", *GOOD])
    cells = {(each.old, each.outcome): each.fixtures for each in report.cells}
    assert cells == {("valid", "accepted"): 60, ("not JSON", "rejected"): 1}
    assert report.faults == ()


def test_a_message_that_is_longer_than_the_frames_is_skipped(mini, run):
    report = run(mini("reply(frame)"), ['{"a": "' + "x" * 200_000 + '"}', *GOOD])
    assert outcomes(report) == {"n0": "skipped"}
    assert report.answered == 30


def test_a_crash_without_a_single_cause_is_reported_without_a_name(mini, run):
    worker = mini("""
        reply(frame)
        globals()["count"] = globals().get("count", 0) + 1
        if count == 12:
            os._exit(1)
    """)
    report = run(worker, GOOD)
    assert (report.answered, outcomes(report)) == (30, {})
    assert {(each.kind, each.fixture) for each in report.faults} == {("crashed", None)}
    assert report.failed


def test_a_worker_without_any_reply_ends_the_replay_soon(mini, run):
    started = time.monotonic()
    report = run(mini("pass"), GOOD * 20, limits=Limits(timeout=0.3))
    assert report.gave_up == "the worker has never answered"
    assert (report.total, report.answered, report.failed) == (600, 0, True)
    assert time.monotonic() - started < 10


def test_repeated_timeouts_end_the_replay(mini, run):
    report = run(
        mini("if 'BAD' in payload: time.sleep(60)\nreply(frame)"),
        [*GOOD, *["BAD"] * 5, *GOOD],
        limits=Limits(timeout=1.0, hung=2),
    )
    assert report.gave_up == "the worker has hung 2 times"
    assert (report.total, report.kinds["lost"]) == (65, 2)


def test_the_time_for_everything_is_kept(mini, run):
    started = time.monotonic()
    report = run(mini("time.sleep(0.05); reply(frame)"), GOOD * 10, limits=Limits(timeout=5, overall=1.0))
    assert "the time for the whole replay" in str(report.gave_up)
    assert report.total == 300
    assert time.monotonic() - started < 5


def test_a_slow_worker_is_not_taken_for_a_hung_one(mini, run):
    report = run(mini("time.sleep(0.05); reply(frame)"), GOOD, limits=Limits(timeout=1.0))
    assert (report.answered, report.faults) == (30, ())


def test_an_end_with_an_error_is_reported(mini, run):
    worker = mini("reply(frame)")
    script = worker.command[1]
    with open(script, "a") as file:  # noqa: PTH123
        file.write("\nsys.exit(4)\n")
    (fault,) = run(worker, GOOD).faults
    assert (fault.kind, fault.fixture) == ("crashed", None)
    assert "at the end: ended with code 4" in fault.detail


def test_a_child_that_outlives_its_worker_does_not_hide_the_crash(mini, run):
    """
    Nor the end in order: the child holds stdout open, so only the process itself tells.
    """
    start = time.monotonic()
    worker = mini("""
        if 'FORK' in payload and not os.fork(): time.sleep(60)
        if 'BAD' in payload: os._exit(3)
        reply(frame)
    """)
    report = run(worker, ['{"a": "FORK"}', '{"a": "BAD"}', '{"a": 1}'])
    assert outcomes(report)["n1"] == "crashed"
    assert {each.kind for each in report.faults} == {"crashed"}
    assert time.monotonic() - start < 20


def test_a_worker_that_does_not_start_is_an_error(run):
    with pytest.raises(WorkerError, match="cannot be started"):
        run(WorkerSpec(("/nowhere/worker",)), GOOD)


def test_a_worker_that_ends_at_once_is_an_error(script, run):
    with pytest.raises(WorkerError, match=r"did not start: ended with code 7; stderr: no configuration"):
        run(script("import sys; sys.stderr.write('no configuration'); sys.exit(7)"), GOOD)


def test_a_worker_that_begins_with_something_else_is_an_error(script, run):
    with pytest.raises(WorkerError, match="began with something else than its capabilities: Welcome"):
        run(script("print('Welcome!'); input()"), GOOD)


def test_a_worker_that_would_do_the_jobs_is_refused(mini, run):
    worker = mini("reply(frame)")
    script = worker.command[1]
    with open(script) as file:  # noqa: PTH123
        text = file.read()
    with open(script, "w") as file:  # noqa: PTH123
        file.write(text.replace('"dry_run": True', '"dry_run": False'))
    with pytest.raises(WorkerError, match="really does the jobs"):
        run(worker, GOOD)
    assert run(replace(worker, effects=True), GOOD).answered == 30


LINE_WORKER = """
    import json, sys
    for line in sys.stdin:
        try:
            request = json.loads(line)
        except ValueError:
            print(json.dumps({"status": "error", "error_type": "validation_error"}))
            continue
        if request == {"a": "BAD"}:
            raise SystemExit(3)
        print(json.dumps({"status": "ok" if "a" in request else "error", "error_type": "validation_error"}))
"""


@pytest.mark.parametrize("protocol", ["auto", LINES])
def test_a_worker_may_read_one_payload_a_line(script, run, protocol):
    worker = script(LINE_WORKER, protocol=protocol)
    report = run(worker, [*GOOD, '{\n"a": 1\n}', "{}", "{\n", '{"a": "BAD"}', *GOOD])
    cells = {(each.old, each.outcome): each.fixtures for each in report.cells}
    assert cells == {("valid", "accepted"): 61, ("valid", "crashed"): 1, ("invalid", "rejected"): 1}
    assert report.skipped == {"it has line ends, and the worker reads lines": 1}


def test_a_worker_that_is_slow_to_tell_its_capabilities_is_found_out(mini, run):
    worker = mini("reply(frame)")
    with open(worker.command[1]) as file:  # noqa: PTH123
        text = file.read()
    with open(worker.command[1], "w") as file:  # noqa: PTH123
        file.write("import time; time.sleep(2.3)\n" + text)
    report = run(replace(worker, protocol="auto"), GOOD, limits=Limits(timeout=5))
    assert (report.answered, report.faults, report.capabilities.service) == (30, (), "mini")


def test_nothing_of_a_worker_is_left_behind(mini, run, tmp_path):
    worker = mini(f"""
        import subprocess
        child = subprocess.Popen([{sys.executable!r}, "-c", "import time; time.sleep(60)"], stdout=1)
        open({str(tmp_path / "child")!r}, "w").write(str(child.pid))
        os._exit(1)
    """)
    report = run(worker, ["{}"], limits=Limits(timeout=1.0))
    assert outcomes(report) == {"n0": "hung"} or outcomes(report) == {"n0": "crashed"}
    pid = int((tmp_path / "child").read_text())
    time.sleep(0.2)
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            state = file.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        state = "gone"
    assert state in ("gone", "Z")
