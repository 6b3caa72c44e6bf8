"""
Text from schemas and payloads, made harmless for where it is shown. Every reporter goes through here.
"""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_WORD_JOINER = "\u2060"


def visible(text: str) -> str:
    """
    Control characters, escape sequences, direction marks and lone surrogates as visible escapes.
    """
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def cut(text: str, most: int) -> str:
    """
    At most so many characters, with a mark where something is missing.
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def markdown_text(text: str) -> str:
    """
    Text that Markdown shows as it is: no markup, link, mention or reference to an issue comes of it.
    """
    plain = visible(text)
    escaped = re.sub(r"([\\`*_{}\[\]<>|~$])", r"\\\1", plain)
    escaped = escaped.replace("&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")
    joined = re.sub(r"(?<![\w])([@#])(?=\w)", rf"\1{_WORD_JOINER}", escaped)
    joined = re.sub(r"@(?=\w)", f"@{_WORD_JOINER}", joined)
    joined = joined.replace("://", f":{_WORD_JOINER}//").replace("www.", f"www{_WORD_JOINER}.")
    return re.sub(r"\b(GH|gh)-(?=\d)", rf"\1{_WORD_JOINER}-", joined)


def markdown_code(text: str, most: int = 200) -> str:
    """
    Text as a code span that nothing in it can end, also inside a table.
    """
    plain = cut(visible(text), most).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") or not plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def markdown_block(text: str, language: str = "", most: int = 4000) -> str:
    """
    Text as a fenced block that nothing in it can end.
    """
    plain = "\n".join(visible(line) for line in cut(text, most).split("\n"))
    longest = max((len(run) for run in re.findall("`{3,}", plain)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{plain}\n{fence}"
