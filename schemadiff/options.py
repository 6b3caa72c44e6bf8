"""
What the user of a run decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from schemadiff.catalog import Contract
from schemadiff.ruleset import DEFAULT, RuleSet

if TYPE_CHECKING:
    from schemadiff.containment import Emission
    from schemadiff.decide.comparison import Usage


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What the user decides; None leaves it to the manifest and its defaults.

    Attributes:
        promise: backward, forward, full or none.
        emission: ``declared`` or ``any``.
        formats: whether ``format`` is asserted.
        version_field: where the version tag is, or ``none``.
        rules: the rule set.
        fail_on: at which findings the run fails.
        budget: seconds for one question to the prover.
        as_of: the day for which the report holds.
        usage: from a contract and its old version to what recorded messages tell of changes; None if nobody asks.
        jobs: how many processes may share the work; 1 for this one alone, 0 for as many as there are processors.
    """

    as_of: date
    promise: str | None = None
    emission: Emission = "declared"
    formats: bool = False
    version_field: str | None = None
    rules: RuleSet = DEFAULT
    fail_on: str = "breaking"
    budget: float = 10.0
    usage: Callable[[Contract, str], Usage | None] | None = None
    jobs: int = 1
