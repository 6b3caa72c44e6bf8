"""
The graph is drawn the same every time, and no name in it can be anything but a name.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from schemadiff.catalog import Catalog, Contract, Release, Service, Version, load_catalog
from schemadiff.deployment.graph import Graph, support_graph
from schemadiff.deployment.model import Replayed
from schemadiff.report.graph import dot, mermaid, svg
from schemadiff.report.values import to_plain
from schemadiff.sources import Folder

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)

HOSTILE = [
    '"]; click n0 "javascript:alert(1)"',
    "</title><script>alert(1)</script>",
    "```\n@everyone",
    'a\\" , shape=none];',
    "\u202egnp.exe",
    "x|y",
    "#quot;",
    "\ud800",
    "\x1b[31m",
    "é" * 200,
]


def own() -> Graph:
    return support_graph(
        load_catalog(Folder(ROOT), "contracts"),
        as_of=TODAY,
        fleet={"job-worker": ("0.1.0",)},
        verdicts={("job_request", "v1", "v2"): ("breaking", "breaking")},
        replays={("job_request", "v1"): Replayed(10, refused=1)},
    )


def hostile(name: str) -> Graph:
    contract = Contract(name, (Version(name, "x.json"),))
    writer = Service(name, (Release(name, {name: (name,)}, {}),), (name,))
    reader = Service(name + "2", (Release(name, {}, {name: (name,)}),), (name,))
    return support_graph(Catalog((contract,), (writer, reader)), as_of=TODAY)


def test_plain_values() -> None:
    """
    Nodes and edges with all that is known of them.
    """
    value = to_plain(own())
    edge = value["edges"][0]

    assert value["as_of"] == "2026-11-23"
    assert (edge["contract"], edge["written"], edge["read"], edge["verdict"]) == ("job_request", "v1", "v1", "same")
    assert (edge["carried"], edge["until"]) == (True, "2027-01-03")
    assert edge["replay"] == {"total": 10, "refused": 1, "failed": 0, "odd": 0}


def test_mermaid() -> None:
    """
    Services are boxes, versions nodes, what is really carried a solid arrow.
    """
    lines = mermaid(own()).splitlines()

    assert lines[:3] == [
        "flowchart LR",
        '  subgraph s0["orchestrator writes"]',
        '    n0["job_request v1 in 2026.10 (deprecated until 2027-01-03)"]:::deprecated',
    ]
    assert any(
        re.fullmatch(r'  n0 -->\|"read, 9 of 10 replayed as expected, 1 valid ones refused"\| n\d+', line)
        for line in lines
    )
    assert any(re.fullmatch(r'  n0 -\.->\|"breaking"\| n\d+', line) for line in lines)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_mermaid(name: str) -> None:
    """
    Whatever is not plain stands there as a number.
    """
    text = mermaid(hostile(name))

    for line in text.splitlines():
        for label in re.findall(r'"([^"]*)"', line):
            assert re.fullmatch(r"(?:[A-Za-z0-9 ._,()-]|#\d+;)*", label)
        assert line.count('"') in (0, 2)
    assert "`" not in text
    assert len(text) < 20_000


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_dot(name: str) -> None:
    """
    Outside quoted strings there is only our own language.
    """
    text = dot(hostile(name))
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "S", text)

    assert re.fullmatch(r"[A-Za-z0-9_ \n{};=\[\],>#.-]*", bare)
    assert bare.count("[label=S") == text.count("[label=") == 3


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_svg(name: str) -> None:
    """
    The picture is well-formed, and holds no element but those that draw.
    """
    tree = ElementTree.fromstring(svg(hostile(name)))
    tags = {each.tag.rpartition("}")[2] for each in tree.iter()}

    assert tags <= {"svg", "title", "g", "rect", "text", "line"}


def test_the_picture_of_our_own_contracts() -> None:
    """
    Writers stand left, readers right, in one row for each version.
    """
    tree = ElementTree.fromstring(svg(own()))
    texts = [each.text for each in tree.iter("{http://www.w3.org/2000/svg}text")]

    assert texts[:2] == ["job_request", "orchestrator: v1 in 2026.10"]
    assert svg(own()) == svg(own())


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("name", HOSTILE)
def test_graphviz_can_read_it(name: str) -> None:
    """
    Graphviz takes every name for a label.
    """
    subprocess.run(["dot", "-Tsvg"], input=dot(hostile(name)).encode(), check=True, capture_output=True)


def test_an_empty_graph() -> None:
    """
    Without services there is nothing to draw, and that is drawn.
    """
    empty = Graph(TODAY, (), ())

    assert mermaid(empty).startswith("flowchart LR\n")
    assert dot(empty).endswith("}\n")
    assert ElementTree.fromstring(svg(empty)) is not None
    assert to_plain(empty)["nodes"] == []
