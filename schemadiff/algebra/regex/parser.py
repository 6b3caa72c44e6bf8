"""
A parser of ECMA-262 patterns (2025, sections 22.2.1 and B.1.2) into a tree.

A pattern is parsed with the ``u`` flag. If that is invalid, it is parsed without the
flag by Annex B, still by code points. Where the two grammars would differ on an escape
of the ``u`` flag, the pattern is rejected as ambiguous.
"""

from __future__ import annotations

import re
from functools import lru_cache

from schemadiff.algebra import unicode_properties as properties
from schemadiff.algebra.charset import DIGIT, DOT, EMPTY, SPACE, WORD, CharSet, union_of
from schemadiff.algebra.regex.errors import PatternError, Unsupported
from schemadiff.algebra.regex.syntax import Boundary, Chars, Choice, Edge, Look, Node, Pattern, Repeat, Sequence

MAX_NESTING = 40
MAX_LENGTH = 100_000

_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CLASSES = {"d": DIGIT, "D": ~DIGIT, "s": SPACE, "S": ~SPACE, "w": WORD, "W": ~WORD}
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_BRACES = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_HEX = frozenset("0123456789abcdefABCDEF")


@lru_cache(maxsize=4096)
def parse(text: str) -> Pattern:
    """
    The tree of a pattern.

    Raises ``PatternError`` if it is not an ECMA-262 pattern, with or without the
    ``u`` flag, and ``Unsupported`` if it has a construct without a language here.
    """
    if len(text) > MAX_LENGTH:
        raise Unsupported(f"pattern longer than {MAX_LENGTH} characters")
    try:
        return Pattern(text, _Parser(text, legacy=False).run(), legacy=False)
    except PatternError as strict:
        try:
            return Pattern(text, _Parser(text, legacy=True).run(), legacy=True)
        except PatternError:
            raise strict from None


class _Group:
    """
    An open group: its kind, and the nodes read so far.
    """

    __slots__ = ("kind", "offset", "options", "parts")

    def __init__(self, kind: str, offset: int) -> None:
        self.kind = kind
        self.offset = offset
        self.options: list[Node] = []
        self.parts: list[Node] = []

    def close_option(self) -> None:
        parts = self.parts
        self.options.append(parts[0] if len(parts) == 1 else Sequence(tuple(parts)))
        self.parts = []

    def node(self) -> Node:
        self.close_option()
        body = self.options[0] if len(self.options) == 1 else Choice(tuple(self.options))
        if self.kind in ("(", "(?:"):
            return body
        return Look(body, behind="<" in self.kind, negated="!" in self.kind)


class _Parser:
    """
    One parse of a text under one grammar, with a stack of open groups.
    """

    def __init__(self, text: str, *, legacy: bool) -> None:
        self.text = text
        self.legacy = legacy
        self.at = 0
        self.stack = [_Group("(?:", 0)]
        self.refused: str | None = None
        self.names: set[str] = set()
        self.references: list[tuple[str, int]] = []
        self.captures, self.named = _count_groups(text)

    def run(self) -> Node:
        text = self.text
        while self.at < len(text):
            self.term(text[self.at])
        if len(self.stack) > 1:
            raise PatternError("unclosed group", self.stack[-1].offset)
        for name, offset in self.references:
            if name not in self.names:
                raise PatternError(f"no group named {name!r}", offset)
        if self.refused:
            raise Unsupported(self.refused)
        return self.stack[0].node()

    def refuse(self, reason: str) -> None:
        """
        Record the first unsupported construct; a later syntax error takes precedence.
        """
        self.refused = self.refused or reason

    def term(self, char: str) -> None:
        group = self.stack[-1]
        offset = self.at
        if char == "|":
            group.close_option()
            self.at += 1
        elif char == "(":
            self.open()
        elif char == ")":
            if len(self.stack) == 1:
                raise PatternError("unmatched ')'", offset)
            self.at += 1
            self.stack.pop()
            node = group.node()
            quantifiable = not isinstance(node, Look) or (self.legacy and not node.behind)
            self.append(node, quantifiable or group.kind in ("(", "(?:"))
        elif char in "^$":
            self.at += 1
            self.append(Edge(char == "^"), False)
        elif char in "*+?" or (char == "{" and (not self.legacy or self.braces() is not None)):
            raise PatternError("nothing to repeat", offset)
        elif char in "]}" and not self.legacy:
            raise PatternError(f"lone {char!r}", offset)
        elif char == "\\" and self.text[offset + 1 : offset + 2] in ("b", "B"):
            self.at += 2
            self.append(Boundary(self.text[offset + 1] == "B"), False)
        else:
            self.append(Chars(self.atom(char)), True)

    def append(self, node: Node, quantifiable: bool) -> None:
        """
        Append a node to the innermost group, with the quantifier that follows it.
        """
        offset = self.at
        char = self.text[offset : offset + 1]
        bounds: tuple[int, int | None] | None = None
        if char and char in "*+?":
            self.at += 1
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        elif char == "{":
            braces = self.braces()
            if braces is None and not self.legacy:
                raise PatternError("incomplete quantifier", offset)
            if braces is not None:
                bounds, self.at = braces
        if bounds is not None:
            if not quantifiable:
                raise PatternError("nothing to repeat", offset)
            least, most = bounds
            if most is not None and least > most:
                raise PatternError("numbers out of order in quantifier", offset)
            if self.text[self.at : self.at + 1] == "?":
                self.at += 1
            node = Repeat(node, least, most)
        self.stack[-1].parts.append(node)

    def braces(self) -> tuple[tuple[int, int | None], int] | None:
        """
        The quantifier ``{m,n}`` at this position and the offset behind it; None if there is none.
        """
        match = _BRACES.match(self.text, self.at)
        if match is None:
            return None
        least, comma, most = match.groups()
        low = _count(least)
        return (low, low if not comma else _count(most) if most else None), match.end()

    def open(self) -> None:
        text, offset = self.text, self.at
        if len(self.stack) > MAX_NESTING:
            raise Unsupported(f"groups nested deeper than {MAX_NESTING}")
        if text[offset + 1 : offset + 2] != "?":
            kind = "("
        else:
            kind = next(
                (each for each in ("(?:", "(?=", "(?!", "(?<=", "(?<!") if text.startswith(each, offset)),
                "",
            )
        if kind:
            self.at += len(kind)
        elif text.startswith("(?<", offset):
            kind = "("
            self.at += 3
            name = self.name()
            if name in self.names:
                raise PatternError(f"second group named {name!r}", offset)
            self.names.add(name)
        else:
            self.modifiers()
            kind = "(?:"
        self.stack.append(_Group(kind, offset))

    def modifiers(self) -> None:
        """
        Parse ``(?ims-ims:`` (ECMA-262 2025), which is valid but unsupported.
        """
        start = self.at + 2
        end = self.text.find(":", start)
        flags = self.text[start:end] if end >= 0 else "?"
        added, _, removed = flags.partition("-")
        letters = added + removed
        if not letters or set(letters) - set("ims") or len(set(letters)) < len(letters):
            raise PatternError("invalid group", self.at)
        self.refuse("modifiers")
        self.at = end + 1

    def name(self) -> str:
        end = self.text.find(">", self.at)
        name = self.text[self.at : end] if end >= 0 else ""
        plain = name.replace("$", "_").replace("\u200c", "_").replace("\u200d", "_")
        if not plain.isidentifier():
            if "\\u" in name:
                self.refuse("escape in a group's name")
            else:
                raise PatternError("invalid group name", self.at)
        self.at = end + 1
        return name

    def atom(self, char: str) -> CharSet:
        if char == ".":
            self.at += 1
            return DOT
        if char == "[":
            return self.bracket()
        if char != "\\":
            self.at += 1
            return CharSet.of(char)
        offset = self.at
        following = self.text[offset + 1 : offset + 2]
        if following in "123456789" and following:
            return self.back_reference(offset)
        if following == "k" and (self.named or not self.legacy):
            if self.text[offset + 2 : offset + 3] != "<":
                raise PatternError("invalid named reference", offset)
            self.at = offset + 3
            self.references.append((self.name(), offset))
            self.refuse("back-reference")
            return EMPTY
        return self.escape(in_class=False)

    def back_reference(self, offset: int) -> CharSet:
        """
        Parse a decimal escape, which Annex B may read as an octal number.
        """
        end = offset + 1
        while self.text[end : end + 1].isdecimal() and self.text[end : end + 1].isascii():
            end += 1
        if _count(self.text[offset + 1 : end]) <= self.captures:
            self.at = end
            self.refuse("back-reference")
            return EMPTY
        if not self.legacy:
            raise PatternError("reference to a group that does not exist", offset)
        return self.escape(in_class=False)

    def bracket(self) -> CharSet:
        opening = self.at
        self.at += 1
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        result: list[CharSet] = []
        while self.text[self.at : self.at + 1] != "]":
            if self.at >= len(self.text):
                raise PatternError("unclosed class", opening)
            offset = self.at
            first = self.member()
            dash = self.text[self.at : self.at + 1] == "-"
            if dash and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                result.append(self.span(first, self.member(), offset))
            else:
                result.append(first)
        self.at += 1
        union = union_of(result)
        return ~union if negated else union

    def member(self) -> CharSet:
        char = self.text[self.at]
        if char == "\\":
            return self.escape(in_class=True)
        self.at += 1
        return CharSet.of(char)

    def span(self, first: CharSet, last: CharSet, offset: int) -> CharSet:
        """
        The range between two members, which must be single characters.
        """
        low, high = _single(first), _single(last)
        if low is None or high is None:
            if not self.legacy:
                raise PatternError("invalid range in class", offset)
            return first | last | CharSet.of("-")
        if low > high:
            raise PatternError("range out of order in class", offset)
        return CharSet((low, high + 1))

    def escape(self, *, in_class: bool) -> CharSet:
        offset = self.at
        char = self.text[offset + 1 : offset + 2]
        self.at += 2
        if not char:
            raise PatternError("\\ at end of pattern", offset)
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP":
            return self.property(char == "P", offset)
        if char in _CONTROLS:
            return CharSet.of(_CONTROLS[char])
        if char == "b" and in_class:
            return CharSet.of("\b")
        if char == "c":
            return self.control(offset, in_class=in_class)
        if char in "ux":
            return self.hexadecimal(char, offset)
        if char in "0123456789":
            return self.octal(char, offset)
        if char in _SYNTAX or (char == "-" and in_class):
            return CharSet.of(char)
        if not self.legacy or (char == "k" and self.named):
            raise PatternError(f"invalid escape \\{char}", offset)
        return CharSet.of(char)

    def control(self, offset: int, *, in_class: bool) -> CharSet:
        r"""
        Read ``\cX``.
        """
        letter = self.text[offset + 2 : offset + 3]
        if letter.isascii() and letter.isalpha():
            self.at += 1
            return CharSet.of(chr(ord(letter) % 32))
        if not self.legacy:
            raise PatternError("invalid escape \\c", offset)
        if in_class and letter and (letter in "0123456789_"):
            self.at += 1
            return CharSet.of(chr(ord(letter) % 32))
        self.at = offset + 1
        return CharSet.of("\\")

    def hexadecimal(self, char: str, offset: int) -> CharSet:
        r"""
        Read ``\xHH``, ``\uHHHH`` (a surrogate pair as one) or ``\u{H...}``.
        """
        if char == "u" and self.text[self.at : self.at + 1] == "{":
            if self.legacy:
                return self.ambiguous("u")
            end = self.text.find("}", self.at)
            digits = self.text[self.at + 1 : end] if end >= 0 else ""
            if not digits or set(digits) - _HEX or int(digits[-16:], 16) > 0x10FFFF:
                raise PatternError("invalid Unicode escape", offset)
            if digits[:-16].strip("0"):
                raise PatternError("invalid Unicode escape", offset)
            self.at = end + 1
            return CharSet.of(chr(int(digits, 16)))
        code = self.digits(4 if char == "u" else 2)
        if code is None:
            if not self.legacy:
                raise PatternError(f"invalid escape \\{char}", offset)
            return CharSet.of(char)
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at):
            here, self.at = self.at, self.at + 2
            low = self.digits(4)
            if low is not None and 0xDC00 <= low < 0xE000:
                return CharSet.of(chr(0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00))
            self.at = here
        return CharSet.of(chr(code))

    def ambiguous(self, letter: str) -> CharSet:
        r"""
        Reject ``\p`` or ``\u{``, which Annex B reads as a plain letter against the author's intention.
        """
        self.refuse(f"\\{letter} in a pattern that is only valid without the u flag")
        return CharSet.of(letter)

    def digits(self, count: int) -> int | None:
        """
        Parse exactly so many hexadecimal digits, or none.
        """
        digits = self.text[self.at : self.at + count]
        if len(digits) < count or set(digits) - _HEX:
            return None
        self.at += count
        return int(digits, 16)

    def octal(self, char: str, offset: int) -> CharSet:
        r"""
        Read ``\0``, or one of the octal and identity escapes of Annex B.
        """
        following = self.text[self.at : self.at + 1]
        if char == "0" and not (following.isascii() and following.isdecimal()):
            return CharSet.of("\0")
        if not self.legacy:
            raise PatternError("invalid decimal escape", offset)
        if char in "89":
            return CharSet.of(char)
        self.at = offset + 2
        value = int(char)
        while len(self.text[offset + 1 : self.at]) < 3 and self.at < len(self.text):
            digit = self.text[self.at]
            if digit not in "01234567" or value * 8 + int(digit) > 0o377:
                break
            value = value * 8 + int(digit)
            self.at += 1
        return CharSet.of(chr(value))

    def property(self, negated: bool, offset: int) -> CharSet:
        r"""
        Read ``\p{...}`` or ``\P{...}``.
        """
        if self.legacy:
            return self.ambiguous("P" if negated else "p")
        end = self.text.find("}", self.at)
        if self.text[self.at : self.at + 1] != "{" or end < 0:
            raise PatternError("invalid property escape", offset)
        expression = self.text[self.at + 1 : end]
        self.at = end + 1
        try:
            char_set = properties.lookup(expression)
        except ValueError:
            raise PatternError(f"unknown property {expression!r}", offset) from None
        if char_set is None:
            self.refuse(f"property {expression}")
            return EMPTY
        return ~char_set if negated else char_set


def _single(chars: CharSet) -> int | None:
    return chars.bounds[0] if chars.size == 1 else None


def _count(digits: str) -> int:
    """
    The number, capped above the length of any string.
    """
    return int(digits) if len(digits.lstrip("0")) < 18 else 10**18


def _count_groups(text: str) -> tuple[int, bool]:
    captures, named, in_class, at = 0, False, False, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            name = text.startswith("(?<", at) and text[at + 3 : at + 4] not in ("=", "!")
            captures += name or text[at + 1 : at + 2] != "?"
            named = named or name
        at += 1
    return captures, named


def syntax_problem(pattern: str) -> str | None:
    """
    The reason why a text is not an ECMA-262 pattern; None if it is one.
    """
    try:
        parse(pattern)
    except PatternError as error:
        return str(error)
    except Unsupported:
        return None
    return None
