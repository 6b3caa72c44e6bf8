"""
Is every instance of one schema an instance of another? Answers with witnesses, proofs or reasons.

The names are imported when they are used: what gets the judges ready must not wait for the search to be imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemadiff.containment.answers import Contained as Contained
    from schemadiff.containment.answers import Reason as Reason
    from schemadiff.containment.answers import Refuted as Refuted
    from schemadiff.containment.answers import Unknown as Unknown
    from schemadiff.containment.apart import asked as asked
    from schemadiff.containment.apart import begun as begun
    from schemadiff.containment.budget import Budget as Budget
    from schemadiff.containment.deep import with_deep_stack as with_deep_stack
    from schemadiff.containment.library import contains as contains
    from schemadiff.containment.library import generate as generate
    from schemadiff.containment.prover import Emission as Emission
    from schemadiff.containment.prover import Result as Result
    from schemadiff.containment.prover import Retag as Retag
    from schemadiff.containment.prover import Session as Session
    from schemadiff.containment.prover import Side as Side
    from schemadiff.containment.prover import contains_nodes as contains_nodes
    from schemadiff.containment.prover import separate as separate

_HOMES = {
    "answers": ("Contained", "Reason", "Refuted", "Unknown"),
    "apart": ("asked", "begun"),
    "budget": ("Budget",),
    "deep": ("with_deep_stack",),
    "library": ("contains", "generate"),
    "prover": ("Emission", "Result", "Retag", "Session", "Side", "contains_nodes", "separate"),
}
"""The modules in which the names live."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - the table above is the list


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return found
