"""
Every command that the documentation shows does what the documentation says.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import ROOT, Command, matches, run, steps

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GENERATED = ("cli.md", "rule-ids.md", "rules.md")
START = (ROOT / "README.md", ROOT / "docs" / "README.md")


def links(page: Path) -> list[tuple[Path, str]]:
    """
    The links of a page that lead to files: the file, and the heading in it, empty where none is named.
    """
    found = re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text())
    return [((page.parent / target).resolve() if target else page, heading) for target, heading in found]


def headings(page: Path) -> set[str]:
    """
    The names under which GitHub offers the headings of a page.
    """
    titles = re.findall(r"^#+ +(.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in titles}


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [each for each in PAGES if each.name not in GENERATED], ids=lambda each: f"{each.parent.name}/{each.name}"
)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    """
    Each command with its output and its exit code.
    """
    ran = list(run(page.read_text(), tmp_path))
    shown = [each.command.text for each in ran] + [""]
    assert ran or page != ROOT / "README.md"

    for number, each in enumerate(ran):
        where = f"{page.name}:{each.command.line}: $ {each.command.text}\n{each.output}"
        assert each.command.expected is None or matches(each.command.expected, each.output), where
        assert each.code == 0 or shown[number + 1] == "echo $?", f"{where}\nexit {each.code}"


@pytest.mark.parametrize("page", PAGES, ids=lambda each: f"{each.parent.name}/{each.name}")
def test_links_lead_somewhere(page: Path) -> None:
    """
    To files of this repository, and to headings in them.
    """
    for target, heading in links(page):
        assert target.exists(), target
        assert not heading or heading in headings(target), f"{target}#{heading}"


def test_every_page_is_reached_from_the_first() -> None:
    """
    By a link of the README or of the first page of the documentation.
    """
    linked = {target for page in START for target, _ in links(page)}

    assert [each for each in PAGES if each not in linked and each not in START] == []


@pytest.mark.parametrize(
    ("expected", "output", "same"),
    [
        ("a\n...\nd", "a\nb\nc\nd\n", True),
        ("a ... d", "a b c d\n", True),
        ("a\n...", "a\n", True),
        ("a", "a\nb\n", False),
        ("a ... d", "a b\nc d\n", False),
    ],
)
def test_elision(expected: str, output: str, same: bool) -> None:
    assert matches(expected, output) is same


def test_commands_and_outputs_are_told_apart() -> None:
    text = "x\n```console\n$ a \\\n  b\nout\n$ c\n```\n```json f.json\n{}\n```\n"

    assert list(steps(text))[:2] == [Command(3, "a \\\n  b", "out"), Command(6, "c", None)]
