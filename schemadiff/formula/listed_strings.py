"""
Formulas about strings: the strings that they list one by one, and what they say of all others.
"""

from __future__ import annotations

from schemadiff.formula.arena import Arena
from schemadiff.formula.terms import And, Formula, Or, StringIn, StringNotIn


def listed_strings(names: Formula) -> frozenset[str]:
    """
    The strings that a formula lists one by one.
    """
    if isinstance(names, (StringIn, StringNotIn)):
        return names.strings
    if isinstance(names, (And, Or)):
        return frozenset[str]().union(*map(listed_strings, names.parts))
    return frozenset()


def beyond_strings(arena: Arena, names: Formula) -> Formula:
    """
    What a formula says of strings that it does not list one by one.
    """
    if isinstance(names, (StringIn, StringNotIn)):
        return arena.constant(isinstance(names, StringNotIn))
    if isinstance(names, And):
        return arena.all_of([beyond_strings(arena, part) for part in names.parts])
    if isinstance(names, Or):
        return arena.any_of([beyond_strings(arena, part) for part in names.parts])
    return names
