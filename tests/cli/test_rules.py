"""
``schemadiff rules`` and ``explain``: old ids, and the file from which a rule starts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemadiff", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_explain_resolves_an_old_id_and_names_the_new_ones(tmp_path: Path) -> None:
    done = run("explain", "object-closed", folder=tmp_path)

    assert done.returncode == 0
    note, _, title, *_ = done.stdout.splitlines()
    assert note == (
        "The rule `object-closed` is called `additional-properties-closed` and `unevaluated-properties-closed` now."
    )
    assert title == "# additionalProperties became false"
    assert "# unevaluatedProperties became false" in done.stdout
    assert "formerly `object-closed`" in done.stdout
    assert "is called" not in run("explain", "additional-properties-closed", folder=tmp_path).stdout


def test_an_old_id_in_the_settings_works_and_is_noted_once(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"type": "object"}')
    (tmp_path / "new.json").write_text('{"type": "object", "additionalProperties": false}')
    (tmp_path / "schemadiff.toml").write_text(
        '[levels]\n"object-closed" = "note"\n[[overrides]]\nrule = "object-closed"\nplace = "a"\nlevel = "error"\n'
    )
    done = run("old.json", "new.json", "--emission", "any", "-f", "json", folder=tmp_path)
    report = json.loads(done.stdout)

    assert [note for note in report["notes"] if "object-closed" in note] == [
        "The rule `object-closed` is called `additional-properties-closed` and `unevaluated-properties-closed` now."
    ]
    (finding,) = report["comparisons"][0]["findings"]
    assert (finding["rule"], finding["level"]) == ("additional-properties-closed", "note")


def test_a_new_rule_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    words = ("rules", "--new", "max-length-added", "--keyword", "maxLength", "--effect", "narrowed")
    done = run(*words, "-o", "rule.md", folder=tmp_path)

    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "rule.md").read_text() == run(*words, folder=tmp_path).stdout
    assert "about: {keyword: maxLength, effect: narrowed}\n" in (tmp_path / "rule.md").read_text()
    for refused in (("rules", "--new", "object-closed"), ("rules", "--new", "a-b", "--keyword", "nope")):
        assert run(*refused, "-o", "other.md", folder=tmp_path).returncode == 2
    assert not (tmp_path / "other.md").exists()


@pytest.mark.parametrize("option", [("--keyword", "title"), ("--effect", "none")])
def test_what_describes_a_new_rule_needs_its_id(tmp_path: Path, option: tuple[str, str]) -> None:
    done = run("rules", *option, folder=tmp_path)

    assert done.returncode == 2
    assert "--new ID" in done.stderr
