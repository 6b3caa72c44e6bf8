"""
The terminal: colours only where they are wanted, lines that fit.
"""

from __future__ import annotations

import re
from dataclasses import replace

import hostile
import pytest
import report_example as example

from schemadiff.cli.output import Output
from schemadiff.report import Style, render


def test_colours_are_added_and_change_nothing_else() -> None:
    """
    Without them the text is the same.
    """
    plain = render(example.REPORT, "terminal", style=Style(width=90))
    coloured = render(example.REPORT, "terminal", style=Style(width=90, colour=True))

    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


def test_lines_fit_but_for_what_is_copied() -> None:
    """
    Payloads, places and names of pairs stay whole.
    """
    for width in (40, 60, 80, 120):
        for line in render(example.REPORT, "terminal", style=Style(width=width)).split("\n"):
            word = len(line.split()) == 1  # a path, which is to be copied
            whole = "payload:" in line or " · " in line or not line.startswith(" ") or word
            assert len(line) <= width or whole, line


def test_a_hostile_text_colours_nothing() -> None:
    """
    Only the escape sequences that are ours come out.
    """
    for text in hostile.NAMES:
        coloured = render(hostile.report(text), "terminal", style=Style(colour=True))
        assert not re.sub("\x1b\\[[0-9;]+m", "", coloured).count("\x1b")


def test_pairs_in_which_nothing_was_found_are_folded() -> None:
    """
    Unless there are few of them, or all are asked for.
    """
    few = replace(example.REPORT, comparisons=(example.SAME,) * 3)
    many = replace(example.REPORT, comparisons=(example.SAME,) * 300)

    assert render(few, "terminal").count("heartbeat") == 3
    assert "300 more pairs: compatible" in render(many, "terminal")
    assert render(many, "terminal", style=Style(everything=True)).count("heartbeat") == 300


def test_a_pair_that_is_undecided_is_never_folded_away() -> None:
    """
    Doubt is shown.
    """
    doubtful = replace(example.SAME, contract="doubtful", backward=example.UNDECIDED.backward)
    report = replace(example.REPORT, comparisons=(*(example.SAME,) * 300, doubtful))

    assert "UNDECIDED" in render(report, "terminal")


def test_folded_findings_are_counted_by_contract_and_level() -> None:
    """
    In a table, the worst contracts first.
    """
    text = render(hostile.crowd(10_000, 10), "terminal")

    assert re.search(r"contract +error +warning +note +none +waived", text)
    assert re.search(r"contract_0 +250 +250 +250 +250", text)


@pytest.mark.parametrize(
    ("color", "terminal", "environment", "colour"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, color: str, terminal: bool, environment: dict[str, str], colour: bool
) -> None:
    """
    An empty NO_COLOR says nothing; a flag says more than the environment.
    """
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert Output(form="terminal", path=None, everything=False, color=color).style.colour is colour


@pytest.mark.parametrize(
    ("contract", "old", "new", "title"),
    [
        ("old → new", "old.json", "new.json", "old.json → new.json"),
        ("s", "HEAD~1:a/s.json", "a/s.json", "HEAD~1:a/s.json → a/s.json"),
        ("x/s.json", "a/x/s.json", "b/x/s.json", "a/x/s.json → b/x/s.json"),
        ("job", "v1", "v2", "job  v1 → v2"),
        ("job", "main:v1", "v1", "job  main:v1 → v1"),
    ],
)
def test_a_name_is_not_told_twice(contract: str, old: str, new: str, title: str) -> None:
    pair = replace(example.SAME, contract=contract, old=old, new=new)

    assert render(replace(example.REPORT, comparisons=(pair,)), "terminal").split("\n")[0] == title


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_may_be_asked_for_where_no_terminal_is(
    environment: dict[str, str], colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    As in the log of a build; never in a file.
    """
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    for path, expected in ((None, colour), ("file", False)):
        assert Output(form="terminal", path=path, everything=False, color="auto").style.colour is expected


def test_a_replay_is_told_in_a_line() -> None:
    assert "\nreplay: 23 fixtures replayed through " in render(example.REPORT, "terminal", style=Style(width=200))
    nothing = replace(example.REPLAY, total=0)
    assert "\nreplay: no fixtures: nothing was replayed" in render(replace(example.REPORT, replay=nothing), "terminal")
