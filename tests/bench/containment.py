"""
How many containment questions of a corpus are answered, how many rightly, and how fast; others beside us.

A corpus is a file of NDJSON, perhaps compressed with xz, one pair a line:
``{"id", "draft", "old", "new", "expected_backward", "expected_forward"}``, an expectation being true, false or null.

Run it from the root: ``python tests/bench/containment.py [--peers] [--declared] [--remotes FILE] CORPUS...``. Peers
are those of the environment: jsonschema-rs is a dependency; jsonsubschema, jsoncompat and subschema are asked where
they are installed.
"""

from __future__ import annotations

import argparse
import lzma
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from referencing import Registry
from referencing.jsonschema import specification_with
from tabulate import tabulate

from schemadiff.containment import Contained, Refuted, Unknown, contains_nodes
from schemadiff.errors import InputError
from schemadiff.instance import loads
from schemadiff.keywords import Dialect
from schemadiff.runtime.budget import Budget
from schemadiff.schema import Node, load_value

Answer = tuple["bool | None", str]
"""Contained, refuted or undecided, and why the latter."""


class Question(NamedTuple):
    """
    One direction of one pair.
    """

    name: str
    dialect: Dialect
    inner: Any
    outer: Any
    expected: bool | None


def questions(file: Path) -> Iterator[Question]:
    """
    Both directions of all pairs of a corpus.
    """
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            pair: Any = loads(line)
            dialect = Dialect(pair["draft"])
            yield Question(pair["id"] + " >", dialect, pair["old"], pair["new"], pair["expected_backward"])
            yield Question(pair["id"] + " <", dialect, pair["new"], pair["old"], pair["expected_forward"])


def node_of(schema: Any, dialect: Dialect, remotes: dict[str, Any]) -> Node:
    """
    A schema that may refer to some documents.

    Raises:
        InputError: it is none.
    """
    create = specification_with(dialect.uri).create_resource
    registry: Registry[Any] = Registry().with_resources((uri, create(value)) for uri, value in remotes.items())
    return load_value(schema, dialect=dialect, registry=registry)


def ours(remotes: dict[str, Any], emission: Any, seconds: float) -> Callable[[Question], Answer]:
    """
    This prover.
    """

    def ask(question: Question) -> Answer:
        inner, outer = (node_of(each, question.dialect, remotes) for each in (question.inner, question.outer))
        answer = contains_nodes(inner, outer, emission=emission, budget=Budget(seconds=seconds))
        if isinstance(answer, Unknown):
            return None, answer.reason.value
        assert isinstance(answer, (Contained, Refuted))
        return isinstance(answer, Contained), ""

    return ask


def plain_of(value: Any) -> Any:
    """
    A value with ordinary floats, which is what the others take.
    """
    if isinstance(value, list):
        return [plain_of(each) for each in value]
    if isinstance(value, dict):
        return {name: plain_of(each) for name, each in value.items()}
    return float(value) if type(value).__name__ == "Decimal" else value


def jsonschema_rs_answer(question: Question) -> Answer:
    """
    The canonical algebra of jsonschema-rs.
    """
    import jsonschema_rs

    draft = {
        Dialect.DRAFT4: jsonschema_rs.Draft4,
        Dialect.DRAFT6: jsonschema_rs.Draft6,
        Dialect.DRAFT7: jsonschema_rs.Draft7,
        Dialect.DRAFT2019: jsonschema_rs.Draft201909,
        Dialect.DRAFT2020: jsonschema_rs.Draft202012,
    }[question.dialect]
    inner, outer = (
        jsonschema_rs.canonicalize(plain_of(each), draft=draft, validate_formats=False)
        for each in (question.inner, question.outer)
    )
    found = outer.covers(inner)
    known = {jsonschema_rs.canonical.Containment.YES: True, jsonschema_rs.canonical.Containment.NO: False}
    return known.get(found), "undecided"


def jsonsubschema_answer(question: Question) -> Answer:
    """
    The subset check of jsonsubschema, which guesses the dialect.
    """
    from jsonsubschema import isSubschema

    return bool(isSubschema(plain_of(question.inner), plain_of(question.outer))), ""


def jsoncompat_answer(question: Question) -> Answer:
    """
    The subset check of jsoncompat, which reads 2020-12 only.
    """
    import json

    import jsoncompat

    old, new = json.dumps(plain_of(question.inner)), json.dumps(plain_of(question.outer))
    found = jsoncompat.analyze_compat(old, new, role="deserializer")
    return {"compatible": True, "incompatible": False}.get(found["status"]), "unknown"


def subschema_answer(question: Question) -> Answer:
    """
    The subset check of PyPI's subschema.
    """
    import subschema

    dialect = question.dialect.value
    named = dialect if dialect.startswith("draft") else f"draft{dialect}"
    return bool(subschema.is_subschema(plain_of(question.inner), plain_of(question.outer), dialect=named)), ""


PEERS: dict[str, Callable[[Question], Answer]] = {
    "jsonschema-rs": jsonschema_rs_answer,
    "jsonsubschema": jsonsubschema_answer,
    "jsoncompat": jsoncompat_answer,
    "subschema": subschema_answer,
}


def measure(
    name: str, ask: Callable[[Question], Answer], corpus: list[Question], seconds: float, *, declared: bool = False
) -> list[Any]:
    """
    One row of the table.

    Arguments:
        name, ask: of the tool.
        corpus: the questions.
        seconds: for each of them.
        declared: whether counter-examples with undeclared members do not count; expectations know nothing of that,
            so that *contained* then contradicts none.
    """
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    times = []

    def alarm(*_: object) -> None:
        raise TimeoutError("time")

    signal.signal(signal.SIGALRM, alarm)
    for question in corpus:
        start = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, seconds * 1.5)
        try:
            found, why = ask(question)
        except Exception as error:
            found, why = None, type(error).__name__
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            found, why = None, "panic"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        times.append(time.perf_counter() - start)
        verdict = _verdict(found, None if declared and found else question.expected)
        counts[verdict] += 1
        if found is None:
            reasons[why] += 1
        if verdict == "wrong":
            sys.stderr.write(f"wrong ({name}): {question.name}\n")
    times.sort()
    total = sum(counts.values())
    decided = 100 * (total - counts["undecided"]) / total if total else 0
    told = ", ".join(f"{why} {count} ({100 * count / total:.2f} %)" for why, count in reasons.most_common(6))
    middle, last = (times[len(times) // 2], times[int(len(times) * 0.99)]) if times else (0, 0)
    return [
        name,
        total,
        f"{decided:.2f} %",
        counts["right"],
        counts["wrong"],
        counts["unlabelled"],
        counts["undecided"],
        f"{middle * 1000:.2f}",
        f"{last * 1000:.1f}",
        told,
    ]


def _verdict(found: bool | None, expected: bool | None) -> str:
    if found is None:
        return "undecided"
    if expected is None:
        return "unlabelled"
    return "right" if found == expected else "wrong"


def main() -> None:
    """
    Print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--peers", action="store_true", help="ask the other tools that are installed, too")
    parser.add_argument("--declared", action="store_true", help="restrict counter-examples to what is declared")
    parser.add_argument("--remotes", type=Path, help="a JSON object of documents by URI")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each question")
    given = parser.parse_args()
    remotes: Any = loads(given.remotes.read_text("utf-8")) if given.remotes else {}
    emission = "declared" if given.declared else "any"
    heads = [
        "tool",
        "questions",
        "decided",
        "right",
        "wrong",
        "no label",
        "undecided",
        "median ms",
        "p99 ms",
        "reasons",
    ]
    for corpus in given.corpora:
        asked = [each for each in questions(corpus) if _readable(each)]
        ask = ours(remotes, emission, given.seconds)
        rows = [measure(f"schemadiff ({emission})", ask, asked, given.seconds, declared=given.declared)]
        if given.peers:
            rows += [measure(name, ask, asked, given.seconds) for name, ask in PEERS.items() if _installed(name)]
        sys.stdout.write(f"\n{corpus.name}\n{tabulate(rows, heads)}\n")
        sys.stdout.flush()


def _readable(question: Question) -> bool:
    """
    Whether both sides are schemas; a few of a corpus may be their authors' slips.
    """
    try:
        for each in (question.inner, question.outer):
            load_value(each, dialect=question.dialect)
    except InputError:
        return False
    return True


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name.replace("-", "_")) is not None


if __name__ == "__main__":
    main()
