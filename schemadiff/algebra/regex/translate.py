r"""
Translation of ECMA-262 patterns for Python's ``re``.

The engines differ in what ``\d``, ``\w``, ``\s``, ``\b``, ``.`` and ``$`` mean, so that
all of them are expanded to code points.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from schemadiff.algebra.charset import ANY, CharSet
from schemadiff.algebra.regex import syntax
from schemadiff.algebra.regex.errors import Unsupported
from schemadiff.algebra.regex.parser import parse

# The largest count that ``re`` keeps apart from no limit at all.
_MOST = 2**32 - 2


@lru_cache(maxsize=4096)
def to_python(pattern: str) -> str:
    """
    A pattern for which ``re.search`` matches exactly where this one matches by ECMA-262.

    Raises ``PatternError`` if it is invalid, and ``Unsupported`` for constructs that are
    unsupported here or in ``re``, such as a lookbehind without a fixed width.
    """
    tree = parse(pattern).tree
    return "".join(_python(tree))


def _python(node: syntax.Node) -> Iterator[str]:
    match node:
        case syntax.Chars(chars):
            yield _class(chars)
        case syntax.Sequence(parts):
            for part in parts:
                yield from _python(part)
        case syntax.Choice(options):
            yield "(?:"
            for index, option in enumerate(options):
                yield "|" if index else ""
                yield from _python(option)
            yield ")"
        case syntax.Repeat(body, least, most):
            if least > _MOST or (most or 0) > _MOST:
                raise Unsupported("repetition count too large for Python")
            yield "(?:"
            yield from _python(body)
            yield ")" + _times(least, most)
        case syntax.Edge(start):
            yield r"\A" if start else r"\Z"
        case syntax.Boundary(negated):
            # Python's own \B is false in an empty text.
            yield r"(?!(?a:\b))" if negated else r"(?a:\b)"
        case syntax.Look(body, behind, negated):
            if behind:
                yield from _behind(body, negated)
            else:
                yield "(?!" if negated else "(?="
                yield from _python(body)
                yield ")"


def _behind(body: syntax.Node, negated: bool) -> Iterator[str]:
    """
    A lookbehind per option, since each must have a fixed width.
    """
    options = body.options if isinstance(body, syntax.Choice) else (body,)
    yield "(?:"
    for index, option in enumerate(options):
        if _width(option) is None:
            raise Unsupported("lookbehind without a fixed width in Python")
        yield "" if negated or not index else "|"
        yield "(?<!" if negated else "(?<="
        yield from _python(option)
        yield ")"
    yield ")"


def _times(least: int, most: int | None) -> str:
    if most is None:
        return {0: "*", 1: "+"}.get(least, f"{{{least},}}")
    return f"{{{least},{most}}}"


def _class(chars: CharSet) -> str:
    if chars is ANY:
        return "(?s:.)"
    if not chars:
        return r"[^\x00-\U0010ffff]"
    if chars.size == 1:
        return _spelled(chars.bounds[0])
    inverse = ~chars
    negated = len(inverse.bounds) < len(chars.bounds)
    ranges = (
        _spelled(first) if first == last else f"{_spelled(first)}-{_spelled(last)}"
        for first, last in (inverse if negated else chars).pairs()
    )
    return "[" + "^" * negated + "".join(ranges) + "]"


def _spelled(code: int) -> str:
    char = chr(code)
    if char.isascii() and char.isalnum():
        return char
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _width(node: syntax.Node) -> int | None:
    """
    The fixed width of the node; None if it varies.
    """
    match node:
        case syntax.Chars():
            return 1
        case syntax.Sequence(parts):
            widths = [_width(part) for part in parts]
            return None if None in widths else sum(width or 0 for width in widths)
        case syntax.Choice(options):
            known = {_width(option) for option in options}
            return known.pop() if len(known) == 1 else None
        case syntax.Repeat(body, least, most):
            width = _width(body)
            return None if width is None or least != most else width * least
        case _:
            return 0
