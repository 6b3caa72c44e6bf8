"""
The writing side of a contract: build, validate, downgrade and send messages, with retries.
"""

from schemadiff.catalog.downgrade import DowngradeRefused
from schemadiff.producer.messages import InvalidMessage, MessageProblem, Messages
from schemadiff.producer.retry import (
    CircuitBreakers,
    Decision,
    Failure,
    RetryPolicy,
    RetryTable,
    decide_retry,
    draw_pause,
    failure_of,
    load_retry_table,
)
from schemadiff.producer.send import Attempt, Producer, Receipt
from schemadiff.wire.failures import ProtocolError, WorkerFailure
from schemadiff.wire.http import HttpTransport
from schemadiff.wire.transport import PipeTransport, Transport

__all__ = [
    "Attempt",
    "CircuitBreakers",
    "Decision",
    "DowngradeRefused",
    "Failure",
    "HttpTransport",
    "InvalidMessage",
    "MessageProblem",
    "Messages",
    "PipeTransport",
    "Producer",
    "ProtocolError",
    "Receipt",
    "RetryPolicy",
    "RetryTable",
    "Transport",
    "WorkerFailure",
    "decide_retry",
    "draw_pause",
    "failure_of",
    "load_retry_table",
]
