"""
Formulas: and/or over typed constraints, in negation normal form and hash-consed.

A formula speaks of one JSON value. Its atoms are guarded by a type: of values of another type an atom says the same
thing always (``otherwise``). Every atom has a dual that is an atom again, so that a negation never has to be kept.
Equal formulas of one arena are the same object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeAlias

NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT = (1 << position for position in range(7))
"""The types as bits; the two booleans are types of their own, so that no further atom is needed for them."""

ANY = 127
KINDS = (NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT)

Counts: TypeAlias = "tuple[tuple[int, float], ...]"

_DUALS = {
    "low": "high",
    "multiple": "fraction",
    "number-in": "number-out",
    "word-in": "word-out",
    "language": "language-not",
    "odd": "odd-not",
    "item": "item-must",
    "least": "most",
    "unique": "repeated",
    "every": "some",
    "length": "length",
    "size": "size",
    "count": "count",
}
_DUALS |= {dual: op for op, dual in _DUALS.items()}

GUARD = {
    **dict.fromkeys(("low", "high", "multiple", "fraction", "number-in", "number-out"), NUMBER),
    **dict.fromkeys(("word-in", "word-out", "language", "language-not", "odd", "odd-not", "length"), STRING),
    **dict.fromkeys(("item", "item-must", "least", "most", "unique", "repeated", "size"), ARRAY),
    **dict.fromkeys(("every", "some", "count"), OBJECT),
}
"""The type that each kind of atom speaks of."""


_WHOLE = frozenset(("ref", "ref-not", "opaque", "opaque-not"))
"""What is not looked into."""


class TooLarge(Exception):  # noqa: N818 - a state of the arena that its user turns into an answer
    """
    An arena holds as many formulas as memory allows.
    """


class Formula:
    """
    One formula; made by an arena only, compared by identity.

    Attributes:
        op: ``and``, ``or``, ``lone`` (at most one of some formulas holds), ``lone-not``, ``type``, ``ref``,
            ``ref-not``, ``opaque``, ``opaque-not``, or the name of an atom:

            =============================  ==========================================================================
            ``low``, ``high``              (bound, strict): above or below a number
            ``multiple``, ``fraction``     (divisor): a multiple of it, or none
            ``number-in``, ``number-out``  (set of Fractions): among them or not
            ``word-in``, ``word-out``      (set of texts): among them or not
            ``language``, ``…-not``        (language): in a regular language or not
            ``odd``, ``odd-not``           (key, reason): in a set of texts that cannot be computed with
            ``length``, ``size, count``    (ranges): number of code points, items, members
            ``item``, ``item-must``        (i, f): if there is an item i it satisfies f; there is one and it does
            ``least``, ``most``            (n, i, f): at least or most n of the items from i on satisfy f
            ``unique``, ``repeated``       (): all items differ, or two are equal
            ``every``, ``some``            (l, f): every or some member whose name satisfies l satisfies f
            =============================  ==========================================================================
        args: what the operator takes.
        guard: the type that an atom speaks of; 0 for all else.
        otherwise: what an atom says of values of other types.
        uid: the number in its arena, in order of creation.
    """

    __slots__ = ("args", "dual_", "guard", "kinds_", "op", "otherwise", "uid", "views")

    def __init__(self, op: str, args: tuple[Any, ...], otherwise: bool, uid: int) -> None:
        self.op = op
        self.guard = GUARD.get(op, 0)
        self.args = args
        self.otherwise = otherwise
        self.uid = uid
        self.dual_: Formula | None = None
        self.kinds_: int | None = None
        self.views: dict[int, Formula] | None = None

    def __repr__(self) -> str:
        return f"{self.op}{self.args!r}"


class Reference:
    """
    A formula that is written out only when somebody looks: a subschema, shared or recursive.

    Attributes:
        key: two references of one arena with equal keys are the same.
        place: the subschema, for messages.
        founded: whether it has been checked not to lead back to itself without descending into a value.
    """

    __slots__ = ("_expand", "_formula", "founded", "key", "place")

    def __init__(self, key: Hashable, expand: Callable[[], Formula], place: Any) -> None:
        self.key = key
        self.place = place
        self.founded = False
        self._expand: Callable[[], Formula] | None = expand
        self._formula: Formula | None = None

    def __repr__(self) -> str:
        return f"<{self.key}>"

    def formula(self) -> Formula:
        """
        What it stands for.
        """
        if self._formula is None:
            assert self._expand is not None
            self._formula = self._expand()
            self._expand = None
        return self._formula

    def release(self) -> None:
        """
        Let go of what it stands for.
        """
        self._formula = self._expand = None


class Arena:
    """
    Makes formulas, each once.

    Attributes:
        step: called for each formula that is made; None if nobody counts.
        tick: called with the number of formulas that are looked at.

    Arguments:
        limit: how many formulas may be made before ``TooLarge`` is raised.
        step, tick: see there; both may raise to stop.
    """

    def __init__(
        self,
        limit: int = 700_000,
        step: Callable[[], None] | None = None,
        tick: Callable[[int], None] | None = None,
    ) -> None:
        self._limit = limit
        self.step = step
        self.tick = tick or _uncounted
        self._known: dict[Hashable, Formula] = {}
        self._references: dict[Hashable, Reference] = {}
        self.true = self._make("and", ())
        self.false = self._make("or", ())
        self.true.dual_, self.false.dual_ = self.false, self.true

    def _make(self, op: str, args: tuple[Any, ...], otherwise: bool = False) -> Formula:
        key = (op, otherwise, args)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= self._limit:
                raise TooLarge
            if self.step is not None:
                self.step()
            found = self._known[key] = Formula(op, args, otherwise, len(self._known))
        return found

    def type(self, mask: int) -> Formula:
        """
        The value is of one of these types.
        """
        if mask == ANY:
            return self.true
        return self._make("type", (mask,)) if mask else self.false

    def constant(self, value: bool) -> Formula:
        """
        What always holds, or never.
        """
        return self.true if value else self.false

    def atom(self, op: str, *args: Any, otherwise: bool = True) -> Formula:
        """
        An atom; trivial ones come out as what they amount to.
        """
        trivial = self._trivial(op, args)
        if trivial is None:
            return self._make(op, args, otherwise)
        guard = GUARD[op]
        return self.type((guard if trivial else 0) | (ANY & ~guard if otherwise else 0))

    def _trivial(self, op: str, args: tuple[Any, ...]) -> bool | None:
        if op in ("every", "item") and args[1] is self.true:
            return True
        if op in ("some", "item-must") and args[1] is self.false:
            return False
        if op in ("every", "some") and self.view(args[0], STRING) is self.false:
            return op == "every"
        if op in ("least", "most"):
            if args[2] is self.false or (op == "least" and args[0] <= 0):
                return op == "most" or args[0] <= 0
            return False if args[0] < 0 else None
        if op in ("length", "size", "count"):
            return False if not args[0] else (True if args[0] == ((0, _INFINITY),) else None)
        if op in ("number-in", "word-in", "number-out", "word-out") and not args[0]:
            return op.endswith("out")
        return None

    def reference(self, key: Hashable, expand: Callable[[], Formula], place: Any = None) -> Formula:
        """
        A formula to be written out later; equal keys stand for equal formulas.
        """
        found = self._references.get(key)
        if found is None:
            found = self._references[key] = Reference(key, expand, place)
        return self._make("ref", (found,))

    def opaque(self, key: Hashable, reason: Any) -> Formula:
        """
        A formula of which nothing is known but that it is the same wherever the key is the same.
        """
        return self._make("opaque", (key, reason))

    def all_of(self, parts: Iterable[Formula]) -> Formula:
        """
        The conjunction.
        """
        return self._join("and", parts, self.true, self.false)

    def any_of(self, parts: Iterable[Formula]) -> Formula:
        """
        The disjunction.
        """
        return self._join("or", parts, self.false, self.true)

    def _join(self, op: str, parts: Iterable[Formula], neutral: Formula, zero: Formula) -> Formula:
        kept: dict[Formula, None] = {}
        mask = ANY if op == "and" else 0
        tick = self.tick
        flat: list[Formula] = []
        for part in parts:
            if part.op == op:
                tick(len(part.args))
                flat.extend(part.args)
            else:
                flat.append(part)
        tick(1 + len(flat))
        for part in flat:
            if part is zero:
                return zero
            if part is neutral or part in kept:
                continue
            if part.op == "type":
                mask = mask & part.args[0] if op == "and" else mask | part.args[0]
                continue
            dual = part.dual_
            if dual is not None and dual in kept:
                return zero
            kept[part] = None
        typed = self.type(mask)
        if typed is zero:
            return zero
        members = tuple(kept) if typed is neutral else (typed, *kept)
        if len(members) <= 1:
            return members[0] if members else neutral
        return self._make(op, members)

    def lone(self, parts: Iterable[Formula]) -> Formula:
        """
        At most one of the formulas holds.
        """
        written = [part for part in parts if part is not self.false]
        if self.true in written:
            written.remove(self.true)
            return self.all_of(self.dual(part) for part in written)
        members = Counter(written)
        # What is listed twice holds twice, if at all.
        never = [self.dual(part) for part, times in members.items() if times > 1]
        single = tuple(part for part, times in members.items() if times == 1)
        return self.all_of((*never, self._make("lone", single) if len(single) > 1 else self.true))

    def spelled(self, formula: Formula) -> Formula:
        """
        A ``lone`` or ``lone-not`` in terms of and, or.
        """
        if formula.op == "lone":
            return self.dual(self.spelled(self.dual(formula)))
        pairs, after = [], self.false
        for part in reversed(formula.args):
            pairs.append(self.all_of((part, after)))
            after = self.any_of((part, after))
        return self.any_of(reversed(pairs))

    def dual(self, formula: Formula) -> Formula:
        """
        The negation.
        """
        if formula.dual_ is None:
            found = self._dual(formula)
            formula.dual_, found.dual_ = found, formula
        return formula.dual_

    def _dual(self, formula: Formula) -> Formula:
        op, args = formula.op, formula.args
        self.tick(1)
        if op in ("and", "or"):
            parts = [self.dual(part) for part in args]
            return self.any_of(parts) if op == "and" else self.all_of(parts)
        if op == "type":
            return self.type(ANY & ~args[0])
        if op in ("ref", "ref-not", "opaque", "opaque-not", "lone", "lone-not"):
            return self._make(op[:-4] if op.endswith("-not") else op + "-not", args)
        if op in ("low", "high"):
            args = (args[0], not args[1])
        elif op in ("least", "most"):
            args = (args[0] - 1 if op == "least" else args[0] + 1, *args[1:])
        elif op in ("item", "item-must", "every", "some"):
            args = (args[0], self.dual(args[1]))
        elif op in ("length", "size", "count"):
            args = (complement(args[0]),)
        return self.atom(_DUALS[op], *args, otherwise=not formula.otherwise)

    def view(self, formula: Formula, kind: int) -> Formula:
        """
        What a formula says of values of one type: the other types' atoms are constants then.
        """
        views = formula.views
        found = None if views is None else views.get(kind)
        if found is None:
            if formula.op in _WHOLE or formula is self.true or formula is self.false:
                return formula
            if views is None:
                views = formula.views = {}
            found = views[kind] = self._view(formula, kind)
            if found.views is None:
                found.views = {}
            found.views.setdefault(kind, found)
        return found

    def _view(self, formula: Formula, kind: int) -> Formula:
        op, args = formula.op, formula.args
        self.tick(1)
        if op == "type":
            return self.constant(bool(args[0] & kind))
        if op in ("and", "or"):
            parts = (self.view(part, kind) for part in args)
            return self.all_of(parts) if op == "and" else self.any_of(parts)
        if op == "lone":
            return self.lone(self.view(part, kind) for part in args)
        if op == "lone-not":
            return self.dual(self.view(self.dual(formula), kind))
        if GUARD[op] != kind:
            return self.constant(formula.otherwise)
        if formula.otherwise:
            return formula
        return self.atom(op, *args)

    def kinds(self, formula: Formula) -> int:
        """
        The types of which a formula may hold, as far as can be told without writing references out.
        """
        found = formula.kinds_
        if found is None:
            found = formula.kinds_ = sum(kind for kind in KINDS if self.view(formula, kind) is not self.false)
        return found

    def release(self) -> None:
        """
        Let go of all formulas. They refer to each other in circles, which would have to wait for the collector of
        garbage otherwise; none may be used any more.
        """
        for formula in self._known.values():
            formula.dual_ = formula.views = None
        for reference in self._references.values():
            reference.release()
        self._known.clear()
        self._references.clear()


_INFINITY = float("inf")


def _uncounted(_: int) -> None:
    pass


def between(first: int, last: float = _INFINITY) -> Counts:
    """
    The natural numbers from one to another, both included.
    """
    return ((max(first, 0), last),) if max(first, 0) <= last else ()


def complement(counts: Counts) -> Counts:
    """
    The natural numbers that are not in a sorted tuple of ranges.
    """
    rest: list[tuple[int, float]] = []
    start: float = 0
    for first, last in counts:
        if start < first:
            rest.append((int(start), first - 1))
        start = last + 1
    if start != _INFINITY:
        rest.append((int(start), _INFINITY))
    return tuple(rest)
