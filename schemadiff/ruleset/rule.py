"""
A rule about one kind of change, read from one Markdown file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from schemadiff.errors import InputError
from schemadiff.ruleset.about import About, parse_about
from schemadiff.ruleset.front_matter import as_words, front_matter, refuse_unknown

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
class MessageTemplates:
    """
    The message templates of a rule.

    Attributes:
        changed: the template; empty for rules whose messages are composed where their findings are made.
        added: for a change whose old value is absent; None if ``changed`` serves.
        removed: for a change whose new value is absent; None if ``changed`` serves.
    """

    changed: str = ""
    added: str | None = None
    removed: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule.

    Attributes:
        id: kebab-case, the file's name; names the keyword and the event, not the verdict.
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
        messages: what a finding says.
        aliases: the ids that the rule had before, oldest first; several rules may share one.
        fingerprint_id: the id that fingerprints are made with; it survives a renaming of the rule.
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
    messages: MessageTemplates = MessageTemplates()
    aliases: tuple[str, ...] = ()
    fingerprint_id: str = ""


class Head(NamedTuple):
    """
    The front matter of a rule's file, by which a rule is chosen; the rest of the file is parsed on demand.

    Attributes:
        rule: the rule without what the rest of the file says: title, reason, remedy and examples.
        name: the file's name, for messages.
        body: what stands behind the front matter.
    """

    rule: Rule
    name: str
    body: str


_HEADING = r"(?m)^(#{1,2}) +(.+?)\s*$"
_FENCE = r"(?ms)^```((?:json|yaml) [a-z-]+)(?: (backward|forward))?\n(.*?)^```$"
_KINDS = {
    "pair": ("json old", "json new"),
    "schema": ("json schema", "json schema"),
    "manifests": ("yaml old", "yaml new"),
}
"""The fences that each kind of example needs."""
_NEEDED = ("id", "about", "since")
_MESSAGES = ("message", "message-added", "message-removed")
_KNOWN = (*_NEEDED, "aliases", "fingerprint", *_MESSAGES, "level", "floor", "refines")
PLACEHOLDERS = (
    "place", "keyword", "old", "new", "values", "name", "to", "near", "count", "default", "unit", "detail",
)  # fmt: skip
"""What a message template may name between braces."""
_PLACEHOLDER = re.compile(r"\{(?:" + "|".join(PLACEHOLDERS) + r")\}")


def parse_head(text: str, *, name: str) -> Head:
    """
    Read the front matter of a rule's file, whose name without its ending must equal the id.

    Raises:
        InputError: it does not have the form of a rule's; the remedy tells what is missing.
    """
    meta, body = front_matter(text, name)
    _check(meta, name)
    aliases = as_words(meta.get("aliases", ()))
    rule = Rule(
        id=str(meta["id"]),
        title="",
        about=parse_about(meta["about"], name),
        level=str(meta.get("level", "error")),
        floor=str(meta.get("floor", "note")),
        since=str(meta["since"]),
        refines=as_words(meta.get("refines", ())),
        reason="",
        remedy="",
        examples=(),
        text=text,
        messages=MessageTemplates(meta.get("message", ""), meta.get("message-added"), meta.get("message-removed")),
        aliases=aliases,
        fingerprint_id=str(meta.get("fingerprint", (*aliases, meta["id"])[0])),
    )
    return Head(rule, name, body)


def whole_rule(head: Head) -> Rule:
    """
    Read the rest of a rule's file: a heading, the reason, examples, and what to do instead.

    Raises:
        InputError: it does not have the form of a rule.
    """
    rule, name, body = head
    _check_messages(rule.messages, name)
    sections = _sections(body)
    if not sections or sections[0][0] != 1:
        raise InputError("a rule needs a heading after its front matter", name=name)
    offset = rule.text.count("\n", 0, len(rule.text) - len(body))
    examples = tuple(
        _example(title, part, offset + body.count("\n", 0, at), name)
        for _, title, part, at in sections[1:]
        if title.lower().startswith(("flagged", "not flagged"))
    )
    remedy = next((part for _, title, part, _ in sections if title.lower() == "do this instead"), "")
    return replace(rule, title=sections[0][1], reason=sections[0][2].strip(), remedy=remedy.strip(), examples=examples)


def _check(meta: dict[str, Any], name: str) -> None:
    refuse_unknown(meta, _NEEDED, _KNOWN, name)
    for word in ("level", "floor"):
        if meta.get(word, "note") not in LEVELS:
            raise InputError(f"{word}: {meta[word]!r} is none of {', '.join(LEVELS)}", name=name)
    if not name.endswith(f"{meta['id']}.md"):
        raise InputError(f"the id {meta['id']!r} differs from the file's name", name=name)


def _check_messages(messages: MessageTemplates, name: str) -> None:
    for template in (messages.changed, messages.added, messages.removed):
        if template and ("{" in (rest := _PLACEHOLDER.sub("", template)) or "}" in rest):
            raise InputError(
                f"the message {template!r} has an unknown placeholder",
                name=name,
                remedy="Known are " + ", ".join(f"{{{each}}}" for each in PLACEHOLDERS) + ".",
            )


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
