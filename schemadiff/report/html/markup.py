"""
Elements of the page. All strings are escaped; only values of ``Safe`` are markup.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from schemadiff.report.escaping import cut, html_escape, shown, visible

MOST = 4_000
"""The maximum length of a text in characters."""

_NAME = 120


@dataclass(frozen=True, slots=True)
class Safe:
    """
    Markup made by this module.
    """

    text: str


Child: TypeAlias = "Safe | str | Iterable[Safe | str | None] | None"

_SPECIAL = re.compile("[\x00-\x1f\x7f&<>\"']")
_VOID = ("input", "meta", "link", "col")


def el(tag: str, *children: Child, **attributes: str | bool | None) -> Safe:
    """
    An element.

    Arguments:
        tag: its name.
        children: markup, text that is escaped, or several of these; None is left out.
        attributes: by name, with ``_`` for ``-`` and a ``_`` at the end taken away; True for one without a value, and
            None or False for none.
    """
    words = [tag]
    for name, value in attributes.items():
        word = name.rstrip("_").replace("_", "-")
        if value is True:
            words.append(word)
        elif value is not None and value is not False:
            words.append(f'{word}="{escape(value)}"')
    start = f"<{' '.join(words)}>"
    return Safe(start if tag in _VOID else f"{start}{join(*children).text}</{tag}>")


def join(*children: Child) -> Safe:
    """
    Children one after the other.
    """
    parts: list[str] = []
    for child in children:
        if isinstance(child, Safe):
            parts.append(child.text)
        elif isinstance(child, str):
            parts.append(escape(child))
        elif child is not None:
            parts.append(join(*child).text)
    return Safe("".join(parts))


def escape(text: str, most: int = MOST) -> str:
    """
    Text escaped for HTML, with invisible characters other than line ends as visible escapes.
    """
    short = cut(text, most)
    if short.isascii() and _SPECIAL.search(short) is None:
        return short
    return html_escape("\n".join(map(visible, short.split("\n"))))


def badge(text: str, look: str) -> Safe:
    """
    A word in the colour of its look.
    """
    return el("span", text, class_=f"badge {look}")


def items(some: Sequence[Child]) -> Safe | None:
    """
    Small facts as a list; None if there are none.
    """
    return el("ul", [el("li", each) for each in some], class_="facts") if some else None


def advice(remedy: str) -> Safe:
    """
    What to do instead, in the Markdown subset of rule pages.
    """
    return el("div", el("strong", "Do this instead"), prose(remedy), class_="call")


def folded(summary: Sequence[Child], body: Child, **attributes: str | bool | None) -> Safe:
    """
    A body that its summary unfolds.
    """
    return el("details", el("summary", *summary), el("div", body, class_="body"), **attributes)


def part(title: str, *children: Child, look: str | None = None) -> Safe:
    """
    A section of the page, named after its title.
    """
    name = title.lower().replace(" ", "-")
    return el("section", el("h2", title, id=name), *children, class_=look, aria_labelledby=name)


def frame(label: str, content: Safe, look: str = "scroller") -> Safe:
    """
    A frame that scrolls, by keyboard as well, if its content is wider than the screen.
    """
    return el("div", content, class_=look, tabindex="0", role="region", aria_label=label)


def table(head: Iterable[str], rows: Iterable[Safe], *, numbers: Collection[str] = (), look: str | None = None) -> Safe:
    """
    A table of rows below the titles of its columns, of which some hold numbers.
    """
    titles = [el("th", each, scope="col", class_="count" if each in numbers else None) for each in head]
    return el("table", el("thead", el("tr", titles)), el("tbody", rows), class_=look)


def name_of(contract: str) -> str:
    """
    A contract's name as the filters use it.
    """
    return shown(contract, _NAME)


def prose(text: str) -> Safe:
    """
    The Markdown subset of rule pages as HTML: paragraphs, dashed lists and code spans.
    """
    return join(_block(each) for each in re.split(r"\n\s*\n", text.strip()) if each.strip())


def _block(text: str) -> Safe:
    if text.strip().startswith(("- ", "* ")):
        lines = re.split(r"^[-*] ", text.strip(), flags=re.MULTILINE)[1:]
        return el("ul", [el("li", _spans(" ".join(line.split()))) for line in lines])
    return el("p", _spans(" ".join(text.split())))


def _spans(text: str) -> Safe:
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return join(text)
    return join(el("code", part) if number % 2 else part for number, part in enumerate(parts))
