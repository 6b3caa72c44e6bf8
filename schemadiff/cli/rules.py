"""
``schemadiff rules``: the list of all rules.
"""

from __future__ import annotations

from dataclasses import asdict

import click

from schemadiff.cli.options import output_options
from schemadiff.cli.writing import write


@click.command(epilog="\b\nExamples:\n  schemadiff rules\n  schemadiff rules -f json")
@output_options("terminal", "markdown", "json")
def command(form: str, output: str | None, everything: bool, color: str) -> int:  # noqa: ARG001
    """
    List the rules: id, level where it breaks, level where it does not, and what it is about.
    """
    from schemadiff.ruleset import all_rules

    rules = list(all_rules().values())
    if form == "json":
        import json

        rows = [
            {
                "id": rule.id,
                "title": rule.title,
                "level": rule.level,
                "floor": rule.floor,
                "since": rule.since,
                "about": {name: list(values) for name, values in asdict(rule.about).items() if values},
                "refines": list(rule.refines),
                "reason": rule.reason,
                "remedy": rule.remedy,
                "examples": [asdict(example) for example in rule.examples],
            }
            for rule in rules
        ]
        write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", output)
        return 0
    from tabulate import tabulate

    table = tabulate(
        [(rule.id, rule.level, rule.floor, rule.title) for rule in rules],
        headers=("rule", "breaking", "otherwise", "what happened"),
        tablefmt="github" if form == "markdown" else "simple",
    )
    write(f"{table}\n\n{len(rules)} rules; `schemadiff explain RULE` prints the page of one.\n", output)
    return 0
