"""
The command line: which word is which command, and what an error becomes.

Commands live in files of their own and are imported when they are called, so that each starts fast.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Any

# A run is short and keeps most of what it makes, so looking for garbage after every 700 objects is lost time.
gc.set_threshold(50_000, 20, 20)


def _lazily(name: str) -> None:
    """
    Let a module be imported when it is first used. Click imports this one and the heavy ones behind it for a
    parameter type that no command here has.
    """
    spec = find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


_lazily("uuid")

import click  # noqa: E402 - after the lines above, which it is meant to feel

from schemadiff.errors import SchemadiffError  # noqa: E402

COMMANDS = {
    "diff": "Compare two versions, files, folders or revisions (the default command).",
    "check": "Judge a change of contracts before it is merged (the gate).",
    "comment": "Keep one pull-request comment up to date with a saved report.",
    "lint": "Tell what single schemas ask for trouble with.",
    "replay": "Hand recorded messages to the worker that runs today.",
    "record": "Add real messages to the fixtures, exact, deduplicated, redacted.",
    "generate": "Write instances of a schema, boundaries first.",
    "contains": "Tell whether every instance of one schema is one of another.",
    "graph": "Show who works with whom, and until when.",
    "can-deploy": "Tell whether a release may run beside what runs.",
    "rollout": "Plan in which order to deploy, each step proved safe.",
    "retire": "Tell whether a version may go, or who still needs it.",
    "downgrade": "Turn a payload into one of the version before.",
    "checklist": "Print the release checklist, each item checked or left to a person.",
    "init": "Set a repository up: manifest, fixtures, workflow, hook.",
    "rules": "List the rules.",
    "explain": "Print the page of one rule.",
    "schema": "Print the JSON Schema of the JSON output.",
}
"""Every command with its line of help, in the order in which they are listed."""

_EXAMPLES = """\b
Examples:
  schemadiff v1 v2                          every contract that has both versions
  schemadiff job_request@v1 job_request@v2  one contract
  schemadiff old.json new.json              two files, JSON or YAML
  schemadiff HEAD~1:s.json s.json           a revision of git against the working tree
  schemadiff schemas/ ../next/schemas/      two folders, file by file
  schemadiff v1 v2 -f markdown -o comment.md

\b
Exit codes: 0 nothing at the fail level, 1 breaking, 3 undecided and nothing worse,
4 bad input, 5 worker or replay failure, 2 usage, 70 a bug of ours.
"""


class Commands(click.Group):
    """
    A group whose commands are imported on demand, and whose default command is ``diff``.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """
        The commands' names in their own order.
        """
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """
        Import a command.
        """
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"schemadiff.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """
        Put ``diff`` before words that are no command.
        """
        first = next((each for each in args if not each.startswith("-") or each == "-"), None)
        if first is not None and first not in COMMANDS:
            args = ["diff", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """
        Commands, or what may stand for OLD; options where a dash stands.
        """
        from schemadiff.cli.completion import first_words

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return first_words(ctx, COMMANDS, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """
        List the commands without importing them.
        """
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from schemadiff import __version__

        click.echo(f"schemadiff {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Print the version."
)
def cli() -> None:
    """
    Which producers and consumers does a schema edit break, and what payload proves it?
    """


def main(arguments: list[str] | None = None) -> Any:
    """
    Run a command and exit with its code; every error becomes one message, never a traceback.
    """
    if "_SCHEMADIFF_COMPLETE" in os.environ:
        importlib.import_module("schemadiff.cli.completion")
    try:
        code = cli.main(args=arguments, prog_name="schemadiff", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except SchemadiffError as error:
        _say(f"error: {error}")
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        _say("stopped")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except (KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:
        _crash(error)


def _say(text: str) -> None:
    from schemadiff.report.untrusted import visible

    click.echo("\n".join(visible(line) for line in text.split("\n")), err=True)


def _crash(error: Exception) -> None:
    import traceback

    if os.environ.get("SCHEMADIFF_DEBUG"):
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('schemadiff')[2].lstrip('/')}:{last.lineno}"
    _say(f"error: a bug in schemadiff ({type(error).__name__} at {place}: {str(error)[:200]})")
    _say("  No verdict was reached. Please report it with the two schemas; SCHEMADIFF_DEBUG=1 shows where it happened.")
    sys.exit(70)
