"""
What the producer sends. Each message is held against its contract, and becomes a fixture for the consumer's tests.
"""

import pytest


def order(**members):
    """
    A message as the producer builds it: call your own here.
    """
    return {"schema_version": "v1", "order_id": "nightly-0001", "timeout_seconds": 30, **members}


@pytest.mark.parametrize("seconds", [1, 30, 3600])
def test_an_order(record_message, seconds):
    record_message("order_request", "v1", order(timeout_seconds=seconds))


def test_a_timeout_in_another_unit_is_refused(record_message):
    message = order(timeout_ms=30_000)
    del message["timeout_seconds"]
    record_message("order_request", "v1", message, valid=False)
