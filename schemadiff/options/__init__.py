"""
The options of a run: what they are, which values they take, and which layer decides.
"""

from schemadiff.options.checks import checked
from schemadiff.options.dialect_names import find_dialect
from schemadiff.options.layers import DEFAULTS, for_contract, merged, settled
from schemadiff.options.model import (
    EMISSIONS,
    FAIL_LEVELS,
    FORMAT_MODES,
    MAX_SECONDS,
    MIN_SECONDS,
    OPTIONS,
    PROMISES,
    Emission,
    FailLevel,
    FormatMode,
    LevelOverride,
    Options,
    OptionSpec,
    Promise,
)

__all__ = [
    "DEFAULTS",
    "EMISSIONS",
    "FAIL_LEVELS",
    "FORMAT_MODES",
    "MAX_SECONDS",
    "MIN_SECONDS",
    "OPTIONS",
    "PROMISES",
    "Emission",
    "FailLevel",
    "FormatMode",
    "LevelOverride",
    "OptionSpec",
    "Options",
    "Promise",
    "checked",
    "find_dialect",
    "for_contract",
    "merged",
    "settled",
]
