"""
The main command's work, without the command-line library around it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from schemadiff.cli.writing import progress, style_of, write


def compare_words(
    old: str,
    new: str,
    *,
    form: str = "terminal",
    output: str | None = None,
    everything: bool = False,
    color: str = "auto",
    promise: str | None = None,
    emission: str | None = None,
    formats: str | None = None,
    version_field: str | None = None,
    dialect: str | None = None,
    fail_on: str | None = None,
    rules: str | None = None,
    config: str | None = None,
    budget: float | None = None,
    usage: bool = False,
    jobs: int = 0,
    contracts: str | None = None,
    as_of: date | None = None,
) -> int:
    """
    Compare what two words stand for and write the report; each argument is the option of its name.

    Returns:
        The exit code.
    """
    from schemadiff.keywords import Dialect
    from schemadiff.report import render
    from schemadiff.usecases.compare import compare_sides
    from schemadiff.workspace.settings import config_here, settings_of, with_settings
    from schemadiff.workspace.targets import Surroundings

    read = config_here(Path.cwd(), config)
    wanted = dialect or read.dialect
    around = Surroundings(Path.cwd(), contracts, Dialect(wanted) if wanted else None)
    settings = settings_of(
        read,
        as_of=as_of or date.today(),
        promise=promise,
        emission=emission,
        formats=formats,
        version_field=version_field,
        rules=rules,
        fail_on=fail_on,
        budget=budget,
        jobs=jobs,
    )
    if usage:
        from schemadiff.usecases.record import recorded_usage

        settings = replace(settings, usage=recorded_usage(around))
    report = with_settings(compare_sides(old, new, around, settings, progress()), read)
    if form == "html":
        from schemadiff.usecases.version_verdicts import with_outlook

        report = with_outlook(report, around, settings)
    write(render(report, form, style=style_of(color, everything=everything, output=output)), output)
    return report.exit_code
