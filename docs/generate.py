"""
Write ``docs/rules.md``, ``docs/rule-ids.md``, ``docs/cli.md`` and ``schemadiff/README.md`` from their sources.

    python docs/generate.py
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import click

from schemadiff.cli.commands import COMMANDS
from schemadiff.cli.main import cli
from schemadiff.ruleset import all_rules
from schemadiff.ruleset.catalogue import rules_folder

HERE = Path(__file__).parent
_NOTE = "<!-- Written by docs/generate.py; edit its sources instead. -->\n"


def rules() -> str:
    """
    The table of all rules, by their folders.
    """
    folders: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(rules_folder().rglob("*.md")):
        inside = path.relative_to(rules_folder())
        if path.stem in all_rules():
            folders.setdefault(inside.parts[0], []).append((path.stem, inside.as_posix()))
    parts = [
        _NOTE,
        "# Rules\n",
        "A rule names one kind of change. Its level is the first one where the change breaks a promise, the second",
        "one otherwise. `schemadiff explain RULE` prints the page that is linked here.\n",
    ]
    for folder, found in folders.items():
        parts += [f"## {folder.capitalize()}\n", "| rule | breaking | otherwise | what happened |", "|---|---|---|---|"]
        for name, path in found:
            rule = all_rules()[name]
            title = rule.title.replace("|", "\\|")
            parts.append(f"| [`{name}`](../rules/{path}) | {rule.level} | {rule.floor} | {title} |")
        parts.append("")
    return "\n".join(parts)


def rule_ids() -> str:
    """
    The ids that rules had before, with those that took their place.
    """
    inside = {path.stem: path.relative_to(rules_folder()).as_posix() for path in rules_folder().rglob("*.md")}
    parts = [
        _NOTE,
        "# Rule ids of earlier releases\n",
        "Old ids work wherever a rule is named: in settings, waivers, rule sets and `schemadiff explain`. Output names",
        "the new ones. An old id with several new ones stands for all of them. [Upgrade](upgrade.md) lists what else",
        "changed.\n",
        "| old | new |",
        "|---|---|",
    ]
    for old, new in sorted(all_rules().aliases.items()):
        parts.append(f"| `{old}` | {', '.join(f'[`{name}`](../rules/{inside[name]})' for name in new)} |")
    return "\n".join([*parts, ""])


def commands() -> str:
    """
    Every command's help.
    """
    parts = [_NOTE, "# Commands\n", "```text", _help(cli, "schemadiff"), "```\n"]
    for name in COMMANDS:
        module = importlib.import_module(f"schemadiff.cli.{name.replace('-', '_')}")
        parts += [f"## {name}\n", "```text", _help(module.command, f"schemadiff {name}"), "```\n"]
    return "\n".join(parts)


def _help(command: click.Command, words: str) -> str:
    context = click.Context(command, info_name=words, terminal_width=100, max_content_width=100)
    context.help_option_names = ["-h", "--help"]
    return "\n".join(line.rstrip() for line in command.get_help(context).split("\n"))


def layout() -> str:
    """
    The files of the package by room, each with the first sentence of its docstring.
    """
    package = HERE.parent / "schemadiff"
    rooms: dict[str, list[Path]] = {}
    for path in sorted(package.rglob("*.py")):
        rooms.setdefault(path.relative_to(package).parts[0].removesuffix(".py"), []).append(path)
    parts = [_NOTE, "# The rooms of the package\n"]
    parts.append("Values flow one way; a room imports only from those below it (`pyproject.toml`, import-linter).\n")
    for files in rooms.values():
        parts += [f"- `{path.relative_to(package).as_posix()}`: {_first_sentence(path)}" for path in files]
        parts.append("")
    return "\n".join(parts)


def _first_sentence(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


PAGES = {
    "rules.md": rules,
    "rule-ids.md": rule_ids,
    "cli.md": commands,
    "../schemadiff/README.md": layout,
}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (HERE / page).write_text(text(), encoding="utf-8")
