"""
Formulas: interning, negation, views by type, exclusive branches, and values with a text replaced.
"""

from __future__ import annotations

import gc
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from schemadiff.algebra.int_ranges import INFINITY, between, complement
from schemadiff.formula.arena import Arena, TooLarge
from schemadiff.formula.evaluate import Evaluator, kind_bit
from schemadiff.formula.relabel import relabel
from schemadiff.formula.terms import ANY, ARRAY, KINDS, NUMBER, STRING, AtMostOne, Formula, OptionalItem

VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    Decimal("0.5"),
    3,
    "",
    "a",
    "v1",
    "v2",
    [],
    [1],
    [1, 1],
    ["v1", "v2"],
    {},
    {"a": 1},
    {"a": "v1", "b": 1},
]


def atoms(arena: Arena) -> list[Formula]:
    name = arena.view(arena.string_in(frozenset(["a"])), STRING)
    one = arena.number_in(frozenset([Fraction(1)]), for_other_types=False)
    return [
        arena.of_type(NUMBER | STRING),
        arena.number_bound(Fraction(1, 2), upper=False, strict=True),
        arena.number_bound(Fraction(1, 2), upper=True, strict=False),
        arena.multiple_of(Fraction(3, 2)),
        arena.string_in(frozenset(["a", "v1"])),
        arena.length(between(1, 1)),
        arena.item_count(between(1, INFINITY)),
        arena.property_count(between(0, 1)),
        arena.optional_item(0, one),
        arena.at_least(1, 0, one),
        arena.at_most(0, 1, one),
        arena.distinct(),
        arena.every_property(name, one),
        arena.some_property(name, arena.true),
    ]


def test_equal_formulas_are_one_object() -> None:
    arena = Arena()
    assert atoms(arena) == atoms(arena)
    assert arena.all_of([arena.true, arena.all_of([])]) is arena.true
    assert arena.any_of([arena.of_type(NUMBER), arena.dual(arena.of_type(NUMBER))]) is arena.true


def test_the_dual_holds_just_where_the_formula_does_not() -> None:
    arena, evaluator = Arena(), Evaluator()
    every = atoms(arena)
    compounds = [arena.all_of(every), arena.any_of(every), arena.at_most_one(every), *every]
    for formula in compounds:
        dual = arena.dual(formula)
        assert arena.dual(dual) is formula
        for value in VALUES:
            assert evaluator.holds(formula, value) is not evaluator.holds(dual, value)


def test_a_view_says_the_same_of_its_type() -> None:
    arena, evaluator = Arena(), Evaluator()
    every = atoms(arena)
    for formula in [arena.all_of(every[4:]), arena.any_of(every), arena.at_most_one(every[3:]), *every]:
        for value in VALUES:
            view = arena.view(formula, kind_bit(value))
            assert evaluator.holds(view, value) is evaluator.holds(formula, value)


def test_lone_counts_what_is_listed_twice_twice() -> None:
    arena, evaluator = Arena(), Evaluator()
    text, short = arena.of_type(STRING), arena.length(between(0, 1), for_other_types=False)
    for parts, expected in (((text, short), "v1"), ((text, text), 0), ((short, text, short), "v1")):
        formula = arena.at_most_one(parts)
        spelled = arena.pairwise(formula) if isinstance(formula, AtMostOne) else formula
        for value in VALUES:
            holding = sum(bool(evaluator.holds(part, value)) for part in parts)
            assert evaluator.holds(formula, value) is (holding <= 1)
            assert evaluator.holds(spelled, value) is (holding <= 1)
        assert evaluator.holds(formula, expected) is True


def test_types_cover_everything() -> None:
    arena = Arena()
    assert sum(KINDS) == ANY
    assert arena.of_type(ANY) is arena.true
    assert arena.of_type(0) is arena.false


def test_an_arena_has_a_limit() -> None:
    arena = Arena(limit=10)
    full = [arena.number_bound(Fraction(number), upper=False, strict=False) for number in range(8)]
    assert arena.number_bound(Fraction(0), upper=False, strict=False) is full[0]
    with pytest.raises(TooLarge):
        arena.number_bound(Fraction(9), upper=False, strict=False)


def test_counts_complement() -> None:
    assert complement(((0, 2), (5, float("inf")))) == ((3, 4),)
    assert complement(()) == ((0, float("inf")),)


@pytest.mark.parametrize("way", [("a",), (), (0,), (1,)])
def test_a_relabelled_formula_speaks_of_the_value_afterwards(way: tuple[str | int, ...]) -> None:
    arena, swaps = Arena(), {"v1": "v2"}
    name = arena.view(arena.string_in(frozenset(["a"])), STRING)
    second = arena.string_in(frozenset(["v2"]), for_other_types=False)
    formulas = [
        second,
        arena.every_property(name, second),
        arena.some_property(name, second, for_other_types=False),
        arena.optional_item(0, second),
        arena.at_least(1, 0, second, for_other_types=False),
        arena.at_least(2, 0, second, for_other_types=False),
        arena.at_most(1, 0, second),
    ]
    formulas += [arena.dual(each) for each in formulas]
    for formula in formulas:
        for value in VALUES:
            expected = Evaluator().holds(formula, swapped(value, way, swaps))
            assert Evaluator().holds(relabel(arena, formula, way, swaps), value) is expected


def swapped(value: Any, way: tuple[str | int, ...], swaps: dict[str, str]) -> Any:
    if not way:
        return swaps.get(value, value) if isinstance(value, str) else value
    step = way[0]
    if isinstance(value, dict) and step in value:
        return {**value, step: swapped(value[step], way[1:], swaps)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], swapped(value[step], way[1:], swaps), *value[step + 1 :]]
    return value


def test_what_is_listed_twice_among_formulas_that_exclude_each_other_never_holds() -> None:
    """
    However often and among however many: that takes no longer than to read them.
    """
    arena = Arena()
    atoms = [
        arena.number_bound(Fraction(number), upper=False, strict=False, for_other_types=False)
        for number in range(20_000)
    ]

    assert arena.at_most_one([*atoms, *atoms[1:]]) is arena.all_of(map(arena.dual, atoms[1:]))
    assert arena.at_most_one([atoms[0], atoms[1], atoms[1], atoms[2]]) is arena.all_of(
        (arena.dual(atoms[1]), arena.at_most_one([atoms[0], atoms[2]]))
    )


def test_work_that_makes_no_formula_is_counted() -> None:
    """
    What is known already is found, but that takes its time where it is much.
    """
    ticks: list[int] = []
    arena = Arena(tick=ticks.append)
    parts = [arena.number_bound(Fraction(number), upper=False, strict=False) for number in range(1_000)]
    first = arena.any_of(parts)
    ticks.clear()

    assert arena.any_of(parts) is first
    assert sum(ticks) >= 1_000


def circling() -> Arena:
    """
    An arena whose formulas refer to each other in circles.
    """
    arena = Arena()
    parts = [arena.optional_item(number, arena.of_type(STRING)) for number in range(100)]
    whole = arena.reference("whole", lambda: arena.all_of((*parts, arena.optional_item(7, whole))))
    assert Evaluator().holds(arena.dual(arena.all_of((whole, *parts))), [1])
    assert arena.kinds(arena.dual(arena.all_of(parts))) == ARRAY
    return arena


def test_a_released_arena_leaves_no_formula_to_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        arena = circling()
        arena.release()
        assert [each for each in gc.get_objects() if isinstance(each, OptionalItem)] == []
    finally:
        gc.enable()
