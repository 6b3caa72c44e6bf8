"""
The size of the package, and how many files an addition touches: each addition is made in a copy of the checkout.

Run it from the root: ``python tests/measure_house.py`` (or ``make measure``). It exits with 1 where an addition does
not work, the tests that guard it fail, or it needs more files than its target.
"""

# ruff: noqa: T201 - what is measured is printed

from __future__ import annotations

import ast
import io
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from additions import ADDITIONS, Addition, Edit, MeasurementError, run
from tabulate import tabulate

ROOT = Path(__file__).parent.parent
LINES_OF_0_1 = 40_253
"""Lines of Python in the package of release 0.1."""

NO_CODE = frozenset(
    (
        tokenize.ENCODING,
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """
    What an addition took.

    Attributes:
        files, tests, generated: the changed files: written by hand without tests, tests written by hand, generated.
        shown: what using it showed; or what went wrong.
        failed: whether it does not work or its tests fail.
    """

    files: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    generated: tuple[str, ...] = ()
    shown: str
    failed: bool = False


def code_lines(text: str) -> int:
    """
    The number of lines with code: neither blank, nor a comment, nor a docstring.
    """
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def print_size() -> None:
    """
    Print files, lines and lines of code, by room and in total.
    """
    files: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    code: Counter[str] = Counter()
    package = ROOT / "schemadiff"
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        inside = path.relative_to(package).parts
        room = inside[0] if len(inside) > 1 else "(modules)"
        files[room] += 1
        lines[room] += text.count("\n")
        code[room] += code_lines(text)
    rows: list[tuple[str, int, int, int]] = [(room, files[room], lines[room], code[room]) for room in sorted(files)]
    rows.append(("total", files.total(), lines.total(), code.total()))
    print(tabulate(rows, headers=("room", "files", "lines", "of code")))
    print(f"\n0.1 had {LINES_OF_0_1} lines; now it is {lines.total() - LINES_OF_0_1:+} lines\n", flush=True)


def git(folder: Path, *words: str) -> str:
    """
    Run git in a folder, without the settings of the user.
    """
    command = ["git", "-c", "user.name=measure", "-c", "user.email=measure@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def copy_checkout(folder: Path) -> None:
    """
    Copy the files of this checkout, changed and new ones included, into a repository of their own.

    Raises:
        MeasurementError: Python would import another package than the copy's.
    """
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--no-verify", "--message", "copy")
    imported = run(folder, "-c", "import schemadiff; print(schemadiff.__file__)").strip()
    if not Path(imported).is_relative_to(folder):
        raise MeasurementError(f"the copy in {folder} imports {imported}")


def apply(edit: Edit, folder: Path) -> None:
    """
    Make an edit.

    Raises:
        MeasurementError: the text to edit does not occur exactly once, or the new file exists.
    """
    path = folder / edit.path
    if not edit.before:
        if path.exists():
            raise MeasurementError(f"{edit.path} exists; give the addition another name in tests/additions.py")
        path.write_text(edit.text, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    if text.count(edit.before) != 1:
        raise MeasurementError(f"{edit.path} does not have {edit.before!r} once; adapt tests/additions.py")
    path.write_text(text.replace(edit.before, edit.text + ("" if edit.instead else edit.before)), encoding="utf-8")


def changed_files(folder: Path) -> set[str]:
    """
    The files that differ from the checkout.
    """
    lines = git(folder, "status", "--porcelain", "--untracked-files=all").splitlines()
    return {line[3:] for line in lines}


def regenerate(folder: Path) -> None:
    """
    Write the reference pages and the snapshots of the copy anew.
    """
    run(folder, "docs/generate.py")
    snapshots = (
        "tests/test_api.py::test_the_public_names_are_those_of_the_snapshot",
        "tests/rules/test_examples.py::test_all_cross_hits_are_known",
        "tests/report/test_formats.py::test_the_fixed_report_reads_as_it_did",
        "tests/report/test_kinds.py::test_the_published_schema_changes_on_purpose_only",
    )
    run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", *snapshots, SNAPSHOTS="write")


def lint(folder: Path, files: set[str]) -> None:
    """
    Check the style of the edited files, and the layers.
    """
    python = sorted(name for name in files if name.endswith(".py"))
    if python:
        run(folder, "-m", "ruff", "check", "--quiet", "--no-cache", *python)
        run(folder, "-m", "ruff", "format", "--check", "--quiet", "--no-cache", *python)
        run(folder, "-c", "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])")


def measure(addition: Addition) -> Measured:
    """
    Make an addition in a copy of the checkout, use it, and run its tests.
    """
    begun = time.perf_counter()

    def progress(step: str) -> None:
        print(f"{time.perf_counter() - begun:5.1f} s  {addition.name}: {step}", flush=True)

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        try:
            copy_checkout(folder)
            for edit in addition.edits:
                apply(edit, folder)
            by_hand = changed_files(folder)
            progress(f"{len(by_hand)} files edited; generate")
            regenerate(folder)
            generated = changed_files(folder) - by_hand
            progress(f"{len(generated)} files generated; use it")
            shown = addition.use(folder)
            progress(f"{shown}; lint and test")
            lint(folder, by_hand)
            tests = ("tests/test_house.py", *addition.tests)
            summary = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests).splitlines()[-1]
            progress(summary)
        except MeasurementError as error:
            progress(f"FAILED: {error}")
            return Measured(shown=str(error).splitlines()[0], failed=True)
    tried = {name for name in by_hand if name.startswith("tests/")}
    return Measured(
        files=tuple(sorted(by_hand - tried)),
        tests=tuple(sorted(tried)),
        generated=tuple(sorted(generated)),
        shown=f"{shown}; {summary}",
    )


def report_lines(addition: Addition, measured: Measured) -> Iterator[str]:
    """
    The files of an addition, and whether it keeps to its target.
    """
    if measured.failed:
        yield f"{addition.name}: FAILED: {measured.shown}"
        return
    much = "  TOO MANY" if len(measured.files) > addition.target else ""
    counts = f"{len(measured.files)} files (target {addition.target}){much}"
    yield f"{addition.name}: {counts}, {len(measured.tests)} test files, {len(measured.generated)} generated"
    yield from (f"  by hand    {name}" for name in measured.files)
    yield from (f"  test       {name}" for name in measured.tests)
    yield from (f"  generated  {name}" for name in measured.generated)
    yield f"  {measured.shown}"


def main() -> int:
    """
    Print all, and return 1 where an addition fails or touches more files than its target.
    """
    print_size()
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(ADDITIONS, pool.map(measure, ADDITIONS), strict=True))
    print()
    for addition, measured in results.items():
        print("\n".join(report_lines(addition, measured)))
    return int(any(each.failed or len(each.files) > addition.target for addition, each in results.items()))


if __name__ == "__main__":
    sys.exit(main())
