"""
Front matter: the entries between two lines of ``---`` at the start of a Markdown file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from schemadiff.errors import InputError

_FENCED = "\n---\n"
"""The line that ends front matter; without its first character, the one that begins it."""

_BRACKETS = ("", "[", "{", '"')
"""The first characters of values that are not bare words."""

_WORD = r'("[^"]*")|([\w$.-]+)'
_JSON_WORD = re.compile(r"true|false|null|-?\d+(\.\d+)?")


def front_matter(text: str, name: str) -> tuple[dict[str, Any], str]:
    """
    The entries of a file's front matter by name, and the text behind it.

    One entry a line, bare words for strings, lists and mappings in brackets: a small part of YAML, whose parser
    would cost more for a hundred files than a comparison does.

    Raises:
        InputError: the text does not have that form; with the line.
    """
    end = text.find(_FENCED, len(_FENCED) - 2)
    if end < 0 or not text.startswith(_FENCED[1:]):
        raise InputError("a file of rules starts with front matter between two lines of ---", name=name, line=1)
    meta: dict[str, Any] = {}
    for number, line in enumerate(text[len(_FENCED) - 1 : end].splitlines(), start=2):
        word, colon, value = line.partition(":")
        bare = value.strip()
        if bare[:1] not in _BRACKETS:
            meta[word] = bare
            continue
        if bare[:1] == bare[-1:] == '"' and bare.count('"') == 2 and "\\" not in bare:
            meta[word] = bare[1:-1]
            continue
        try:
            meta[word] = json.loads(re.sub(_WORD, _quoted, value)) if colon else None
        except ValueError:
            raise InputError("not a line of front matter", name=name, line=number, column=1) from None
    return meta, text[end + len(_FENCED) :]


def _quoted(match: re.Match[str]) -> str:
    word = match.group()
    return word if match.group(1) or _JSON_WORD.fullmatch(word) else f'"{word}"'


def as_words(value: Any) -> tuple[str, ...]:
    """
    A word or a list of words as a tuple.
    """
    return (value,) if isinstance(value, str) else tuple(str(word) for word in value)


def refuse_unknown(meta: dict[str, Any], needed: Sequence[str], known: Sequence[str], name: str) -> None:
    """
    Check which entries front matter has.

    Raises:
        InputError: an entry is unknown, or a needed one is missing.
    """
    unknown, missing = sorted({*meta} - {*known}), sorted({*needed} - {*meta})
    if unknown or missing:
        problem = f"unknown: {', '.join(unknown)}" if unknown else f"missing: {', '.join(missing)}"
        raise InputError(f"front matter, {problem}", name=name, remedy=f"The entries are {', '.join(sorted(known))}.")
