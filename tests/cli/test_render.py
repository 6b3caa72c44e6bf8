"""
A saved report in other formats.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from schemadiff.report import formats_of

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
AS_OF = ("--as-of", "2026-11-23")


def run(folder: Path, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "schemadiff", *words], cwd=folder, input=stdin, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    old = {"type": "object", "properties": {"a": {"type": "string"}}}
    new = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}}, "title": "new"}
    (tmp_path / "old.json").write_text(json.dumps(old))
    (tmp_path / "new.json").write_text(json.dumps(new))
    assert run(tmp_path, "old.json", "new.json", "-f", "json", "-o", "report.json", *AS_OF).returncode == 1
    return tmp_path


@pytest.mark.parametrize("form", [each for each in formats_of("comparison") if each != "html"])
def test_it_reads_as_if_it_had_been_compared_again(saved: Path, form: str) -> None:
    """
    Byte for byte; the schemas need not be there any more.
    """
    direct = run(saved, "old.json", "new.json", "-f", form, *AS_OF)
    (saved / "old.json").unlink()
    done = run(saved, "render", "report.json", "-f", form)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == direct.stdout


def test_a_page_lacks_the_schemas_and_nothing_else(saved: Path) -> None:
    direct = run(saved, "old.json", "new.json", "-f", "html", *AS_OF).stdout
    page = run(saved, "render", "report.json", "-f", "html", "-o", "page.html")
    text = (saved / "page.html").read_text()

    assert (page.returncode, page.stdout) == (0, "")
    assert "max-length-lowered" in text
    assert "aaaa" in text
    assert len(text) < len(direct)


def test_standard_input_is_a_report_too(saved: Path) -> None:
    text = (saved / "report.json").read_text()

    assert run(saved, "render", "-", "-f", "json", stdin=text).stdout == text


@pytest.mark.parametrize(("name", "told"), [("old.json", "not a result"), ("none.json", "cannot be read")])
def test_what_is_no_report_is_refused(saved: Path, name: str, told: str) -> None:
    """
    And nothing is written.
    """
    done = run(saved, "render", name, "-f", "sarif", "-o", "out.sarif")

    assert (done.returncode, done.stdout) == (4, "")
    assert told in done.stderr
    assert not (saved / "out.sarif").exists()
