"""
Findings that are accepted from outside of the change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from schemadiff.decide import Comparison, Finding, PolicyFinding
from schemadiff.decide.outcome import ACCEPTED


def accept_findings(comparisons: Iterable[Comparison], fingerprints: Collection[str]) -> list[Comparison]:
    """
    The comparisons, with their accepted findings marked.
    """
    return [
        replace(
            comparison,
            findings=tuple(
                replace(finding, waived=ACCEPTED)
                if finding.waived is None and finding.fingerprint in fingerprints
                else finding
                for finding in comparison.findings
            ),
        )
        for comparison in comparisons
    ]


def accept_remarks(remarks: Iterable[PolicyFinding], fingerprints: Collection[str]) -> list[PolicyFinding]:
    """
    The remarks, with the accepted ones marked; what could not be read cannot be accepted.
    """
    return [
        replace(remark, waived=ACCEPTED)
        if remark.waived is None and not remark.unreadable and remark.fingerprint in fingerprints
        else remark
        for remark in remarks
    ]


def acceptance_notes(
    comparisons: Iterable[Comparison], remarks: Iterable[PolicyFinding], fingerprints: Collection[str]
) -> list[str]:
    """
    A note on how many findings were accepted, and on each fingerprint that no finding has.
    """
    findings: list[Finding | PolicyFinding] = [each for comparison in comparisons for each in comparison.findings]
    findings += remarks
    known = {each.fingerprint for each in findings}
    accepted = [each for each in findings if each.waived == ACCEPTED]
    notes = []
    if accepted:
        many = "1 finding was" if len(accepted) == 1 else f"{len(accepted)} findings were"
        rules = ", ".join(sorted({each.rule for each in accepted}))
        notes.append(f"{many} accepted with --accept: {rules}.")
    return notes + [f"--accept {each}: no finding has this fingerprint." for each in fingerprints if each not in known]
