"""
The orchestrator's side of the wire: build, check, downgrade, send, and decide on another attempt.
"""

from schemadiff.catalog.downgrade import DowngradeRefused
from schemadiff.producer.messages import InvalidMessage, Messages, Problem
from schemadiff.producer.retry import (
    Breakers,
    Decision,
    Failure,
    Policy,
    RetryTable,
    decide,
    draw,
    failure_of,
    load_retry_table,
)
from schemadiff.producer.send import Attempt, Producer, Receipt
from schemadiff.producer.transport import Http, NotDelivered, Pipes, Transport

__all__ = [
    "Attempt",
    "Breakers",
    "Decision",
    "DowngradeRefused",
    "Failure",
    "Http",
    "InvalidMessage",
    "Messages",
    "NotDelivered",
    "Pipes",
    "Policy",
    "Problem",
    "Producer",
    "Receipt",
    "RetryTable",
    "Transport",
    "decide",
    "draw",
    "failure_of",
    "load_retry_table",
]
