"""
Exact arithmetic on finite decimals: integers where possible, fractions otherwise.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import Union

Exact = Union[int, Fraction]  # noqa: UP007 - used at run time on Python 3.10
Number = Union[int, Fraction, Decimal]  # noqa: UP007

MAX_EXPONENT = 20_000
_WIDE = decimal.Context(prec=4 * MAX_EXPONENT, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
# An integer of more digits is easier to read with an exponent.
_LONG = 10**25


def exact(number: Number) -> Exact:
    """
    The same number as an integer if it is one, else as a fraction.

    Raises ``ValueError`` for a decimal that is not finite or whose exponent is out of range,
    ``TypeError`` for a value that is not an exact number.
    """
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    if isinstance(number, Fraction):
        return number.numerator if number.denominator == 1 else number
    if not isinstance(number, Decimal):
        raise TypeError(f"not an exact number: {number!r}")
    if not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT:
        raise ValueError("not a finite decimal of a reasonable exponent")
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    if exponent < -2 * MAX_EXPONENT or len(digits) > 2 * MAX_EXPONENT:
        raise ValueError("not a finite decimal of a reasonable length")
    if exponent >= 0:
        return int(number)
    ratio = Fraction(number)
    return ratio.numerator if ratio.denominator == 1 else ratio


def absolute(number: Exact) -> Exact:
    """
    The absolute value.
    """
    return -number if number < 0 else number


def difference(number: Exact, other: Exact) -> Exact:
    """
    The first number minus the second.
    """
    result = Fraction(number) - other
    return result.numerator if result.denominator == 1 else result


def divide(number: Exact, by: Exact) -> Exact:
    """
    The quotient.
    """
    ratio = Fraction(number) / by
    return ratio.numerator if ratio.denominator == 1 else ratio


def times(number: Exact, factor: Exact) -> Exact:
    """
    The product.
    """
    product = number * factor
    return product.numerator if product.denominator == 1 else product


def is_multiple(number: Exact, of: Exact) -> bool:
    """
    Whether the number is an integer times the other.
    """
    if isinstance(of, int) and isinstance(number, int):
        return number % of == 0
    return divide(number, of).denominator == 1


def common_multiple(one: Exact, other: Exact) -> Exact:
    """
    The least positive number of which both are divisors.
    """
    numerators = one.numerator * other.numerator // gcd(one.numerator, other.numerator)
    denominators = gcd(one.denominator, other.denominator)
    return numerators if denominators == 1 else Fraction(numerators, denominators)


def decimal_part(denominator: int) -> int:
    """
    The greatest divisor of the denominator that divides a power of ten.
    """
    rest = denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return denominator // rest


def is_decimal(number: Exact) -> bool:
    """
    Whether the number has a finite decimal expansion.
    """
    return isinstance(number, int) or decimal_part(number.denominator) == number.denominator


def decimal_step(step: Exact) -> Exact:
    """
    The step whose multiples are the multiples of this one that are finite decimals.
    """
    part = decimal_part(step.denominator)
    return step.numerator if part == 1 else Fraction(step.numerator, part)


def magnitude(number: Exact) -> int:
    """
    The approximate decimal logarithm of the absolute value, off by one at most.
    """
    bits = number.numerator.bit_length() - number.denominator.bit_length()
    return bits * 30103 // 100000


def written(number: Exact, *, integral: bool = False) -> int | Decimal:
    """
    A finite decimal as a value of JSON; ``integral`` forbids an exponent on integers.
    """
    if isinstance(number, int) and (integral or -_LONG < number < _LONG):
        return number
    scale, denominator = 0, number.denominator
    while denominator % 10 == 0:
        denominator //= 10
        scale += 1
    while denominator != 1:
        # What is left is a power of two or of five; ten times it gains one of them.
        denominator = denominator // 2 if denominator % 2 == 0 else denominator // 5
        scale += 1
    shifted = Decimal(number.numerator * 10**scale // number.denominator)
    return _WIDE.normalize(_WIDE.scaleb(shifted, -scale))
