"""
The file from which a new rule starts.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from schemadiff.changes.change_kinds import FACTS
from schemadiff.errors import UsageError
from schemadiff.keywords import MODERN, Effect
from schemadiff.ruleset.catalogue import all_rules

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_RULE = """---
id: {name}
about: {{{about}}}
message: "{{place}}: {word} changed from {{old}} to {{new}}"
message-added: "{{place}}: {word} {{new}} added"
message-removed: "{{place}}: {word} {{old}} removed"
level: {level}
floor: note
since: "{since}"
{refines}---
# TODO: what happened to {word}, in at most 90 characters

TODO: why the change matters to writers and readers.

## Flagged: TODO
{example}{counter_example}
## Not flagged: TODO
{example}
## Do this instead
TODO: what to do instead.
"""
_EXAMPLE = """```json old
{"TODO": "a schema before the change"}
```
```json new
{"TODO": "the schema after the change"}
```
"""
_COUNTER_EXAMPLE = """```json counter-example
"TODO: an instance that old accepts and new rejects"
```
"""


def starter(name: str, *, keyword: str | None, effect: str | None, since: str) -> str:
    """
    The file of a new rule, with placeholders where its author must decide.

    Arguments:
        name, since: the rule's id, and the release in which it appears.
        keyword, effect: what the rule is about; None for a placeholder, and for any effect.

    Raises:
        UsageError: the id is malformed or in use, or there is no such keyword.
    """
    _check(name, keyword)
    word = keyword or "TODO"
    harmless = effect in (Effect.NONE.value, Effect.WIDENED.value)
    return _RULE.format(
        name=name,
        about=f"keyword: {word}, effect: {effect}" if effect else f"keyword: {word}",
        word=word,
        level="note" if effect == Effect.NONE.value else "error",
        since=since,
        refines=_refines(keyword, effect),
        example=_EXAMPLE,
        counter_example="" if harmless else _COUNTER_EXAMPLE,
    )


def _refines(keyword: str | None, effect: str | None) -> str:
    """
    The entry that names the rules which are about the same changes already, if there are any.
    """
    kinds = [
        (fact.name, keyword, each.value, model)
        for fact in FACTS
        if keyword is not None and keyword in fact.keywords
        for each in fact.effects
        if effect in (None, each.value)
        for model in fact.models or (None,)
    ]
    refines = [rule.id for rule in all_rules().values() if any(rule.about.covers(*kind) for kind in kinds)]
    return f"refines: [{', '.join(refines)}]\n" if refines else ""


def _check(name: str, keyword: str | None) -> None:
    if not _ID.fullmatch(name):
        raise UsageError(
            f"{name!r} is no id of a rule", remedy="Write lower-case words with hyphens: max-length-added."
        )
    taken = all_rules().resolve(name)
    if taken:
        raise UsageError(f"the id {name!r} is taken", remedy=f"`schemadiff explain {name}` prints {', '.join(taken)}.")
    if keyword is not None and keyword not in MODERN:
        close = get_close_matches(keyword, MODERN, n=1)
        hint = f"Did you mean {close[0]}?" if close else "Name a keyword of 2020-12."
        raise UsageError(f"there is no keyword {keyword!r}", remedy=hint)
