"""
Unicode properties as sets, as far as ``unicodedata`` gives them exactly.

It has neither scripts nor emoji; ``lookup`` returns None for them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import chain

from schemadiff.algebra.charset import ANY, LIMIT, SPACE, CharSet, union_of

# General_Category: short value, long value, other aliases; groups name their parts.
_CATEGORIES = {
    "Lu": ("Uppercase_Letter",),
    "Ll": ("Lowercase_Letter",),
    "Lt": ("Titlecase_Letter",),
    "LC": ("Cased_Letter",),
    "Lm": ("Modifier_Letter",),
    "Lo": ("Other_Letter",),
    "L": ("Letter",),
    "Mn": ("Nonspacing_Mark",),
    "Mc": ("Spacing_Mark",),
    "Me": ("Enclosing_Mark",),
    "M": ("Mark", "Combining_Mark"),
    "Nd": ("Decimal_Number", "digit"),
    "Nl": ("Letter_Number",),
    "No": ("Other_Number",),
    "N": ("Number",),
    "Pc": ("Connector_Punctuation",),
    "Pd": ("Dash_Punctuation",),
    "Ps": ("Open_Punctuation",),
    "Pe": ("Close_Punctuation",),
    "Pi": ("Initial_Punctuation",),
    "Pf": ("Final_Punctuation",),
    "Po": ("Other_Punctuation",),
    "P": ("Punctuation", "punct"),
    "Sm": ("Math_Symbol",),
    "Sc": ("Currency_Symbol",),
    "Sk": ("Modifier_Symbol",),
    "So": ("Other_Symbol",),
    "S": ("Symbol",),
    "Zs": ("Space_Separator",),
    "Zl": ("Line_Separator",),
    "Zp": ("Paragraph_Separator",),
    "Z": ("Separator",),
    "Cc": ("Control", "cntrl"),
    "Cf": ("Format",),
    "Cs": ("Surrogate",),
    "Co": ("Private_Use",),
    "Cn": ("Unassigned",),
    "C": ("Other",),
}
_VALUES = {name: short for short, names in _CATEGORIES.items() for name in (short, *names)}

# Planes without a single assigned character need no look at each code point.
_BARREN = range(0x40000, 0xE0000)
_PRIVATE = (range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))


@cache
def _by_category() -> dict[str, CharSet]:
    """
    The code points of every two-letter General_Category.
    """
    pairs: dict[str, list[tuple[int, int]]] = {}
    previous, start = "", 0
    for code in chain(range(_BARREN.start), range(_BARREN.stop, 0xE1000)):
        category = unicodedata.category(chr(code))
        if category != previous:
            if previous:
                pairs.setdefault(previous, []).append((start, code - 1))
            previous, start = category, code
    pairs.setdefault(previous, []).append((start, _PRIVATE[0].start - 1))
    pairs["Cn"].append((_BARREN.start, _BARREN.stop - 1))
    for each in _PRIVATE:
        pairs["Co"].append((each.start, each.stop - 1))
        pairs["Cn"].append((each.stop, each.stop + 1))
    return {name: CharSet.ranges(result) for name, result in pairs.items()}


@cache
def category(name: str) -> CharSet | None:
    """
    The set of a General_Category value, by any of its names; None if unknown.
    """
    short = _VALUES.get(name)
    if short is None:
        return None
    table = _by_category()
    if short == "LC":
        return union_of(table[each] for each in ("Lu", "Ll", "Lt"))
    return union_of(table[each] for each in table if each.startswith(short))


def is_category(name: str) -> bool:
    """
    Whether the name is a General_Category value.
    """
    return name in _VALUES


def _where(suits: Callable[[str], bool]) -> CharSet:
    """
    The assigned characters for which a method of ``str`` is true.
    """
    assigned = ~_by_category()["Cn"] - _by_category()["Co"]
    return CharSet.ranges(
        (code, code) for first, last in assigned.pairs() for code in range(first, last + 1) if suits(chr(code))
    )


_BINARY: dict[str, Callable[[], CharSet]] = {
    "Any": lambda: ANY,
    "ASCII": lambda: CharSet((0, 0x80)),
    "Assigned": lambda: ~_by_category()["Cn"],
    "ASCII_Hex_Digit": lambda: CharSet.of("0123456789abcdefABCDEF"),
    "Hex_Digit": lambda: CharSet.ranges(
        (base + ord(first), base + ord(last)) for base in (0, 0xFEE0) for first, last in ("09", "af", "AF")
    ),
    # The properties below are closed by the stability policy, or fixed lists.
    "White_Space": lambda: SPACE - CharSet.of("\ufeff") | CharSet.of("\x85"),
    "Noncharacter_Code_Point": lambda: CharSet.ranges(
        [(0xFDD0, 0xFDEF), *((each, each + 1) for each in range(0xFFFE, LIMIT, 0x10000))]
    ),
    "Join_Control": lambda: CharSet.of("\u200c\u200d"),
    "Regional_Indicator": lambda: CharSet.ranges([(0x1F1E6, 0x1F1FF)]),
    "Pattern_White_Space": lambda: CharSet.of("\t\n\v\f\r \x85\u200e\u200f\u2028\u2029"),
    # Python answers these from the derived core properties themselves.
    "Lowercase": lambda: _where(str.islower),
    "Uppercase": lambda: _where(str.isupper),
    "XID_Start": lambda: _where(str.isidentifier) - CharSet.of("_"),
    "XID_Continue": lambda: _where(lambda each: ("a" + each).isidentifier()),
}
_BINARY_ALIASES = {
    "AHex": "ASCII_Hex_Digit",
    "Hex": "Hex_Digit",
    "space": "White_Space",
    "NChar": "Noncharacter_Code_Point",
    "Join_C": "Join_Control",
    "RI": "Regional_Indicator",
    "Pat_WS": "Pattern_White_Space",
    "Lower": "Lowercase",
    "Upper": "Uppercase",
    "XIDS": "XID_Start",
    "XIDC": "XID_Continue",
}
# Known to ECMA-262, but not to be had exactly from Python's tables.
# fmt: off
_BEYOND = frozenset({
    "Alphabetic", "Alpha", "Bidi_Control", "Bidi_C", "Bidi_Mirrored", "Bidi_M", "Case_Ignorable",
    "CI", "Cased", "Changes_When_Casefolded", "CWCF", "Changes_When_Casemapped", "CWCM",
    "Changes_When_Lowercased", "CWL", "Changes_When_NFKC_Casefolded", "CWKCF",
    "Changes_When_Titlecased", "CWT", "Changes_When_Uppercased", "CWU", "Dash",
    "Default_Ignorable_Code_Point", "DI", "Deprecated", "Dep", "Diacritic", "Dia", "Emoji",
    "Emoji_Component", "EComp", "Emoji_Modifier", "EMod", "Emoji_Modifier_Base", "EBase",
    "Emoji_Presentation", "EPres", "Extended_Pictographic", "ExtPict", "Extender", "Ext",
    "Grapheme_Base", "Gr_Base", "Grapheme_Extend", "Gr_Ext", "IDS_Binary_Operator", "IDSB",
    "IDS_Trinary_Operator", "IDST", "ID_Continue", "IDC", "ID_Start", "IDS", "Ideographic", "Ideo",
    "Logical_Order_Exception", "LOE", "Math", "Pattern_Syntax", "Pat_Syn", "Quotation_Mark",
    "QMark", "Radical", "Sentence_Terminal", "STerm", "Soft_Dotted", "SD", "Terminal_Punctuation",
    "Term", "Unified_Ideograph", "UIdeo", "Variation_Selector", "VS",
})
# fmt: on


@cache
def binary(name: str) -> CharSet | None:
    """
    The set of a binary property of ECMA-262; None if it is unknown here.
    """
    make = _BINARY.get(_BINARY_ALIASES.get(name, name))
    return make() if make else None


def beyond(name: str) -> bool:
    """
    Whether the binary property is one of ECMA-262 but unsupported here.
    """
    return name in _BEYOND


def lookup(expression: str) -> CharSet | None:
    r"""
    The set named by ``\p{expression}``; None if it is not known exactly.

    Raises ``ValueError`` if there is no such property in ECMA-262.
    """
    name, equals, value = expression.partition("=")
    if not equals:
        char_set = category(name)
        char_set = binary(name) if char_set is None else char_set
        if char_set is None and not beyond(name):
            raise ValueError(f"unknown property {name!r}")
        return char_set
    if name in ("General_Category", "gc"):
        char_set = category(value)
        if char_set is None:
            raise ValueError(f"unknown category {value!r}")
        return char_set
    if name in ("Script", "sc", "Script_Extensions", "scx") and value.replace("_", "").isalpha():
        return None
    raise ValueError(f"unknown property {name!r}")
