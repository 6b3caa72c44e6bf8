"""
The flags of the command line, made from the options; and the flags that commands share.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from schemadiff.options import MIN_SECONDS, OPTIONS, Options, OptionSpec

F = TypeVar("F", bound=Callable[..., Any])


def day(value: str) -> date:
    """
    The day that a word names, in ISO 8601.

    Raises:
        click.BadParameter: it names none.
    """
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date such as 2026-11-30") from None


class _Choice(click.Choice[str]):
    """
    A choice that names the replacement of a word of an earlier release.
    """

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__(spec.choices)
        self.former = spec.former

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """
        The value, if it is one of the choices.
        """
        if value in self.former:
            self.fail(f"{value!r} is a word of an earlier release; write {self.former[value]!r} instead.", param, ctx)
        return super().convert(value, param, ctx)


def _type(spec: OptionSpec) -> Any:
    types: dict[str, Callable[[], Any]] = {
        "choice": lambda: _Choice(spec),
        "seconds": lambda: click.FloatRange(min=MIN_SECONDS),
        "count": lambda: click.IntRange(min=spec.minimum),
        "day": lambda: day,
    }
    return types.get(spec.kind, lambda: click.STRING)()


def _flag(name: str, spec: OptionSpec, help_text: str) -> Callable[[F], F]:
    words = [f"--{name.replace('_', '-')}", *([spec.short] if spec.short else []), name]
    if spec.kind == "switch":
        return click.option(*words, is_flag=True, default=None, help=help_text)
    return click.option(*words, type=_type(spec), default=None, metavar=spec.metavar, help=help_text)


def takes(*groups: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """
    Give a command the flags of some groups, as the fields of ``Options`` name them; it receives them as ``options``.
    """
    names = [name for name, spec in OPTIONS.items() if set(spec.commands) & set(groups)]

    def add(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def with_options(**values: Any) -> int:
            options = Options(**{name: values.pop(name) for name in names})
            return command(options=options, **values)

        for name in reversed(names):
            with_options = _flag(name, OPTIONS[name], OPTIONS[name].help_for(groups))(with_options)
        return with_options

    return add


replay_flag = click.option("--replay", is_flag=True, help="Replay the fixtures through the worker as well.")
running_flag = click.option(
    "--with", "running", multiple=True, metavar="SERVICE@RELEASE", help="What runs, instead of the manifest's."
)


def completed_by(name: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """
    What completes an argument: a function of ``schemadiff.cli.completion``, imported when a shell asks.
    """

    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[Any]:
        from schemadiff.cli import completion

        items: list[Any] = getattr(completion, name)(ctx, incomplete)
        return items

    return complete
