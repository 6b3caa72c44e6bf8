"""
What a contributor may add, each with its edits, the tests that guard it, and a use that shows that it works.

``measure_house.py`` makes them in a copy of the checkout.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class MeasurementError(Exception):
    """
    An addition that cannot be made, does not work, or fails its tests.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """
    One edit by hand.

    Attributes:
        path: the file, from the root.
        before: the text, which occurs once, in front of which the new text goes; empty for a new file.
        instead: whether the new text replaces ``before``.
        text: the new text.
    """

    path: str
    text: str
    before: str = ""
    instead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """
    Something that a contributor adds.

    Attributes:
        name: what it is.
        target: the number of files, besides tests and generated ones, that may change.
        edits: what is written by hand.
        tests: the tests that guard it.
        use: uses the addition in the copy, and describes what it showed.
    """

    name: str
    target: int
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    use: Callable[[Path], str]


def run(folder: Path, *words: str, codes: tuple[int, ...] = (0,), **variables: str) -> str:
    """
    Run Python in a folder, with the folder's own package.

    Arguments:
        folder: the copy of the checkout.
        words: the arguments of Python.
        codes: the exit codes that are expected.
        variables: further variables of the environment.

    Raises:
        MeasurementError: it exits with another code.
    """
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in codes:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise MeasurementError(f"python {' '.join(words)} exits with {done.returncode}:\n{tail}")
    return done.stdout


def compare(folder: Path, schemas: list[Any], *words: str) -> str:
    """
    What the copy's ``schemadiff`` writes about two schemas.
    """
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place) / "old.json", Path(place) / "new.json"]
        for path, schema in zip(paths, schemas, strict=True):
            path.write_text(json.dumps(schema), encoding="utf-8")
        return run(folder, "-m", "schemadiff", *map(str, paths), *words, codes=(0, 1, 3))


def expect(holds: bool, problem: str) -> None:
    """
    Require that an addition works.

    Raises:
        MeasurementError: it does not.
    """
    if not holds:
        raise MeasurementError(problem)


OPTION_FIELD = """    max_notes: int | None = _option(
        "count",
        "Notes at most for each comparison [all].",
        metavar="N",
        commands=("pair",),
    )
"""


def use_option(folder: Path) -> str:
    """
    Compare schemas with two notes, with the flag and without.
    """
    schemas = [
        {"properties": {"version": {"const": version}}, "required": ["version"], "$defs": {"unused": {"type": kind}}}
        for version, kind in (("v1", "string"), ("v2", "integer"))
    ]

    def notes(*words: str) -> int:
        return len(json.loads(compare(folder, schemas, "-f", "json", *words))["comparisons"][0]["notes"])

    found = notes(), notes("--max-notes", "1"), notes("--max-notes", "0")
    expect(found == (2, 1, 0), f"--max-notes leaves {found} notes, not 2, 1 and 0")
    return "--max-notes 1 leaves 1 of 2 notes"


OPTION = Addition(
    name="an option",
    target=2,
    edits=(
        Edit(
            path="schemadiff/options/model.py",
            before="        worker: the command or URL of the worker",
            text="        max_notes: how many notes each comparison has at most; all by default.\n",
        ),
        Edit(
            path="schemadiff/options/model.py",
            before="    worker: str | None = _option(",
            text=OPTION_FIELD,
        ),
        Edit(
            path="schemadiff/usecases/compare.py",
            before="    return replace(with_levels(compared, options), old_sources=",
            text="    compared = replace(compared, notes=compared.notes[: options.max_notes])\n",
        ),
    ),
    tests=("tests/test_options.py", "tests/test_api.py", "tests/docs/test_generated.py"),
    use=use_option,
)

COMMAND_MODULE = '''"""
``schemadiff dialects``: the dialects of JSON Schema that are supported.
"""

from __future__ import annotations

import click

from schemadiff.cli.output import write


@click.command(epilog="\\b\\nExamples:\\n  schemadiff dialects")
def command() -> int:
    """
    List the dialects: the name that --dialect takes, and the URI of the meta-schema.
    """
    from schemadiff.keywords.dialects import DIALECTS

    write("".join(f"{dialect.value:<8} {dialect.uri}\\n" for dialect in DIALECTS), None)
    return 0
'''


def use_command(folder: Path) -> str:
    """
    Run the command.
    """
    rows = [line.split() for line in run(folder, "-m", "schemadiff", "dialects").splitlines()]
    expect(["draft7", "http://json-schema.org/draft-07/schema#"] in rows, f"schemadiff dialects writes {rows}")
    expect("dialects" in run(folder, "-m", "schemadiff", "--help"), "schemadiff --help does not list the command")
    return f"schemadiff dialects lists {len(rows)} dialects"


COMMAND = Addition(
    name="a command without a use case of its own",
    target=2,
    edits=(
        Edit(path="schemadiff/cli/dialects.py", text=COMMAND_MODULE),
        Edit(
            path="schemadiff/cli/commands.py",
            before='    "schema": "Print',
            text='    "dialects": "List the dialects of JSON Schema that are supported.",\n',
        ),
    ),
    tests=("tests/cli/test_diff.py", "tests/report/test_kinds.py", "tests/docs/test_generated.py"),
    use=use_command,
)

FORMAT_MODULE = '''"""
The comparison report as CSV (RFC 4180): a row for each finding.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from schemadiff.report.escaping import shown
from schemadiff.report.locations import place_text
from schemadiff.report.model import Report
from schemadiff.report.style import Style

_COLUMNS = ("contract", "old", "new", "rule", "level", "classification", "place", "message")
_TEXT = 2000


def render(report: Report, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write the report as CSV, findings of contract policy and of lint rules last.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(each) for each in row] for row in _rows(report))
    return stream.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    for pair in report.comparisons:
        for each in pair.findings:
            place = place_text(each.new_place)
            names = (pair.contract, pair.old, pair.new)
            yield (*names, each.rule, each.level, each.classification.value, place, each.message)
    for remark in report.remarks:
        yield (remark.contract, "", "", remark.rule, remark.level, "", place_text(remark.place), remark.message)


def _cell(text: str) -> str:
    # A spreadsheet runs a cell that starts with one of these signs as a formula.
    return shown(f"'{text}" if text.startswith(("=", "+", "-", "@")) else text, _TEXT)
'''

FORMAT_READER = """def as_csv(text: str) -> None:
    rows = list(csv.DictReader(text.splitlines()))
    assert sum(each["classification"] == "breaking" for each in rows) == BREAKING
    assert all(each["rule"] and each["message"] for each in rows)


"""


def use_format(folder: Path) -> str:
    """
    Compare the contracts of the repository in the format, and count the rows.
    """
    words = ("-m", "schemadiff", "v1", "v2", "--as-of", "2026-11-23", "-f")
    rows = list(csv.DictReader(run(folder, *words, "csv", codes=(1,)).splitlines()))
    comparisons = json.loads(run(folder, *words, "json", codes=(1,)))["comparisons"]
    told = [(each["contract"], row["rule"], row["message"]) for each in comparisons for row in each["findings"]]
    written = [(row["contract"], row["rule"], row["message"]) for row in rows]
    expect(bool(told) and written == told, f"-f csv writes {len(written)} rows for {len(told)} findings")
    return f"-f csv writes {len(written)} rows for {len(told)} findings"


FORMAT = Addition(
    name="a report format",
    target=2,
    edits=(
        Edit(path="schemadiff/report/csv_.py", text=FORMAT_MODULE),
        Edit(
            path="schemadiff/report/formats.py",
            before='    ("comparison", "github"):',
            text='    ("comparison", "csv"): "schemadiff.report.csv_:render",\n',
        ),
        Edit(
            path="tests/report/test_formats.py", before='DATA = ("json",)', text='DATA = ("json", "csv")', instead=True
        ),
        Edit(path="tests/cli/test_every_format.py", before="import importlib.util\n", text="import csv\n"),
        Edit(path="tests/cli/test_every_format.py", before="def github(text: str)", text=FORMAT_READER),
        Edit(path="tests/cli/test_every_format.py", before='    "github": github,\n', text='    "csv": as_csv,\n'),
    ),
    tests=(
        "tests/report/test_kinds.py",
        "tests/report/test_formats.py",
        "tests/cli/test_every_format.py",
        "tests/docs/test_generated.py",
    ),
    use=use_format,
)

RULE_FILE = """---
id: max-length-became-zero
about: {keyword: maxLength, effect: narrowed, new: {const: 0}}
message: "{place}: maxLength lowered from {old} to 0, only the empty string is valid"
message-added: "{place}: maxLength 0 added, only the empty string is valid"
level: error
floor: note
since: "0.2"
refines: [max-length-lowered]
---
# maxLength became 0

Every string but the empty one was valid and is rejected; a property can only be left empty.

## Flagged: no text is left
```json old
{"type": "string", "maxLength": 5}
```
```json new
{"type": "string", "maxLength": 0}
```
```json counter-example
"a"
```

## Not flagged: shorter strings
```json old
{"type": "string", "maxLength": 5}
```
```json new
{"type": "string", "maxLength": 3}
```

## Do this instead
Make the property optional and deprecate it, and remove it in a new version.
"""


def use_rule(folder: Path) -> str:
    """
    Compare schemas between which the rule fires, and schemas between which it is silent.
    """

    def findings(limit: int) -> list[tuple[str, str]]:
        schemas = [{"properties": {"a": {"maxLength": each}}} for each in (5, limit)]
        (comparison,) = json.loads(compare(folder, schemas, "-f", "json"))["comparisons"]
        return [(each["rule"], each["message"]) for each in comparison["findings"]]

    message = "a: maxLength lowered from 5 to 0, only the empty string is valid"
    expect(findings(0) == [("max-length-became-zero", message)], f"the findings are {findings(0)}")
    expect([rule for rule, _ in findings(3)] == ["max-length-lowered"], f"the findings are {findings(3)}")
    return f'the rule fires: "{message}"'


RULE = Addition(
    name="a rule about a new event",
    target=1,
    edits=(Edit(path="rules/strings/max-length-became-zero.md", text=RULE_FILE),),
    tests=("tests/rules", "tests/decide/test_rule_examples.py", "tests/docs/test_generated.py"),
    use=use_rule,
)

ADDITIONS = (FORMAT, RULE, COMMAND, OPTION)
"""Those that take longest first."""
