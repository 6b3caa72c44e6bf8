"""
Recorded messages through the worker that runs today: does it agree with the schemas?
"""

from schemadiff.replay.build import build, declared_worker
from schemadiff.replay.classify import (
    ACCEPTED,
    AGREED,
    CHANGED,
    CRASHED,
    DANGEROUS,
    FAILED,
    GARBLED,
    HUNG,
    INVALID,
    KINDS,
    LENIENT,
    LOST,
    MALFORMED,
    NO_ANSWER,
    NOT_JSON,
    REJECTED,
    SKIPPED,
    VALID,
    Judgement,
    Sides,
)
from schemadiff.replay.filters import outside_window, recorded_since, responses_of
from schemadiff.replay.record import ADDED, KNOWN, REDACTED, REFUSED, Recorder, Recording, RecordReport, record
from schemadiff.replay.report import Cell, Exchange, Fault, ReplayReport, Summary
from schemadiff.replay.run import Generated, Recorded, judge_recorded, replay
from schemadiff.replay.usage import Usage, usage

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
    "Generated",
    "Judgement",
    "RecordReport",
    "Recorded",
    "Recorder",
    "Recording",
    "ReplayReport",
    "Sides",
    "Summary",
    "Usage",
    "build",
    "declared_worker",
    "judge_recorded",
    "outside_window",
    "record",
    "recorded_since",
    "replay",
    "responses_of",
    "usage",
]
