"""
Replay of recorded messages through a worker, compared with the verdicts of the schemas.
"""

from schemadiff.replay.build import build, declared_worker
from schemadiff.replay.classify import (
    ACCEPTED,
    AGREED,
    CHANGED,
    DANGEROUS,
    FAILED,
    INVALID,
    KINDS,
    LENIENT,
    LOST,
    MALFORMED,
    NO_ANSWER,
    NOT_JSON,
    REJECTED,
    VALID,
    ReplayOutcome,
    VersionPair,
)
from schemadiff.replay.driver import SKIPPED
from schemadiff.replay.filters import outside_window, recorded_since, responses_of
from schemadiff.replay.record import ADDED, KNOWN, REDACTED, REFUSED, Recorder, RecordReport, record
from schemadiff.replay.report import Cell, Exchange, Fault, ReplayReport, Summary
from schemadiff.replay.run import classify_recorded, replay
from schemadiff.replay.usage import Usage, usage
from schemadiff.wire.failures import CRASHED, GARBLED, HUNG

__all__ = [
    "ACCEPTED",
    "ADDED",
    "AGREED",
    "CHANGED",
    "CRASHED",
    "DANGEROUS",
    "FAILED",
    "GARBLED",
    "HUNG",
    "INVALID",
    "KINDS",
    "KNOWN",
    "LENIENT",
    "LOST",
    "MALFORMED",
    "NOT_JSON",
    "NO_ANSWER",
    "REDACTED",
    "REFUSED",
    "REJECTED",
    "SKIPPED",
    "VALID",
    "Cell",
    "Exchange",
    "Fault",
    "RecordReport",
    "Recorder",
    "ReplayOutcome",
    "ReplayReport",
    "Summary",
    "Usage",
    "VersionPair",
    "build",
    "classify_recorded",
    "declared_worker",
    "outside_window",
    "record",
    "recorded_since",
    "replay",
    "responses_of",
    "usage",
]
