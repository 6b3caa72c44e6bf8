"""
Escaping of untrusted text (names, schemas, payloads) for each output format. Every reporter uses these functions.
"""

from __future__ import annotations

import json
import re
from typing import Any

from schemadiff.instance import dumps

_HIDDEN = (
    "\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
)
_UNPRINTABLE = re.compile(f"[\x00-\x1f{_HIDDEN}]")
_UNPRINTABLE_IN_LINES = f"[\x00-\x09\x0b-\x1f{_HIDDEN}]"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_WORD_JOINER = "\u2060"


def visible(text: str) -> str:
    """
    Control characters, escape sequences, direction marks and lone surrogates as visible escapes.
    """
    # Some invisible characters beyond ASCII are printable for Python.
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\u{{{code:x}}}"


def cut(text: str, most: int) -> str:
    """
    Text of at most ``most`` characters, with an ellipsis where it is cut.
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown(text: str, most: int) -> str:
    """
    Text of one line, cut and then made visible; cutting first keeps large texts cheap.
    """
    return visible(cut(text, most))


def html_escape(text: str) -> str:
    """
    Text escaped for HTML content and quoted attributes. (``html.escape`` imports a table of entities.)
    """
    return text.translate(_ENTITIES)


def no_commands(text: str) -> str:
    """
    Text in which no line is a workflow command of a continuous-integration runner.
    """
    return re.sub(r"^([ \t]*):(?=:)", r"\1: ", text, flags=re.MULTILINE).replace("##[", "# #[")


def json_text(value: Any) -> str:
    """
    Plain values as indented JSON text, with escapes for invisible characters.
    """
    import orjson

    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # it supports neither lone surrogates nor exact numbers
        text = dumps(value, indent=2)
    return json_visible(text)


def json_visible(text: str) -> str:
    """
    Equivalent JSON text with escapes for invisible characters; line ends stay.
    """
    return re.sub(_UNPRINTABLE_IN_LINES, lambda match: json.dumps(match.group())[1:-1], text)


def markdown_text(text: str, most: int = 2000) -> str:
    """
    Text escaped for Markdown, without markup, links, mentions or references to issues.
    """
    plain = shown(text, most).strip()
    escaped = re.sub(r"([\\`*_{}\[\]<>|~$])", r"\\\1", plain)
    escaped = escaped.replace("&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")
    escaped = re.sub(r"^([#+=-])", r"\\\1", escaped)
    return _unlinked(re.sub(r"^(\d+)([.)])", r"\1\\\2", escaped))


def markdown_html(text: str, most: int = 2000) -> str:
    """
    Text escaped for an HTML element inside Markdown, where Markdown's escapes have no effect.
    """
    return _unlinked(html_escape(shown(text, most)))


def _unlinked(text: str) -> str:
    """
    Text in which GitHub finds no mention, reference, link or emoji.
    """
    # An escape such as &#x27; is no reference to an issue.
    joined = re.sub(r"@(?=\w)|(?<!&)#(?=\w)", lambda match: match.group() + _WORD_JOINER, text)
    joined = joined.replace("://", f":{_WORD_JOINER}//")
    joined = re.sub(r"\b(www|mailto|xmpp)(?=[.:])", rf"\1{_WORD_JOINER}", joined, flags=re.IGNORECASE)
    joined = re.sub(r"\b(GH)-(?=\d)", rf"\1{_WORD_JOINER}-", joined, flags=re.IGNORECASE)
    return re.sub(r":(?=[\w+-]+:)", f":{_WORD_JOINER}", joined)


def markdown_code(text: str, most: int = 200) -> str:
    """
    Text as a code span, fenced by more backticks than it holds.
    """
    plain = shown(text, most)
    fence = _fence(plain, 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") or not plain.strip() else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def markdown_cell(text: str, most: int = 200) -> str:
    """
    A code span for a table cell, with bars escaped.
    """
    # In a table the row is cut at bars before code spans count, and a backslash before a bar is taken away.
    return markdown_code(text, most).replace("|", "\\|")


def markdown_block(text: str, language: str = "", most: int = 4000) -> str:
    """
    Text as a fenced block, fenced by more backticks than it holds.
    """
    plain = "\n".join(visible(line) for line in cut(text, most).split("\n"))
    fence = _fence(plain, 3)
    return f"{fence}{language}\n{plain}\n{fence}"


def _fence(text: str, least: int) -> str:
    return max((f"{run}`" for run in re.findall("`+", text)), default="", key=len).ljust(least, "`")
