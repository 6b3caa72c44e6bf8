"""
The closed list of facts that ``diff`` reports, each with its keywords and effects.

Where comparing a keyword's two values says everything, the fact is the keyword's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemadiff.changes.values import PLAIN
from schemadiff.keywords import MODERN, Effect, Role, effects
from schemadiff.keywords import names as kw

_N, _W, _I, _NONE = (Effect.NARROWED,), (Effect.WIDENED,), (Effect.INCOMPARABLE,), (Effect.NONE,)
_ALL = (*_N, *_W, *_I)


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One kind of event.

    Attributes:
        name: as in ``Change.fact``.
        keywords: that it is about; empty for unknown keywords of any name.
        effects: that it may have.
        models: the content models under which it occurs; empty if it depends on none.
    """

    name: str
    keywords: tuple[str, ...]
    effects: tuple[Effect, ...]
    models: tuple[str, ...] = ()


def _about_values() -> Iterator[Fact]:
    values = (kw.ENUM, kw.CONST)
    yield Fact(kw.TYPE, (kw.TYPE,), _ALL)
    spellings = (kw.TYPE, kw.ENUM, kw.CONST, kw.ANY_OF, kw.ONE_OF)
    yield Fact("null-removed", spellings, (*_N, *_I))
    yield Fact("null-added", spellings, (*_W, *_I))
    yield Fact("number-became-integer", (kw.TYPE,), _N)
    yield Fact("integer-became-number", (kw.TYPE,), _W)
    yield Fact("enum-value-removed", values, _N)
    yield Fact("enum-value-added", values, _W)
    yield Fact("enum-added", values, (*_N, *_I))
    yield Fact("enum-removed", values, (*_W, *_I))
    yield Fact("enum-replaced", values, _I)
    yield Fact(kw.MAXIMUM, (kw.MAXIMUM, kw.EXCLUSIVE_MAXIMUM), (*_N, *_W))
    yield Fact(kw.MINIMUM, (kw.MINIMUM, kw.EXCLUSIVE_MINIMUM), (*_N, *_W))
    for word in PLAIN:
        ordered = MODERN[word].compare in (effects.upper_bound, effects.lower_bound)
        yield Fact(word, (word,), (*_N, *_W) if ordered else _ALL)


def _about_objects() -> Iterator[Fact]:
    yield Fact("property-added", (kw.PROPERTIES,), (*_N, *_I, *_NONE), ("open",))
    yield Fact("property-added", (kw.PROPERTIES,), (*_W, *_I, *_NONE), ("closed",))
    yield Fact("property-added", (kw.PROPERTIES,), (*_I, *_NONE), ("partial",))
    yield Fact("property-removed", (kw.PROPERTIES,), (*_W, *_I, *_NONE), ("open",))
    yield Fact("property-removed", (kw.PROPERTIES,), (*_N, *_I, *_NONE), ("closed",))
    yield Fact("property-removed", (kw.PROPERTIES,), (*_I, *_NONE), ("partial",))
    not_closed = ("open", "partial")
    yield Fact("property-forbidden", (kw.PROPERTIES,), (*_N, *_I, *_NONE), not_closed)
    yield Fact("property-no-longer-forbidden", (kw.PROPERTIES,), (*_W, *_I, *_NONE), not_closed)
    models = ("open", "closed", "partial")
    yield Fact("required-property-added", (kw.PROPERTIES,), (*_N, *_I), models)
    yield Fact("required-property-with-default-added", (kw.PROPERTIES,), (*_N, *_I), models)
    yield Fact("required-property-removed", (kw.PROPERTIES,), (*_W, *_I), models)
    yield Fact("property-renamed", (kw.PROPERTIES,), _I)
    yield Fact("property-renamed-with-new-unit", (kw.PROPERTIES,), _I)
    for name in (
        "property-became-required",
        "property-with-default-became-required",
        "undeclared-property-became-required",
    ):
        yield Fact(name, (kw.REQUIRED,), _N)
    for name in ("property-became-optional", "undeclared-property-became-optional"):
        yield Fact(name, (kw.REQUIRED,), _W)
    yield Fact("pattern-property-added", (kw.PATTERN_PROPERTIES,), _ALL)
    yield Fact("pattern-property-removed", (kw.PATTERN_PROPERTIES,), _ALL)
    yield from _pair("dependent-schema", kw.DEPENDENT_SCHEMAS, (*_N, *_I))


def _about_rests() -> Iterator[Fact]:
    rests = (kw.ADDITIONAL_PROPERTIES, kw.UNEVALUATED_PROPERTIES)
    tails = (kw.ITEMS, kw.UNEVALUATED_ITEMS)
    for stem, words in (
        ("additional-properties", rests[:1]),
        ("unevaluated-properties", rests[1:]),
        ("items", tails),
        ("property-names", (kw.PROPERTY_NAMES,)),
    ):
        # What comes or goes beside an ``unevaluated*`` keyword marks as well; a closed rest lets nothing through.
        marking = _I if words != (kw.PROPERTY_NAMES,) else ()
        yield Fact(f"{stem}-closed", words, _N)
        yield Fact(f"{stem}-narrowed", words, (*_N, *marking))
        yield Fact(f"{stem}-opened", words, (*_W, *marking))
        yield Fact(f"{stem}-widened", words, _W)
    yield Fact("evaluated-properties-changed", rests, _I)
    yield Fact("evaluated-items-changed", tails, _I)
    yield Fact("prefix-items-lengthened", (kw.PREFIX_ITEMS,), (*_ALL, *_NONE))
    yield Fact("prefix-items-shortened", (kw.PREFIX_ITEMS,), (*_ALL, *_NONE))
    yield Fact("items-became-prefix-items", (kw.PREFIX_ITEMS,), _I)
    yield Fact("prefix-items-became-items", (kw.PREFIX_ITEMS,), _I)
    yield from _pair("contains", kw.CONTAINS, (*_N, *_I))


def _about_combinations() -> Iterator[Fact]:
    yield from _pair("all-of-branch", kw.ALL_OF, (*_N, *_I))
    yield from _pair("any-of-branch", kw.ANY_OF, _W)
    yield from _pair("one-of-branch", kw.ONE_OF, _I)
    for stem, word, other, replaced in (
        ("any-of", kw.ANY_OF, "one-of", kw.ONE_OF),
        ("one-of", kw.ONE_OF, "any-of", kw.ANY_OF),
    ):
        yield from _pair(stem, word, (*_N, *_I))
        yield Fact(f"{stem}-replaced-by-{other}", (replaced,), _I)
        yield Fact(f"wrapped-in-{stem}", (word,), (*_W, *_I))
        yield Fact(f"unwrapped-from-{stem}", (word,), (*_N, *_I))
    yield Fact("one-of-became-any-of", (kw.ANY_OF,), _W)
    yield Fact("any-of-became-one-of", (kw.ONE_OF,), _N)
    yield from _pair(kw.IF, kw.IF, (*_N, *_I))
    yield from _pair("then", kw.THEN, (*_N, *_I))
    yield from _pair("else", kw.ELSE, (*_N, *_I))
    yield from _pair("not", kw.NOT, _N)
    yield Fact("schema-became-false", (kw.NOT,), _N)
    yield Fact("schema-no-longer-false", (kw.NOT,), _W)
    yield Fact("reference-unresolved", (kw.REF, kw.DYNAMIC_REF, kw.RECURSIVE_REF), _ALL)


def _about_annotations() -> Iterator[Fact]:
    for row in MODERN.values():
        if row.role is Role.ANNOTATION:
            yield Fact(row.name, (row.name,), _NONE)
    for name in ("unknown-keyword-changed", "misspelled-keyword", "keyword-of-another-dialect"):
        yield Fact(name, (), _NONE)
    yield Fact("dialect-changed", (kw.SCHEMA,), _NONE)
    yield Fact("id-changed", (kw.ID,), _NONE)
    yield Fact("vocabulary-changed", (kw.VOCABULARY,), _NONE)


def _pair(stem: str, word: str, added: tuple[Effect, ...]) -> Iterator[Fact]:
    yield Fact(f"{stem}-added", (word,), added)
    yield Fact(f"{stem}-removed", (word,), tuple(effect.mirrored for effect in added))


FACTS: tuple[Fact, ...] = (
    *_about_values(),
    *_about_objects(),
    *_about_rests(),
    *_about_combinations(),
    *_about_annotations(),
)
"""All facts."""
