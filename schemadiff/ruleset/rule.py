"""
A rule: a judgement on one kind of change, read from one Markdown file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemadiff.errors import InputError

LEVELS = ("error", "warning", "note", "none")
"""From the worst down; the first three are SARIF's words, the last silences."""


@dataclass(frozen=True, slots=True)
class Example:
    """
    One pair of schemas in a rule's file, with what it must show.

    Attributes:
        title: what it is about.
        flagged: whether the rule must fire on it.
        old, new: the schemas' JSON texts; for a rule on one schema old is empty, for a rule on the set of versions
            they are the manifests' YAML texts.
        counter_example: an instance, as JSON text, that old accepts and new rejects (or the reverse, see direction).
        direction: the direction that the counter-example breaks: ``backward`` or ``forward``.
        line: where the example starts in the file.
        kind: what the texts are: a ``pair`` of schemas, one ``schema``, or two ``manifests``.
    """

    title: str
    flagged: bool
    old: str
    new: str
    counter_example: str | None
    direction: str
    line: int
    kind: str = "pair"


@dataclass(frozen=True, slots=True)
class About:
    """
    What a rule is about: any of the facts or keywords, with any of the effects and content models; empty means all.
    """

    facts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    def covers(self, fact: str, keyword: str, effect: str, model: str | None) -> bool:
        """
        Whether a change with these properties is meant.
        """
        if self.facts and fact not in self.facts:
            return False
        if self.keywords and (keyword not in self.keywords or fact not in (keyword, *self.keywords)):
            return False
        if self.effects and effect not in self.effects:
            return False
        return not self.models or model in self.models


@dataclass(frozen=True, slots=True)
class Head:
    """
    What the front matter of a rule's file says, by which a rule is chosen; the rest of the file is not read yet.

    Attributes:
        id, about, level, floor, since, refines, text: as for ``Rule``.
        name: the file's name, for messages.
        body: what stands behind the front matter.
    """

    id: str
    about: About
    level: str
    floor: str
    since: str
    refines: tuple[str, ...]
    text: str
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule.

    Attributes:
        id: kebab-case, the file's name; names the event, not the verdict.
        title: one line that says what happened.
        about: which changes it is about.
        level: of a finding that breaks a promised direction.
        floor: of a finding that breaks nothing.
        since: the release that brought it.
        refines: the rules that step back where this one fires.
        reason: why anybody should care, Markdown.
        remedy: what to do instead, Markdown.
        examples: which are its tests.
        text: the whole file.
    """

    id: str
    title: str
    about: About
    level: str
    floor: str
    since: str
    refines: tuple[str, ...]
    reason: str
    remedy: str
    examples: tuple[Example, ...]
    text: str


_FENCED = "\n---\n"
"""The line that ends front matter; without its first character, the one that begins it."""
_WORD = r'("[^"]*")|[\w$.-]+'
_HEADING = r"(?m)^(#{1,2}) +(.+?)\s*$"
_FENCE = r"(?ms)^```((?:json|yaml) [a-z-]+)(?: (backward|forward))?\n(.*?)^```$"
_KINDS = {
    "pair": ("json old", "json new"),
    "schema": ("json schema", "json schema"),
    "manifests": ("yaml old", "yaml new"),
}
"""The fences that each kind of example needs."""
_KNOWN = {"id", "about", "level", "floor", "since", "refines"}
_NEEDED = {"id", "about", "since"}
_ABOUT = {"fact": "facts", "keyword": "keywords", "effect": "effects", "model": "models"}


def parse_rule(text: str, *, name: str) -> Rule:
    """
    Read a rule's file.

    Arguments:
        text: its content: front matter, a heading, the reason, examples, and what to do instead.
        name: the file's name, for messages; its stem must equal the id.

    Raises:
        InputError: it does not have the form of a rule; the remedy tells what is missing.
    """
    return whole_rule(parse_head(text, name=name))


def parse_head(text: str, *, name: str) -> Head:
    """
    Read the front matter of a rule's file; arguments and errors are those of ``parse_rule``.
    """
    meta, body = front_matter(text, name)
    _check(meta, name)
    return Head(
        id=str(meta["id"]),
        about=_about(meta["about"], name),
        level=str(meta.get("level", "error")),
        floor=str(meta.get("floor", "note")),
        since=str(meta["since"]),
        refines=tuple(_words(meta.get("refines", []))),
        text=text,
        name=name,
        body=body,
    )


def whole_rule(head: Head) -> Rule:
    """
    Read the rest of a rule's file.

    Raises:
        InputError: it does not have the form of a rule.
    """
    text, name, body = head.text, head.name, head.body
    sections = _sections(body)
    if not sections or sections[0][0] != 1:
        raise InputError("a rule needs a heading after its front matter", name=name)
    offset = text.count("\n", 0, len(text) - len(body))
    examples = tuple(
        _example(title, part, offset + body.count("\n", 0, at), name)
        for _, title, part, at in sections[1:]
        if title.lower().startswith(("flagged", "not flagged"))
    )
    remedy = next((part for _, title, part, _ in sections if title.lower() == "do this instead"), "")
    return Rule(
        id=head.id,
        title=sections[0][1],
        about=head.about,
        level=head.level,
        floor=head.floor,
        since=head.since,
        refines=head.refines,
        reason=sections[0][2].strip(),
        remedy=remedy.strip(),
        examples=examples,
        text=text,
    )


def front_matter(text: str, name: str) -> tuple[dict[str, Any], str]:
    """
    What stands between two lines of ``---`` at the start of a file, by name, and the text behind it.

    One entry a line, bare words for texts, lists and mappings in brackets: a small part of YAML, for whose parser
    a hundred files would cost more than a comparison.

    Raises:
        InputError: it does not have that form; with the line.
    """
    end = text.find(_FENCED, len(_FENCED) - 2)
    if end < 0 or not text.startswith(_FENCED[1:]):
        raise InputError("a file of rules starts with front matter between two lines of ---", name=name, line=1)
    meta: dict[str, Any] = {}
    for number, line in enumerate(text[len(_FENCED) - 1 : end].splitlines(), start=2):
        word, colon, value = line.partition(":")
        bare = value.strip()
        said = bare[1:-1] if bare[:1] == bare[-1:] == '"' else bare
        if said.replace("-", "").replace(".", "").isalnum():
            meta[word] = said
            continue
        try:
            meta[word] = json.loads(re.sub(_WORD, lambda m: m.group(1) or f'"{m.group()}"', value)) if colon else None
        except ValueError:
            raise InputError("not a line of front matter", name=name, line=number, column=1) from None
    return meta, text[end + len(_FENCED) :]


def _check(meta: Mapping[str, Any], name: str) -> None:
    if not _NEEDED <= meta.keys() <= _KNOWN:
        unknown, missing = sorted(meta.keys() - _KNOWN), sorted(_NEEDED - meta.keys())
        problem = f"unknown: {', '.join(unknown)}" if unknown else f"missing: {', '.join(missing)}"
        raise InputError(f"front matter, {problem}", name=name, remedy=f"A rule has {', '.join(sorted(_KNOWN))}.")
    for word in ("level", "floor"):
        if meta.get(word, "note") not in LEVELS:
            raise InputError(f"{word}: {meta[word]!r} is none of {', '.join(LEVELS)}", name=name)
    if not name.endswith(f"{meta['id']}.md"):
        raise InputError(f"the id {meta['id']!r} differs from the file's name", name=name)


def _words(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value]


def _about(value: Any, name: str) -> About:
    if not isinstance(value, dict) or not value or set(value) - set(_ABOUT):
        raise InputError(f"about: names {', '.join(_ABOUT)}, nothing else", name=name)
    return About(**{_ABOUT[word]: tuple(_words(some)) for word, some in value.items()})


def _sections(body: str) -> list[tuple[int, str, str, int]]:
    """
    Depth, title, text and offset of each part between headings; headings inside fences do not count.
    """
    fenced = [match.span() for match in re.finditer(r"^```.*?^```$", body, re.MULTILINE | re.DOTALL)]
    heads = [m for m in re.finditer(_HEADING, body) if not any(start < m.start() < end for start, end in fenced)]
    if not heads:
        return []
    ends = [*(match.start() for match in heads[1:]), len(body)]
    return [
        (len(head.group(1)), head.group(2), body[head.end() : end], head.start())
        for head, end in zip(heads, ends, strict=True)
    ]


def _example(title: str, part: str, line: int, name: str) -> Example:
    fences = {match.group(1): (match.group(3), match.group(2)) for match in re.finditer(_FENCE, part)}
    kind = next((kind for kind, needed in _KINDS.items() if fences.keys() >= {*needed}), None)
    if kind is None:
        raise InputError(
            f"the example {title!r} needs the fences `json old` and `json new`",
            name=name,
            line=line + 1,
            remedy="Or `json schema`, or `yaml old` and `yaml new`.",
        )
    before, after = _KINDS[kind]
    counter, direction = fences.get("json counter-example", (None, None))
    return Example(
        title=title,
        flagged=title.lower().startswith("flagged"),
        old="" if kind == "schema" else fences[before][0],
        new=fences[after][0],
        counter_example=counter,
        direction=direction or "backward",
        line=line + 1,
        kind=kind,
    )
