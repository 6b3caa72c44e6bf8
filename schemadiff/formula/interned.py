"""
What the classes of formulas have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

if TYPE_CHECKING:
    from schemadiff.formula.terms import Formula


def unhandled(value: NoReturn) -> AssertionError:
    """
    The error to raise at the end of an exhaustive ``match``: mypy accepts the call only where no class is left, as it
    does ``typing.assert_never`` of Python 3.11.
    """
    return AssertionError(f"no case for {value!r}")


class InternedFormula:
    """
    What all formulas have in common.

    Attributes:
        uid: the number in its arena, in order of creation.
        dual_: the negation, once it is known; use ``Arena.dual``.
        kinds_: the mask of types, once it is known; use ``Arena.kinds``.
        views: the restrictions to single types that are known; use ``Arena.view``.
    """

    __slots__ = ("dual_", "kinds_", "uid", "views")
    __match_args__: ClassVar[tuple[str, ...]] = ()

    uid: int
    dual_: Formula | None
    kinds_: int | None
    views: dict[int, Formula] | None

    def __repr__(self) -> str:
        fields = ", ".join(repr(getattr(self, name)) for name in self.__match_args__)
        return f"{type(self).__name__}({fields})"


class TypedAtom(InternedFormula):
    """
    What all atoms have in common.

    Attributes:
        guard: the type of the values that the atom constrains.
        for_other_types: whether the atom holds of values of other types.
    """

    __slots__ = ("for_other_types",)
    guard: ClassVar[int]

    for_other_types: bool

    @property
    def fields(self) -> tuple[Any, ...]:
        """
        The arguments of the atom's class.
        """
        return tuple(getattr(self, name) for name in self.__match_args__)
