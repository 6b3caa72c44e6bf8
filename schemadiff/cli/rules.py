"""
``schemadiff rules``: the list of all rules, and the file from which a new one starts.
"""

from __future__ import annotations

from dataclasses import asdict

import click

from schemadiff.cli.options import output_options
from schemadiff.cli.writing import write
from schemadiff.errors import UsageError

_ABOUT = ("facts", "keywords", "effects", "models")


@click.command(
    epilog="\b\nExamples:\n  schemadiff rules\n  schemadiff rules -f json\n"
    "  schemadiff rules --new max-length-added --keyword maxLength -o max-length-added.md"
)
@click.option("--new", metavar="ID", help="Write the file from which a new rule starts.")
@click.option("--keyword", metavar="KEYWORD", help="The keyword that the new rule is about.")
@click.option(
    "--effect",
    type=click.Choice(["narrowed", "widened", "incomparable", "none"]),
    help="The effect that the new rule is about.",
)
@output_options("terminal", "markdown", "json")
def command(
    new: str | None,
    keyword: str | None,
    effect: str | None,
    form: str,
    output: str | None,
    everything: bool,  # noqa: ARG001
    color: str,  # noqa: ARG001
) -> int:
    """
    List the rules: id, level where it breaks, level where it does not, and what it is about.
    """
    from schemadiff.ruleset import all_rules

    if new is not None:
        from schemadiff import __version__
        from schemadiff.ruleset.starter import starter

        since = ".".join(__version__.split(".")[:2])
        write(starter(new, keyword=keyword, effect=effect, since=since), output)
        return 0
    if keyword or effect:
        raise UsageError("--keyword and --effect describe a new rule", remedy="Name it with --new ID.")
    rules = list(all_rules().values())
    if form == "json":
        import json

        rows = [
            {
                "id": rule.id,
                "aliases": list(rule.aliases),
                "title": rule.title,
                "level": rule.level,
                "floor": rule.floor,
                "since": rule.since,
                "about": {name: list(getattr(rule.about, name)) for name in _ABOUT if getattr(rule.about, name)},
                "message": rule.messages.changed,
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
