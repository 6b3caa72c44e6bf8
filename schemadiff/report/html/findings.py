"""
Findings on the page: message, evidence, counter-example and remedy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from schemadiff.decide import (
    Classification,
    Comparison,
    CounterExample,
    Direction,
    Finding,
    Judgement,
    Location,
    PolicyFinding,
    Verdict,
)
from schemadiff.decide.messages import place_text as named
from schemadiff.errors import InputError
from schemadiff.instance import Value, dumps, loads
from schemadiff.report.escaping import cut, json_visible
from schemadiff.report.html.markup import Safe, advice, badge, el, escape, folded, items, join, name_of, part
from schemadiff.report.html.sides import line_id, side_by_side
from schemadiff.report.locations import place_text
from schemadiff.report.model import directions, meaning

_OPEN = 12
"""The number of findings that are unfolded initially: the first ones that need an action."""

_WRONG = (Classification.BREAKING, Classification.UNDECIDED)
_WIDE = 76
_DEEP = 40
_PAYLOAD = 20_000


def section(comparison: Comparison, number: int, most: int) -> Safe:
    """
    One pair of schemas, the one of a number on the page: verdicts, at most so many findings, texts.
    """
    listed = [(f"f{number}-{index}", each) for index, each in enumerate(comparison.findings[:most])]
    title = join(comparison.contract, " ", el("span", f"{comparison.old} → {comparison.new}", class_="versions"))
    more = len(comparison.findings) - len(listed)
    return el(
        "section",
        el("h2", title, id=f"c{number}"),
        el("div", [_verdict(comparison, direction) for direction in directions(comparison)], class_="verdicts"),
        _facts(comparison),
        el("p", "Nothing was found.", class_="muted") if not listed else None,
        el(
            "div",
            [_finding(comparison, number, name, each, index) for index, (name, each) in enumerate(listed)],
            class_="cards",
        ),
        el("p", f"… and {more} more findings; --all writes them, and -f json holds them all.") if more else None,
        el("p", "No finding here matches the filters.", class_="muted nothing", hidden=True),
        side_by_side(comparison, number, listed),
        class_="pair",
        data_contract=name_of(comparison.contract),
        aria_labelledby=f"c{number}",
    )


def _verdict(comparison: Comparison, direction: Direction) -> Safe:
    judged = comparison.judgement(direction)
    promised = direction in comparison.promised and comparison.binds
    aside = " not promised" if comparison.binds else " these versions may differ"
    means = meaning(comparison, direction)
    return el(
        "div",
        badge(judged.verdict.value, judged.verdict.value if promised else "free"),
        el(
            "div",
            el("strong", direction.value),
            None if promised else el("span", aside, class_="muted"),
            el("div", f"{means[0].upper()}{means[1:]}."),
        ),
        class_="verdict" if promised else "verdict free",
    )


def _facts(comparison: Comparison) -> Safe | None:
    if comparison.tag is None:
        return items(comparison.notes)
    pointer = "/".join(map(str, ("", *comparison.tag.pointer)))
    tag = join("Version tag ", el("code", pointer), f": {comparison.tag.old} → {comparison.tag.new}.")
    return items([tag, *comparison.notes])


def _finding(comparison: Comparison, number: int, name: str, finding: Finding, index: int) -> Safe:
    breaks = [each.value for each in Direction if finding.judgement(each).verdict is Verdict.BREAKING]
    free = finding.waived is not None or not comparison.binds
    acts = finding.classification in _WRONG and not free and index < _OPEN
    kind = finding.classification.value
    return _card(
        finding,
        (kind, "free" if free else kind),
        join(finding.level, " · ", el("code", finding.rule)),
        _body(comparison, number, finding),
        unfolded=acts,
        id=name,
        data_kind=kind,
        data_level=finding.level,
        data_contract=name_of(comparison.contract),
        data_breaks=" ".join(breaks) or "nothing",
    )


def _card(
    each: Finding | PolicyFinding,
    badged: tuple[str, str],
    rule: Safe,
    body: Iterable[Safe | None],
    *,
    unfolded: bool,
    id: str,  # noqa: A002 - the attribute's name
    **data: str,
) -> Safe:
    waived = each.waived is not None
    summary = (
        badge(*badged),
        badge("waived", "waived") if waived else None,
        el("span", each.message, class_="message"),
        el("span", rule, class_="muted rule"),
    )
    waiver = el("p", el("strong", "Waived: "), each.waived, class_="call waived") if waived else None
    return el(
        "article",
        folded(summary, (waiver, *body), open=unfolded),
        id=id,
        class_=f"card {badged[1]}",
        **data,
        data_waived="yes" if waived else "no",
    )


def _body(comparison: Comparison, number: int, finding: Finding) -> Iterator[Safe | None]:
    yield el("dl", _terms(comparison, number, finding))
    for direction in directions(comparison):
        result = finding.judgement(direction).counter_example
        if result is not None:
            yield from _counter_example(comparison, direction, result)
    yield items(finding.notes)
    yield _instead(finding)
    if finding.fingerprint:
        yield el(
            "p", "Fingerprint ", el("code", finding.fingerprint), _copy("fingerprint"), class_="muted print-not copies"
        )


def _terms(comparison: Comparison, number: int, finding: Finding) -> Iterator[Safe]:
    yield el("dt", "Where")
    old, new = _place(comparison, number, "o", finding.old_place), _place(comparison, number, "n", finding.new_place)
    yield el("dd", old, " → ", new)
    if len(finding.paths) > 1:
        names = [el("code", named(path)) for path in finding.paths[:20]]
        rest = f" and {len(finding.paths) - 20} more" if len(finding.paths) > 20 else ""
        yield el("dt", "Reached from")
        yield el("dd", f"{len(finding.paths)} places: ", [join(name, " ") for name in names], rest)
    if finding.old is not None or finding.new is not None:
        yield el("dt", "Value")
        yield el("dd", _value(finding.old), " → ", _value(finding.new))
    for direction in directions(comparison):
        judged = finding.judgement(direction)
        if direction in comparison.promised or judged.evidence.value != "presumed":
            yield el("dt", direction.value.capitalize())
            yield el("dd", _judged(judged))
    yield el("dt", "Rule")
    yield el("dd", _rule_link(finding))


def _value(text: str | None) -> Safe:
    return el("span", "none", class_="muted") if text is None else el("code", cut(text, 500))


def _judged(judged: Judgement) -> Safe:
    text = join(el("strong", judged.verdict.value), f", {judged.evidence.value}: {judged.by}")
    if not judged.compensated_by:
        return text
    places = [join(el("code", each), " ") for each in judged.compensated_by[:10]]
    return join(text, ". It would break but for the changes at ", places)


def _place(comparison: Comparison, number: int, side: str, place: Location) -> Safe:
    identifier = line_id(comparison, number, side, place.name, place.line)
    text = place_text(place)
    return el("a", text, href=f"#{identifier}") if identifier is not None else el("span", text)


def _counter_example(comparison: Comparison, direction: Direction, found: CounterExample) -> Iterator[Safe]:
    writer, reader = comparison.old, comparison.new
    if direction is Direction.FORWARD:
        writer, reader = reader, writer
    if found.retagged is None:
        yield payload_block(f"Valid under {writer}, refused by {reader}", dumps(found.instance))
        return
    yield el(
        "div",
        payload_block(f"Valid under {writer}", dumps(found.instance)),
        payload_block(f"The same with the tag of {reader}, which refuses it", dumps(found.retagged)),
        class_="both",
    )


def payload_block(title: str, text: str) -> Safe:
    """
    A JSON text with a button that copies it unchanged.
    """
    text = json_visible(text)
    layout = _laid_out(text)
    # The button copies the exact text, which is added to the page if the layout differs from it.
    whole = len(text) <= _PAYLOAD
    exact = el("code", Safe(escape(text, _PAYLOAD)), class_="exact", hidden=True) if whole and layout != text else None
    return el(
        "figure",
        el("figcaption", title, _copy("payload") if whole else None),
        el("pre", el("code", Safe(escape(layout, 2 * _PAYLOAD))), tabindex="0"),
        exact,
        class_="payload copies",
    )


def _copy(what: str) -> Safe:
    return el("button", "Copy", type="button", class_="copy", aria_label=f"Copy the {what}", hidden=True)


def _laid_out(text: str) -> str:
    try:
        return json_visible(_layout(loads(text), "")) if len(text) <= _PAYLOAD else cut(text, _PAYLOAD)
    except InputError:
        return text


def _layout(value: Value, indent: str) -> str:
    flat = dumps(value)
    if len(flat) + len(indent) <= _WIDE or not isinstance(value, (dict, list)) or len(indent) > _DEEP:
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{inner}{dumps(name)}: {_layout(each, inner)}" for name, each in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    parts = [f"{inner}{_layout(each, inner)}" for each in value]
    return "[\n" + ",\n".join(parts) + f"\n{indent}]"


def remarks(some: Sequence[PolicyFinding], most: int) -> Safe | None:
    """
    The remarks, which are about no pair; None if there are none.
    """
    if not some:
        return None
    more = len(some) - most
    return part(
        "Rules about contracts",
        el("div", [_remark(each, f"r{index}") for index, each in enumerate(some[:most])], class_="cards"),
        el("p", f"… and {more} more; --all writes them, and -f json holds them all.") if more > 0 else None,
        el("p", "Nothing here matches the filters.", class_="muted nothing", hidden=True),
        look="pair",
    )


def _remark(remark: PolicyFinding, name: str) -> Safe:
    waived = remark.waived is not None
    where = el("dt", "Where"), el("dd", place_text(remark.place))
    return _card(
        remark,
        (remark.level, "free" if waived else remark.level),
        el("code", remark.rule),
        (el("dl", where, el("dt", "Rule"), el("dd", _rule_link(remark))), items(remark.notes), _instead(remark)),
        unfolded=remark.level == "error" and not waived,
        id=name,
        data_level=remark.level,
        data_contract=name_of(remark.contract),
    )


def _instead(each: Finding | PolicyFinding) -> Safe | None:
    return advice(each.remedy) if each.remedy and each.waived is None else None


def _rule_link(each: Finding | PolicyFinding) -> Safe:
    return el("a", each.title or each.rule, href=f"#rule-{each.rule}")
