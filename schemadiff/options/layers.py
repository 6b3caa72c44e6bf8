"""
The layers of options: flags, settings file, rule set, manifest, defaults.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schemadiff.options.checks import checked
from schemadiff.options.model import OPTIONS, Options

if TYPE_CHECKING:
    from schemadiff.catalog import Contract


def merged(*layers: Options) -> Options:
    """
    Each option from the first layer that gives it.
    """
    values = {name: [getattr(layer, name) for layer in layers] for name in OPTIONS}
    return Options(**{name: next((each for each in of if each is not None), None) for name, of in values.items()})


def settled(flags: Options, settings: Options | None = None) -> Options:
    """
    The options of a run: flags, else the settings file, else the rule set's emission. What a manifest may still
    decide stays None until ``for_contract``.

    Raises:
        UsageError: there is no such rule set, dialect or value.
    """
    stated = checked(merged(flags, settings or Options()))
    emission: Any = stated.emission or stated.rule_set.emission
    return replace(stated, emission=emission, as_of=stated.day)


def for_contract(options: Options, contract: Contract | None) -> Options:
    """
    The options of a comparison: those of the run, else the contract's in the manifest, else the defaults.
    """
    if contract is None:
        return merged(options, DEFAULTS)
    promise: Any = contract.promise
    return merged(options, Options(promise=promise, version_field=contract.version_field), DEFAULTS)


DEFAULTS = Options(
    **{name: spec.default for name, spec in OPTIONS.items() if spec.default is not None}, promise="backward"
)
"""The values that hold where nothing else decides."""
