"""
Compatibility of patterns with Go's ``regexp`` package (RE2 syntax, Go 1.25).

The text is scanned by Go's rules, given that it is an ECMA-262 pattern; only the
differences of the two syntaxes are checked.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemadiff.algebra import unicode_properties as properties
from schemadiff.algebra.regex import syntax
from schemadiff.algebra.regex.errors import PatternError, Unsupported
from schemadiff.algebra.regex.parser import parse

_MOST_REPEATS = 1000
# Go allows a compiled program of 128 MiB, at 40 bytes an instruction.
_MOST_INSTRUCTIONS = (128 << 20) // 40

_LOOKS = {
    "(?=": "lookahead",
    "(?!": "negative lookahead",
    "(?<=": "lookbehind",
    "(?<!": "negative lookbehind",
}
_ALNUM = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_SHARED_ESCAPES = frozenset("dDsSwWafnrtv0")
_OUTSIDE_ESCAPES = frozenset("AbBzQ")
_BINARY = frozenset({"Any", "ASCII", "Assigned"})


def re2_problem(pattern: str) -> str | None:
    """
    The reason why Go rejects the pattern or reads it differently; None if neither.

    A text that is not an ECMA-262 pattern either has no problem of this kind.
    """
    try:
        tree = parse(pattern).tree
    except PatternError:
        return None
    except Unsupported:
        return next(_in_text(pattern), None)
    return next(_in_text(pattern), None) or next(_in_tree(tree), None)


def _in_text(text: str) -> Iterator[str]:
    """
    The problems in the text, from left to right.
    """
    if any(0xD800 <= ord(each) < 0xE000 for each in text):
        yield "lone surrogate"
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            if text[at + 1 : at + 2] in _OUTSIDE_ESCAPES:
                at += 2
                continue
            problem, at = _escape(text, at)
            if problem:
                yield problem
        elif char == "[":
            problem, at = _class(text, at)
            if problem:
                yield problem
        else:
            if char == "(":
                yield from _group(text, at)
            at += 1


def _group(text: str, at: int) -> Iterator[str]:
    for opening, problem in _LOOKS.items():
        if text.startswith(opening, at):
            yield problem
            return
    if text.startswith("(?<", at):
        name = text[at + 3 : text.find(">", at)]
        if set(name) - _ALNUM - {"_"}:
            yield f"group name {name!r}"


def _escape(text: str, at: int) -> tuple[str | None, int]:
    """
    The problem of an escape, if it has one, and the offset behind it.
    """
    char = text[at + 1 : at + 2]
    if char in ("p", "P"):
        return _property(text, at)
    if char in _SHARED_ESCAPES or char not in _ALNUM:
        return (f"escape \\{char}", at + 2) if not char.isascii() else (None, at + 2)
    if char in "1234567":
        octal = text[at + 2 : at + 3]
        return (None, at + 2) if octal and octal in "01234567" else ("back-reference", at + 2)
    if char == "k":
        return "back-reference", at + 2
    if char == "x":
        digits = text[at + 2 : at + 4]
        good = len(digits) == 2 and not set(digits) - frozenset("0123456789abcdefABCDEF")
        return (None, at + 4) if good else ("escape \\x", at + 2)
    return f"escape \\{char}", at + 2


def _property(text: str, at: int) -> tuple[str | None, int]:
    end = text.find("}", at)
    if text[at + 2 : at + 3] != "{" or end < 0:
        return "property escape", at + 2
    name = text[at + 3 : end]
    known = name in _BINARY or properties.is_category(name)
    return None if known else f"property {name}", end + 1


def _class(text: str, at: int) -> tuple[str | None, int]:
    """
    The problem of a character class, if it has one, and the offset behind it.

    In Go a bracket that comes first is a member, so that no class is empty.
    """
    at += 1 + text.startswith("^", at + 1)
    if text.startswith("]", at):
        return "empty class", at + 1
    while not text.startswith("]", at):
        if text.startswith("[:", at) and text.find(":]", at + 2) >= 0:
            return "class that starts with [:", at + 1
        group = text[at] == "\\" and text[at + 1 : at + 2] in tuple("dDsSwWpP")
        problem, at = _member(text, at)
        if problem:
            return problem, at
        if not group and text.startswith("-", at) and text[at + 1 : at + 2] not in ("]", ""):
            at += 1
            if text[at] == "\\" and text[at + 1 : at + 2] in tuple("dDsSwWpP"):
                return "range that ends in a class", at
            problem, at = _member(text, at)
            if problem:
                return problem, at
    return None, at + 1


def _member(text: str, at: int) -> tuple[str | None, int]:
    return _escape(text, at) if text[at] == "\\" else (None, at + 1)


def _in_tree(tree: syntax.Node) -> Iterator[str]:
    """
    Repetitions that are too large, alone or one inside the other.
    """
    stack = [(tree, _MOST_REPEATS)]
    while stack:
        node, allowed = stack.pop()
        match node:
            case syntax.Sequence(parts) | syntax.Choice(parts):
                stack += [(part, allowed) for part in parts]
            case syntax.Look(body):
                stack.append((body, allowed))
            case syntax.Repeat(body, least, most):
                repeats = least if most is None else most
                if repeats > _MOST_REPEATS:
                    yield f"repeat count above {_MOST_REPEATS}"
                elif repeats > allowed:
                    yield f"nested repeats above {_MOST_REPEATS}"
                if most != 0:
                    stack.append((body, allowed // max(repeats, 1)))
    if _size(tree) > _MOST_INSTRUCTIONS:
        yield "pattern too large"


def _size(node: syntax.Node) -> int:
    """
    The number of instructions of the compiled program, as Go estimates it.
    """
    match node:
        case syntax.Sequence(parts):
            return max(1, sum(map(_size, parts)))
        case syntax.Choice(options):
            return sum(map(_size, options)) + len(options) - 1
        case syntax.Repeat(body, least, most):
            inner = _size(body)
            if most is None:
                return 2 + inner if least == 0 else 1 + least * inner
            return max(1, most * inner + most - least)
        case _:
            return 1
