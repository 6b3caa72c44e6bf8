"""
``schemadiff contains``: is every instance of one schema an instance of another?
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

import click

from schemadiff.cli.options import completed_by, contracts_option, dialect_option, output_options
from schemadiff.cli.writing import write

_EXAMPLES = """\b
Examples:
  schemadiff contains old.json new.json         is everything valid under old valid under new?
  schemadiff contains HEAD~1:s.json s.json --emission declared
"""


@click.command(epilog=_EXAMPLES)
@click.argument("inner", shell_complete=completed_by("sides"))
@click.argument("outer", shell_complete=completed_by("sides"))
@output_options("terminal", "json")
@click.option(
    "--emission",
    type=click.Choice(["any", "declared"]),
    default="any",
    show_default=True,
    help="All that INNER accepts, or only what it declares.",
)
@click.option("--formats", type=click.Choice(["annotate", "assert"]), default="annotate", help="What `format` does.")
@click.option("--budget", type=click.FloatRange(min=0.05), default=10.0, metavar="SECONDS", help="Time for it all.")
@click.option("--steps", type=click.IntRange(min=1), default=None, metavar="N", help="Steps of the search at most.")
@dialect_option
@contracts_option
def command(
    inner: str,
    outer: str,
    form: str,
    output: str | None,
    everything: bool,  # noqa: ARG001 - nothing is folded here
    color: str,  # noqa: ARG001
    emission: Literal["any", "declared"],
    formats: str,
    budget: float,
    steps: int | None,
    dialect: str | None,
    contracts: str | None,
) -> int:
    """
    Tell whether every instance of INNER is an instance of OUTER: the proof's outline, a counter-example, or why not.

    Pure containment: no version tag is mapped. Exits 0 if contained, 1 if refuted, 3 if undecided.
    """
    from schemadiff.containment import Contained, Refuted, contains_nodes
    from schemadiff.keywords import Dialect
    from schemadiff.runtime.budget import Budget
    from schemadiff.workspace.targets import Surroundings, single

    around = Surroundings(Path.cwd(), contracts, Dialect(dialect) if dialect else None)
    until = time.monotonic() + budget
    sides = single(inner, around), single(outer, around)
    left = max(0.0, until - time.monotonic())
    worth = Budget(seconds=left) if steps is None else Budget(seconds=left, steps=steps)
    found = contains_nodes(*sides, emission=emission, formats=formats == "assert", budget=worth, outlined=True)
    write(_json(found) if form == "json" else _text(found, inner, outer), output)
    return 0 if isinstance(found, Contained) else 1 if isinstance(found, Refuted) else 3


def _text(found: Any, inner: str, outer: str) -> str:
    from schemadiff.containment import Contained, Refuted
    from schemadiff.instance import dumps
    from schemadiff.report.escaping import visible

    if isinstance(found, Contained):
        lines = [f"contained: every instance of {inner} is one of {outer}", f"proved by {found.by}"]
        lines += [found.note] if found.note else []
        lines += [f"  {line}" for line in found.outline]
    elif isinstance(found, Refuted):
        lines = [f"not contained: {inner} accepts and {outer} rejects", f"  {dumps(found.counter_example)}"]
        lines.append(f"confirmed by {' and '.join(found.confirmed_by)}")
    else:
        lines = [f"undecided: {found.reason.value}" + (f" ({found.detail})" if found.detail else "")]
        if found.keyword:
            lines.append(f"  stopped by {_place(found)}")
    return "\n".join(visible(line) for line in lines) + "\n"


def _place(found: Any) -> str:
    """
    The keyword that stopped the search, and where it stands.
    """
    from schemadiff.instance import format_pointer

    node = found.place
    if node is None:
        return str(found.keyword)
    pointer = (*node.pointer, found.keyword)
    position = node.document.position(pointer)
    line = "" if position is None else f":{position.line}:{position.column}"
    return f"{format_pointer(pointer)} in {node.document.name}{line}"


def _json(found: Any) -> str:
    import json

    from schemadiff.containment import Contained, Refuted
    from schemadiff.instance import dumps

    value: dict[str, Any]
    if isinstance(found, Contained):
        value = {"answer": "contained", "by": found.by, "note": found.note, "outline": list(found.outline)}
    elif isinstance(found, Refuted):
        value = {
            "answer": "refuted",
            "counter_example": dumps(found.counter_example),
            "confirmed_by": list(found.confirmed_by),
        }
    else:
        value = {"answer": "undecided", "reason": found.reason.value, "detail": found.detail, "keyword": found.keyword}
        value["place"] = _place(found) if found.keyword else None
    return json.dumps({"format": 1, **value}, indent=2, ensure_ascii=False) + "\n"
