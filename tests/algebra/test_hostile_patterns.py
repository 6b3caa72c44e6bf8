"""
Hostile patterns: judged by steps and by the interpreter's stack, never by the clock.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from schemadiff.algebra.budget import UNBOUNDED, StepBudget
from schemadiff.algebra.regex import ALL, Language
from schemadiff.algebra.regex.parser import MAX_NESTING

matching = Language.matching


class ExhaustedError(Exception):
    pass


class Meter:
    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, n: int = 1) -> None:
        self.left -= n
        if self.left < 0:
            raise ExhaustedError


@pytest.mark.parametrize(
    ("steps", "expected", "question"),
    [
        (10, True, lambda b: matching("^[a-z]{1,512}$").is_subset(matching("^.{0,10000}$"), b)),
        (10, True, lambda b: matching("^(a|b){1,1000}c$").equivalent(matching("^[ab]{1,1000}c$"), b)),
        (1_000, 10_000, lambda b: shortest_length(matching("^.{0,10000}$") - matching("^.{0,9999}$"), b)),
        (20_000, 1_000, lambda b: shortest_length(matching("^(a|bc){1,1000}$") - matching("^(a|bc){1,999}$"), b)),
        (10, True, lambda b: matching("^(((a{0,100}){0,100}){0,100}){0,100}$").is_finite(b)),
        (
            10,
            True,
            lambda b: matching("^(((a{0,100}){0,100}){0,100}){0,100}$").equivalent(matching("^a{0,100000000}$"), b),
        ),
        (5_000, 501, lambda b: matching("^" + "a?" * 500 + "a" * 500 + "$").count(1000, b)),
        (100, True, lambda b: matching("^(x+x+)+y$").is_subset(matching("^xx+y$"), b)),
        (10, True, lambda b: matching("^(a*)*$").is_subset(matching("^(a|aa)*$"), b)),
        (2_000, 17, lambda b: shortest_length(matching("^[ab]*$") - matching("^[ab]{0,16}$"), b)),
        (100, True, lambda b: matching("^[ab]*a[ab]{14}$").is_subset(matching("^[ab]*a[ab]{13}[ab]$"), b)),
        (10, False, (~matching("^(a|b)*a(a|b){20}$")).is_empty),
        (5_000, 1_000, lambda b: matching("^((ab{0,100}){0,100}c){0,100}$").count(1000, b)),
        (10, True, lambda b: matching("^" + "[ab]" * 20_000 + "$").is_finite(b)),
        (10, True, lambda b: matching("^" + "[ab]" * 20_000 + "$").is_subset(Language.lengths(20_000, 20_000), b)),
        (10_000, 90_000, lambda b: len(matching("^" + "ab" * 45_000 + "$").shortest(b) or "")),
        (80_000, True, lambda b: matching(_any_of(f"word{i}x" for i in range(5_000))).is_subset(matching("^w.*x$"), b)),
        (20_000, True, lambda b: matching(_any_of(f"w{i}[a-z]+" for i in range(500))).is_subset(matching("^w\\d+"), b)),
        (100_000, 10, lambda b: shortest_length(matching("".join(f"(?=.*{x})" for x in "abcdefghij")), b)),
        (20_000, True, lambda b: matching("^" + "a?b?c?" * 1_000 + "$").is_finite(b)),
        (4_000_000, True, lambda b: matching("^" + "a?b?c?" * 1_000 + "$").contains("abc" * 1_000, b)),
        (4_000_000, False, lambda b: matching("^" + "a?b?c?" * 1_000 + "$").contains("abc" * 1_000 + "a", b)),
        (1_000, True, lambda b: matching(r"^(?:(?!--)[a-z-]){1,63}(?<!-)$").contains("a-b", b)),
        (100, "aB3def", lambda b: matching(r"^(?=.*\d)(?=.*[A-Z])(?=.*[a-z]).{6,}$").shortest(b) and "aB3def"),
    ],
)
def test_steps(steps: int, expected: object, question: Callable[[Meter], object]) -> None:
    """
    Counted repetition and nondeterminism are not unrolled.
    """
    assert question(Meter(steps)) == expected


def shortest_length(language: Language, budget: StepBudget) -> int:
    return len(language.shortest(budget) or "")


def _any_of(patterns: object) -> str:
    return "^(" + "|".join(patterns) + ")$"  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "question",
    [
        (matching("^(a{997})*$") & matching("^(a{991})+$")).is_empty,
        (matching("^[ab]*$") - matching("^[ab]*(a[ab]{18}b|b[ab]{19}a)[ab]*$") - matching("^[ab]{0,60}$")).shortest,
        lambda b: list((matching("^[ab]{40}$") & matching("^(a|bb)+$")).words(b)),
        lambda b: matching("^" + "a?b?c?" * 1_000 + "$").contains("abc" * 1_000, b),
    ],
)
def test_exhaustion_is_the_callers_exception(question: Callable[[Meter], object]) -> None:
    """
    What would take too long ends with the exception of the budget, soon.
    """
    with pytest.raises(ExhaustedError):
        question(Meter(3_000))


@pytest.mark.parametrize(
    "pattern",
    [
        "^" + "(a|b" * MAX_NESTING + ")*" * MAX_NESTING + "$",
        "^" + "(?:a?b?" * MAX_NESTING + ")*" * MAX_NESTING + "$",
        "(?!a" * 23 + ")" * 23,
        "(?<=a" * 23 + ")" * 23,
        r"(?:\b" * 23 + "a" + ")" * 23,
        "(?:^a|b$" * 23 + ")+" * 23,
        "^" + "(?:a|)" * 5_000 + "$",
        "(?:a|b)" * 5_000,
        "|".join(["^a$", "^b$"] * 2_000),
        "[ab]?" * 5_000 + "c",
    ],
)
def test_the_stack_stays_shallow(pattern: str) -> None:
    """
    Nothing that is accepted comes near the limit of recursion.
    """
    problems: list[BaseException] = []

    def run() -> None:
        try:
            language = matching(pattern)
            meter = Meter(20_000)
            language.is_empty(meter)
            language.contains("ab", meter)
            (language - matching("^a*$")).is_empty(meter)
            language.is_finite(meter)
        except ExhaustedError:
            pass
        except BaseException as problem:
            problems.append(problem)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(600)
    try:
        # A thread of its own starts with an empty stack, whatever runs the tests.
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)

    assert problems == []


def test_found_once() -> None:
    """
    Patterns that once were read wrongly, or took forever.
    """
    # A negated condition on the start, inside a repetition that reads nothing.
    assert not matching("(?:(?!^[^])(?=[^a])){3,4}").contains("b")
    # Dead ends in front of a million characters that must not be tried one by one.
    meter = Meter(3_000)
    assert next((matching(r"\wc$") - matching("^.*$")).words(meter)) == "\n2c"
    assert matching(r"(?=(?<=\ba))b|^$").shortest() == ""
    assert shortest_length(ALL - matching("^[^]{0,3}$"), UNBOUNDED) == 4
