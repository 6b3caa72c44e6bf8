"""
The most readable shortest word of a term, without a search.
"""

from __future__ import annotations

from schemadiff.algebra.charset import rank
from schemadiff.algebra.regex.terms import CAT, CHARS, EMPTY, OR, POWER, Term


def ranks(word: str, position: int, most: int) -> str:
    """
    The ranks of the first ``most`` characters of a word at a position, spelled as a string.
    """
    return "".join(chr(rank(char, position + index)) for index, char in enumerate(word[:most]))


def spell(term: Term, position: int) -> str:
    """
    The shortest word of a term without lookaround that reads best at a position.

    A shortest word of a concatenation consists of shortest words of its parts, so that
    each part is chosen independently.
    """
    pieces: list[str] = []
    while term is not EMPTY:
        head, term = (term.head, term.tail) if term.kind == CAT else (term, EMPTY)
        piece = _spell(head, position)
        pieces.append(piece)
        position += len(piece)
    return "".join(pieces)


def _spell(term: Term, position: int) -> str:
    """
    ``spell`` for anything but a concatenation.
    """
    if term.low == 0:
        return ""
    if term.kind == CHARS:
        return term.chars.pick(position)
    if term.kind == POWER:
        times = term.counts[0][0]
        return "".join(spell(term.head, position + index * term.head.low) for index in range(times))
    if term.kind == OR:
        words = [spell(option, position) for option in term.options if option.low == term.low]
    else:
        words = [each for each in term.words if len(each) == term.low]
    return min(words, key=lambda word: ranks(word, position, len(word)))
