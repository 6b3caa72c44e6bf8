"""
``schemadiff comment``: a saved report as the one comment of a pull request.
"""

from __future__ import annotations

import click

from schemadiff.cli.output import write

_EXAMPLES = """\b
Examples:
  schemadiff check -f json -o report.json; schemadiff comment report.json
  schemadiff comment report.json --repo acme/contracts --pr 17
  schemadiff comment report.json --dry-run
"""


@click.command(epilog=_EXAMPLES)
@click.argument("report")
@click.option("--repo", "repository", metavar="OWNER/NAME", help="The repository [GITHUB_REPOSITORY].")
@click.option("--pr", "number", type=click.IntRange(min=1), help="The pull request [that of the Actions event].")
@click.option("--key", default="report", show_default=True, help="Distinguishes several comments of a pull request.")
@click.option("--api-url", metavar="URL", help="The API [GITHUB_API_URL, or https://api.github.com].")
@click.option("--patience", type=click.FloatRange(min=0), default=60.0, metavar="SECONDS", help="For a busy API [60].")
@click.option("--dry-run", is_flag=True, help="Print the comment instead.")
def command(
    report: str,
    repository: str | None,
    number: int | None,
    key: str,
    api_url: str | None,
    patience: float,
    dry_run: bool,
) -> int:
    """
    Publish REPORT, a file that `-f json` wrote, as the one comment of a pull request: created once, then updated.

    The token is taken from GITHUB_TOKEN or GH_TOKEN. Where it may not comment, as in a pull request from a fork, the
    text goes to the job summary. Nothing of the proposed change is run or read.
    """
    from schemadiff.usecases.saved_result import comment

    text = comment(
        report, repository=repository, number=number, key=key, api_url=api_url, patience=patience, dry_run=dry_run
    )
    write(text, None)
    return 0
