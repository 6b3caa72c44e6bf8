"""
Property of the driver: each message has one reply, in order, and only those that fail when sent alone are causes.
"""

from __future__ import annotations

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.replay import driver as driver_module
from schemadiff.wire.failures import WorkerFailure
from schemadiff.wire.frames import Frame
from schemadiff.wire.worker_spec import Capabilities, Limits, WorkerSpec

ENDINGS = {
    "ok": "answered",
    "unread": "answered",
    "crash": "crashed",
    "crash after": None,
    "hang": "hung",
    "babble": "garbled",
    "babble after": "garbled",
    "twice": "garbled",
    "too long": "skipped",
}


class Simulated:
    """
    A worker that takes messages from a shuffled queue, and does with each what its payload says.
    """

    enforces_timeout = False
    protocol = "frames"
    capabilities = Capabilities()

    def __init__(self, chance):
        self.chance, self.queue, self.failure, self.lost, self.sent = chance, [], None, [], 0

    def refusal(self, message):
        return "too long" if message.payload == b"too long" else None

    def send(self, message):
        self.sent += 1
        self.queue.append(message)

    def poll(self, seconds):
        answers = []
        for _ in range(self.chance.randint(1, 5)):
            if not self.queue or self.failure is not None:
                break
            message = self.queue.pop(self.chance.randrange(min(3, len(self.queue))))
            self.act(message.number, message.payload.decode(), answers)
        if not answers and self.failure is None:
            time.sleep(min(seconds, 0.002))
        return answers

    def act(self, number, habit, answers):
        if habit == "hang":
            self.queue.clear()
        elif habit in ("crash", "babble"):
            self.failure = WorkerFailure("crashed" if habit == "crash" else "garbled", habit)
        else:
            answers.append((None if habit == "unread" else number, habit))
        if habit == "twice":
            answers.append((number, habit))
        elif habit.endswith(" after"):
            self.failure = WorkerFailure("crashed" if habit == "crash after" else "garbled", habit)

    def close(self, seconds=0):  # noqa: ARG002
        return self.failure

    def kill(self):
        pass


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["ok"] * 12 + sorted(ENDINGS)), max_size=60), st.integers(1, 12), st.integers(0, 2**32))
def test_each_message_has_one_reply_in_order(habits, window, seed):
    chance = random.Random(seed)
    before = driver_module.open_worker
    driver_module.open_worker = lambda _spec, _limits: Simulated(chance)
    try:
        driver = driver_module.Driver(WorkerSpec(), Limits(timeout=0.01, hung=1000, losses=1000, window=window))
        answers = list(driver.run([Frame(number, habit.encode()) for number, habit in enumerate(habits, 100)]))
        driver.finish()
    finally:
        driver_module.open_worker = before
    assert [each.number for each in answers] == list(range(100, 100 + len(habits)))
    if driver.gave_up is None:
        expected = [ENDINGS[habit] for habit in habits]
        told = [None if ending is None else each.ending for each, ending in zip(answers, expected, strict=True)]
        assert told == expected
        blamed = {each.number for each in driver.incidents if each.number is not None}
        assert {number for number in blamed if ENDINGS[habits[number - 100]] in ("answered", "skipped")} == set()
    else:
        assert driver.gave_up == "the worker has never answered"
