"""
Recorded messages through the worker that runs today: does it agree with the schemas?
"""

from schemadiff.replay.build import build, repository_worker
from schemadiff.replay.judge import (
    ACCEPTED,
    AGREED,
    CHANGED,
    CRASHED,
    DANGEROUS,
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
    VOLATILE,
    Judgement,
    Sides,
)
from schemadiff.replay.record import ADDED, KNOWN, REDACTED, REFUSED, Recorder
from schemadiff.replay.report import Cell, Exchange, Fault, ReplayReport, Summary
from schemadiff.replay.run import Generated, Recorded, replay
from schemadiff.replay.select import outside_window, recorded_since, responses_of
from schemadiff.replay.spec import AUTO, FRAMES, HTTP, LINES, Capabilities, Limits, WorkerSpec
from schemadiff.replay.usage import Usage, usage

__all__ = [
    "ACCEPTED",
    "ADDED",
    "AGREED",
    "AUTO",
    "CHANGED",
    "CRASHED",
    "DANGEROUS",
    "FRAMES",
    "GARBLED",
    "HTTP",
    "HUNG",
    "INVALID",
    "KINDS",
    "KNOWN",
    "LENIENT",
    "LINES",
    "LOST",
    "MALFORMED",
    "NOT_JSON",
    "NO_ANSWER",
    "REDACTED",
    "REFUSED",
    "REJECTED",
    "SKIPPED",
    "VALID",
    "VOLATILE",
    "Capabilities",
    "Cell",
    "Exchange",
    "Fault",
    "Generated",
    "Judgement",
    "Limits",
    "Recorded",
    "Recorder",
    "ReplayReport",
    "Sides",
    "Summary",
    "Usage",
    "WorkerSpec",
    "build",
    "outside_window",
    "recorded_since",
    "replay",
    "repository_worker",
    "responses_of",
    "usage",
]
