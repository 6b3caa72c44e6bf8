"""
The options of a run: what they are, which values they take, and which layer decides.
"""

from schemadiff.options.checks import checked
from schemadiff.options.layers import DEFAULTS, for_contract, merged, settled
from schemadiff.options.model import (
    FAIL_LEVELS,
    MAX_SECONDS,
    MIN_SECONDS,
    OPTIONS,
    LevelOverride,
    Options,
    OptionSpec,
    Promise,
)

__all__ = [
    "DEFAULTS",
    "FAIL_LEVELS",
    "MAX_SECONDS",
    "MIN_SECONDS",
    "OPTIONS",
    "LevelOverride",
    "OptionSpec",
    "Options",
    "Promise",
    "checked",
    "for_contract",
    "merged",
    "settled",
]
