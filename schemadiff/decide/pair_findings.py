"""
Findings about a whole pair: what its verdict rests on, or why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemadiff.decide.digest import digest
from schemadiff.decide.terms import Terms
from schemadiff.decide.values import Classification, Evidence, Finding, Judgement, Location, Verdict
from schemadiff.instance import Pointer, dumps, format_pointer
from schemadiff.keywords import names as kw
from schemadiff.keywords.unsupported import UnsupportedKeyword, unsupported_dialect
from schemadiff.ruleset import all_rules
from schemadiff.schema import Document, Node
from schemadiff.schema.closure import UnresolvedReference, closure

ASSUMED, UNKNOWN = "reference-assumed", "meta-schema-unknown"

Judgements = tuple[Judgement, Judgement]
"""The judgements in the backward and in the forward direction."""


def resources_line(uri: str) -> str:
    """
    The line of the settings with which a URI is at hand.
    """
    plain = uri.partition("#")[0]
    prefix = plain[: plain.rfind("/") + 1] or plain
    return f'A file of the tree stands for it with this line in schemadiff.toml: [resources] "{prefix}" = "FOLDER"'


def undecided(why: str) -> Judgement:
    """
    The judgement of a direction that was not decided.

    Arguments:
        why: the reason, in words.
    """
    return Judgement(verdict=Verdict.UNDECIDED, evidence=Evidence.PRESUMED, by=why)


def unknown_meta_schema(old: Node, new: Node) -> UnsupportedKeyword | None:
    """
    The meta-schema because of which a pair cannot be decided; None if there is none.
    """
    return unsupported_dialect(new) or unsupported_dialect(old)


def unknown_meta_schema_finding(
    unknown: UnsupportedKeyword, old: Node, new: Node, contract: str, terms: Terms
) -> Finding:
    """
    The finding on a pair that is undecided because of a meta-schema.
    """
    judgement = undecided(f"{unknown.kind.value}: {unknown.detail}")
    places = [_declaration(root, unknown.detail) for root in (old, new)]
    return _finding(UNKNOWN, unknown.detail, contract, terms, Classification.UNDECIDED, places, (judgement, judgement))


def _declaration(root: Node, uri: str) -> Location:
    """
    Where a schema, or one that it refers to, declares a meta-schema.
    """
    resources = root.document.registry.resources.values()
    found = next((each for each in resources if each.unknown_meta_schema == uri), root.resource)
    return _location(found.document, (*found.pointer, kw.SCHEMA))


def assumed_references(old: Node, new: Node) -> list[tuple[UnresolvedReference, UnresolvedReference]]:
    """
    The references to URIs that are not at hand on either side, each with its first place on both.
    """
    sides = [{each.uri: each for each in reversed(closure(root).unresolved)} for root in (old, new)]
    return [(sides[0][uri], sides[1][uri]) for uri in sorted(sides[0].keys() & sides[1].keys())]


def with_assumptions(
    judgements: Judgements,
    findings: Iterable[Finding],
    assumed: list[tuple[UnresolvedReference, UnresolvedReference]],
    contract: str,
    terms: Terms,
) -> tuple[Judgements, list[Finding]]:
    """
    The judgements and findings of a pair that hold only if some references mean the same on both sides.

    Where that is an error by the rule set, nothing is proved: what would be compatible is undecided.
    """
    strict = terms.options.rule_set.level(all_rules()[ASSUMED], breaking=False) == "error"
    uris = ", ".join(reference.uri for reference, _ in assumed)

    def rests(judgement: Judgement) -> Judgement:
        if judgement.verdict is not Verdict.COMPATIBLE:
            return judgement
        if strict:
            return undecided(f"unresolved reference: {uris}")
        by = f"{judgement.by}, if {uris} is the same on both sides"
        return replace(judgement, evidence=Evidence.ASSUMED, by=by)

    told = [replace(each, backward=rests(each.backward), forward=rests(each.forward)) for each in findings]
    classification = Classification.UNDECIDED if strict else Classification.NEUTRAL
    for pair in assumed:
        places = [_location(each.node.document, (*each.node.pointer, each.keyword)) for each in pair]
        own = rests(Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.ASSUMED, by="nothing else differs"))
        told.append(_finding(ASSUMED, pair[0].uri, contract, terms, classification, places, (own, own)))
    return (rests(judgements[0]), rests(judgements[1])), told


def _finding(
    rule_id: str,
    detail: str,
    contract: str,
    terms: Terms,
    classification: Classification,
    places: list[Location],
    judgements: Judgements,
) -> Finding:
    rule = all_rules()[rule_id]
    old_place, new_place = places
    return Finding(
        rule=rule.id,
        title=rule.title,
        message=rule.messages.changed.format(detail=detail),
        level=terms.options.rule_set.level(rule, breaking=False),
        classification=classification,
        path=(),
        paths=((),),
        old_place=old_place,
        new_place=new_place,
        old=dumps(detail),
        new=dumps(detail),
        backward=judgements[0],
        forward=judgements[1],
        notes=(resources_line(detail),) if rule_id == ASSUMED else (_dialects_line(detail),),
        remedy=rule.remedy,
        fingerprint=digest(rule.fingerprint_id, contract, detail),
    )


def _dialects_line(uri: str) -> str:
    return f'Its dialect is given by --dialect, or by this line in schemadiff.toml: [dialects] "{uri}" = "DIALECT"'


def _location(document: Document, pointer: Pointer) -> Location:
    line, column = document.position(pointer) or (None, None)
    return Location(name=document.name, pointer=format_pointer(pointer), line=line, column=column)
