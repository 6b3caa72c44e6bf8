"""
Guards of the package's structure: layers, sizes, names and imports.

Each exception has its reason in a list here; an exception that is no longer needed fails as well.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx
import pytest

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "schemadiff"
FILES = sorted(PACKAGE.rglob("*.py"))

MODULE_LINES = 500
FUNCTION_LINES = 40

LONG_MODULES: dict[str, str] = {}
"""Modules over 500 lines, each with the reason why it is one module."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions over 40 lines of code, docstrings not counted, each with its reason."""

HEAVY = {
    "deepdiff": "80 ms; used where responses are compared",
    "difflib": "used for suggestions and similar names only",
    "fcntl": "not available on every platform",
    "gzip": "used where fixtures are compressed",
    "jsonschema": "35 ms; used where a counter-example is confirmed",
    "jsonschema_rs": "20 ms; used where a validator is built",
    "jsonschema_specifications": "10 ms; used where a schema refers to a meta-schema",
    "networkx": "100 ms; used where a rollout is planned",
    "orjson": "used for frames and for JSON output only",
    "referencing": "15 ms; used where a registry or a validator is built",
    "subprocess": "5 ms; used where git is called",
    "tabulate": "10 ms; used for tables only",
    "tomli": "the reader of settings before Python 3.11",
    "tomllib": "5 ms; used where a settings file exists",
    "traceback": "used for crashes only",
    "yaml": "12 ms; used where a file is YAML",
}
"""Libraries that may be imported inside functions, each with its reason."""

LAZY = {
    "api.py": "a caller pays for the functions that are used only",
    "catalog/manifest.py": "the schema of manifests is read where a manifest is wrong only",
    "containment/context.py": "patterns cost 15 ms; schemas without patterns do not need them",
    "containment/formats.py": "the same",
    "containment/strings.py": "the same",
    "decide/comparison.py": "the prover is loaded where there is a change to decide",
    "options/checks.py": "rules and suggestions are loaded where a value needs them",
    "options/model.py": "the rules are read where a rule set is used",
    "pytest_plugin.py": "pytest loads the plugin in every run, also where it is not used",
    "replay/driver.py": "a worker is a process or speaks HTTP, not both",
    "report/github.py": "a replay is written where a report has one",
    "report/html/page.py": "graph and replay are drawn where a report has them",
    "report/junit.py": "a replay is written where a report has one",
    "report/markdown.py": "the same",
    "report/terminal.py": "a replay is written where a report has one",
    "report/values.py": "the values of other commands are loaded where one of theirs is written",
    "sources/text.py": "YAML is loaded where a text is written in it",
    "usecases/compare.py": "processes, usage and previews are loaded where they are asked for",
    "usecases/rollout_preview.py": "the planner is loaded where services are affected",
    "validators/regex_match.py": "patterns cost 15 ms; schemas without patterns do not need them",
    "workspace/verdicts.py": "the prover is loaded where a verdict is asked for",
}
"""Modules that may import others of the package inside functions, each with its reason; ``cli/`` loads a command when
it is called."""


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """
    The lines of a function without its docstring.
    """
    first, *_ = function.body
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def functions() -> Iterator[tuple[str, int]]:
    for file in FILES:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{name_of(file)}:{node.name}", code_lines(node)


def imports(file: Path, *, at_import: bool) -> Iterator[str]:
    """
    The modules that a file imports when it is imported, or later, inside functions.
    """

    def visit(nodes: list[ast.stmt], inside: bool) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                yield from visit(node.orelse, inside)
                continue
            if isinstance(node, (ast.Import, ast.ImportFrom)) and inside is not at_import:
                yield from targets(node)
            deeper = inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for field in ("body", "orelse", "finalbody"):
                yield from visit(getattr(node, field, []) or [], deeper)
            for each in getattr(node, "handlers", []):
                yield from visit(each.body, deeper)

    yield from visit(tree_of(file).body, inside=False)


MODULES = {module_of(file) for file in FILES}


def targets(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    for alias in node.names:
        whole = f"{node.module}.{alias.name}"
        yield whole if whole in MODULES else str(node.module)


def test_every_room_has_a_layer() -> None:
    """
    import-linter refuses a room that no layer names; this refuses a layer that no room has.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    layers = {each.strip(" ()") for layer in contract["layers"] for each in layer.split("|")}
    rooms = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in FILES} - {"__init__"}

    assert contract["exhaustive"] is True
    assert layers == rooms


def test_modules_are_short() -> None:
    found = {name_of(file) for file in FILES if file.read_text(encoding="utf-8").count("\n") > MODULE_LINES}

    assert found == set(LONG_MODULES)


def test_functions_are_short() -> None:
    assert {name for name, lines in functions() if lines > FUNCTION_LINES} == set(LONG_FUNCTIONS)


def test_no_class_name_is_used_twice() -> None:
    names = Counter(node.name for file in FILES for node in tree_of(file).body if isinstance(node, ast.ClassDef))

    assert [name for name, count in names.items() if count > 1] == []


def test_imports_inside_functions_have_a_reason() -> None:
    """
    Only heavy libraries are imported late, and modules of the package where a command would pay for what it does not
    use.
    """
    late = {(name_of(file), target) for file in FILES for target in imports(file, at_import=False)}
    libraries = {target for _, target in late if not target.startswith("schemadiff")}
    own = {name for name, target in late if target.startswith("schemadiff") and not name.startswith("cli/")}

    assert {library.partition(".")[0] for library in libraries} == set(HEAVY)
    assert own == set(LAZY)


def test_no_modules_import_each_other_in_a_circle() -> None:
    """
    Neither rooms nor modules of one room; what is imported for annotations only does not count.
    """
    graph = networkx.DiGraph()
    for file in FILES:
        for late in (False, True):
            graph.add_edges_from(
                (module_of(file), target)
                for target in imports(file, at_import=not late)
                if target in MODULES and target not in ("schemadiff", module_of(file))
            )
    packages = {module_of(file) for file in FILES if file.name == "__init__.py"}
    graph.remove_nodes_from([each for each in packages if each in graph])

    assert [sorted(each) for each in networkx.strongly_connected_components(graph) if len(each) > 1] == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_file_stands_in_the_list_of_its_room(file: Path) -> None:
    """
    ``schemadiff/README.md`` is written from the modules' docstrings by ``make docs``.
    """
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")

    assert f"`{name_of(file)}`" in text or file.name in ("__init__.py", "__main__.py")
