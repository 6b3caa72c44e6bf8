"""
A storm of retries: many senders, impatient ones among them, send the same job again and again. It is done once.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from wire import producer, serving_worker, source, sync, wait_for

from schemadiff.producer import HttpTransport, RetryPolicy


def test_a_storm_of_the_same_job_does_the_work_once(tmp_path):
    release = threading.Event()

    def slow(_state, _path):
        release.wait(20)
        return 200, {}, b"content"

    with source(slow) as files, serving_worker(tmp_path) as address:
        message = sync("storm-0001", f"{files.url}/a.csv")
        impatient = producer(HttpTransport(address), timeout=0.3)
        with ThreadPoolExecutor(24) as pool:
            hasty = [pool.submit(impatient.send, message, "v2", policy=RetryPolicy(2, 100)) for _ in range(8)]
            patient = [pool.submit(producer(HttpTransport(address)).send, message, "v2") for _ in range(16)]
            wait_for(lambda: all(each.done() for each in hasty))
            release.set()
            receipts = [each.result() for each in patient]
        late = producer(HttpTransport(address)).send(message, "v2")
    assert {each.result().failure.error_type for each in hasty} == {"upstream_timeout"}
    assert {len(each.result().attempts) for each in hasty} == {3}
    assert {each.response["status"] for each in receipts} == {"ok"}
    assert all(each.response == receipts[0].response for each in (*receipts, late))
    assert files.asked == ["/a.csv"]
    assert (tmp_path / "mirror" / "a.csv").read_bytes() == b"content"


def test_a_failed_job_is_tried_again_by_its_repeat(tmp_path):
    """
    Only a job that was done is answered from memory; what failed for now is done anew.
    """

    def recovering(state, _path):
        return (503, {}, b"") if len(state.asked) == 1 else (200, {}, b"content")

    with source(recovering) as files, serving_worker(tmp_path) as address:
        receipt = producer(HttpTransport(address)).send(
            sync("again-0001", f"{files.url}/a.csv"), "v2", policy=RetryPolicy(max_retries=2, backoff_ms=100)
        )
    assert [each.failure and each.failure.error_type for each in receipt.attempts] == ["dependency_unavailable", None]
    assert receipt.problems == ()
    assert len(files.asked) == 2
