"""
``schemadiff comment``: a saved report as the one comment of a pull request.
"""

from __future__ import annotations

import os

import click

from schemadiff.cli.saved import saved_result
from schemadiff.cli.writing import write

_EXAMPLES = """\b
Examples:
  schemadiff check -f json -o report.json; schemadiff comment report.json
  schemadiff comment report.json --repo acme/contracts --pr 17
  schemadiff comment report.json --dry-run
"""


@click.command(epilog=_EXAMPLES)
@click.argument("report")
@click.option("--repo", metavar="OWNER/NAME", help="The repository [GITHUB_REPOSITORY].")
@click.option("--pr", "number", type=click.IntRange(min=1), help="The pull request [that of the Actions event].")
@click.option("--key", default="report", show_default=True, help="Tells several comments of a pull request apart.")
@click.option("--api-url", metavar="URL", help="The API [GITHUB_API_URL, or https://api.github.com].")
@click.option("--patience", type=click.FloatRange(min=0), default=60.0, metavar="SECONDS", help="For a busy API [60].")
@click.option("--dry-run", is_flag=True, help="Print the comment instead.")
def command(
    report: str,
    repo: str | None,
    number: int | None,
    key: str,
    api_url: str | None,
    patience: float,
    dry_run: bool,
) -> int:
    """
    Publish REPORT, a file that `-f json` wrote, as the one comment of a pull request: made once, then kept up to date.

    The token is taken from GITHUB_TOKEN or GH_TOKEN. Where it may not comment, as in a pull request from a fork, the
    text goes to the job summary. Nothing of the change under judgement is run or read.
    """
    from schemadiff.publish import Api, Forbidden, append_summary, marker, publish_comment, target_of
    from schemadiff.report import Style, render

    text = render(saved_result(report), "markdown", style=Style(limit=65_000))
    if dry_run:
        write(f"{marker(target_of({'GITHUB_REPOSITORY': 'o/r'}, number=1, key=key))}\n{text}", None)
        return 0
    target = target_of(os.environ, repository=repo, number=number, key=key)
    api = Api(api_url or os.environ.get("GITHUB_API_URL") or "https://api.github.com", _token(), patience=patience)
    try:
        outcome = publish_comment(text, target, api)
    except Forbidden as error:
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if not summary:
            raise
        append_summary(text, summary)
        click.echo(f"{error.message}; the report is in the job summary instead")
        return 0
    click.echo(f"comment {outcome.action}{f': {outcome.url}' if outcome.url.isprintable() and outcome.url else ''}")
    return 0


def _token() -> str:
    from schemadiff.errors import UsageError

    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN") or ""
    if not token:
        raise UsageError(
            "there is no token",
            remedy="Set GITHUB_TOKEN, in a workflow `env: {GITHUB_TOKEN: ${{ github.token }}}`; --dry-run needs none.",
        )
    return token.strip()
