"""
Reports made of names and values that somebody chose to do harm.
"""

from __future__ import annotations

from dataclasses import replace

import report_example as example

from schemadiff.decide import Classification, Comparison, CounterExample, Finding, Location, SourceText
from schemadiff.deployment.graph import Graph, GraphEdge, GraphNode
from schemadiff.report import Report, Window

NAMES = (
    "\x1b[31mred\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\x9b2J\x00\x07\x08\x7f",
    "line\nend\r\n::error::owned\n##[error]owned",
    "::stop-commands::token",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'\"><svg onload=alert(1)>",
    "</style></script><h1>owned</h1>",
    "</details></summary><b>owned</b>",
    "<!-- -->]]>&lt;&#x41;",
    "[click](javascript:alert(1)) ![i](http://evil.example/i.png)",
    "@everyone @org/team #1 org/repo#2 GH-3 :tada: www.evil.example http://evil.example a@b.example",
    "`` ` ``` ```` code",
    "| a | b |\n|---|---|",
    "# heading\n- item\n1. one\n***bold*** ~~gone~~ $x$ \\",
    "right\u202eto\u2066left\u2069\u200f\u200b\u2028\ufeff",
    "lone \ud800 surrogate \U000e0041\U000e0042 tag",
    "%0A::error::owned,file=x%2C",
    "${{ secrets.TOKEN }} {0} {{x}} %s %(name)s",
    "../../etc/passwd",
    "javascript:alert(1)",
    "名前 ключ 🙂",
)
"""One for each trick that some reader of one of the formats falls for."""

LONG = "x" * 1_000_000


def finding(text: str, number: int = 0) -> Finding:
    """
    A finding in which everything that comes from a schema is this text.
    """
    judged = replace(
        example.LOWERED.backward,
        by=text,
        counter_example=CounterExample(instance={text: text}, retagged=text, confirmed_by=(text,)),
        compensated_by=(text, text),
    )
    return Finding(
        rule="maximum-lowered",
        title=text,
        message=f"{text}: {text}",
        level="error",
        classification=Classification.BREAKING,
        path=(text, "[]"),
        paths=((text,), (text, text)),
        old_place=Location(name=text, pointer=f"/{text}", line=1, column=1),
        new_place=Location(name=text, pointer=f"/{text}", line=number + 1, column=1),
        old=text,
        new=text,
        backward=judged,
        forward=judged,
        notes=(text, text),
        remedy=text,
        fingerprint=f"{number:016x}",
        waived=None if number % 3 else text,
    )


def comparison(text: str) -> Comparison:
    """
    A pair in which everything is this text.
    """
    return replace(
        example.REQUEST,
        contract=text,
        old=text,
        new=text,
        tag=None,
        findings=(finding(text), finding(text, 1)),
        notes=(text,),
        old_sources=(SourceText(name=text, text=f"{text}\nsame\nsame"),),
        new_sources=(SourceText(name=text, text=f"{text} {text}\nsame\nsame"),),
    )


def report(*texts: str) -> Report:
    """
    A report in which everything is one of these texts.
    """
    first = texts[0]
    exchange = replace(example.EXCHANGE, name=first, payload=first, response=first)
    return replace(
        example.REPORT,
        comparisons=tuple(map(comparison, texts)),
        notes=texts,
        windows=tuple(
            Window(contract=each, version=each, published="2026-01-01", deprecated=None, sunset=None) for each in texts
        ),
        rollout=texts,
        graph=graph(first),
        remarks=tuple(
            replace(
                each,
                message=text,
                title=text,
                contract=text,
                notes=(text,),
                remedy=text,
                place=Location(name=text, pointer=text, line=1, column=1),
            )
            for text in texts
            for each in example.REMARKS
        ),
        replay=replace(
            example.REPLAY,
            worker=first,
            capabilities=replace(example.REPLAY.capabilities, service=first, release=first),
            notable=(exchange,),
            faults=tuple(replace(each, detail=first, fixture=first) for each in example.REPLAY.faults),
        ),
    )


def graph(text: str, edges: int = 1) -> Graph:
    """
    A graph in which every name is this text.
    """
    writer, reader = (GraphNode(text, side, text, text, (text,), True, "current", None) for side in ("writes", "reads"))
    edge = GraphEdge(writer.key, reader.key, text, text, text, "same", True, None, None)
    return Graph(example.GRAPH.as_of, (writer, reader), (edge,) * edges)


def crowd(findings: int, pairs: int = 1) -> Report:
    """
    A report with very many findings.
    """
    some = tuple(
        replace(
            example.LOWERED,
            message=f"field_{number}: maximum lowered from ≤ 300 to ≤ 60",
            fingerprint=f"{number:016x}",
            level=("error", "warning", "note", "none")[number % 4],
            classification=list(Classification)[number % 4],
        )
        for number in range(findings // pairs)
    )
    each = tuple(replace(example.REQUEST, contract=f"contract_{number}", findings=some) for number in range(pairs))
    return replace(example.REPORT, comparisons=each)
