"""
The closed union of formulas: boolean structure over atoms that are guarded by a JSON type.

An atom constrains values of one type, ``guard``; of all other values it says ``for_other_types``. Each class has a
``negation``, which is a formula of the union again, so that formulas stay in negation normal form.

Formulas are made by an ``Arena`` only, which interns them: equal formulas are the same object and are compared by
identity. Code that handles every class ends its ``match`` with ``raise unhandled(formula)``, so that mypy reports a
class that is not handled.
"""

from __future__ import annotations

from typing import TypeAlias

from schemadiff.formula import atoms, compounds

NumberAtom: TypeAlias = atoms.NumberBound | atoms.MultipleOf | atoms.NumberIn | atoms.NumberNotIn
StringAtom: TypeAlias = atoms.StringIn | atoms.StringNotIn | atoms.InLanguage | atoms.NonRegular | atoms.Length
ArrayAtom: TypeAlias = (
    atoms.OptionalItem | atoms.RequiredItem | atoms.AtLeast | atoms.AtMost | atoms.Distinct | atoms.ItemCount
)
ObjectAtom: TypeAlias = atoms.EveryProperty | atoms.SomeProperty | atoms.PropertyCount
Atom: TypeAlias = NumberAtom | StringAtom | ArrayAtom | ObjectAtom
Compound: TypeAlias = (
    compounds.True_
    | compounds.False_
    | compounds.And
    | compounds.Or
    | compounds.AtMostOne
    | compounds.AtLeastTwo
    | compounds.OfType
    | compounds.Reference
    | compounds.Opaque
)
Formula: TypeAlias = Compound | Atom
"""Every formula is an instance of one of these classes."""
