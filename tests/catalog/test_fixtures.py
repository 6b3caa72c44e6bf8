"""
Recorded messages are streamed, exactly as they were recorded.
"""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from pathlib import Path

import pytest

from schemadiff.catalog import Catalog, load_catalog
from schemadiff.catalog.fixtures import Fixture, count_fixtures, fixtures
from schemadiff.errors import InputError
from schemadiff.sources import Folder, Revision

ROOT = Path(__file__).parents[2]
CATALOG = Catalog(contracts=(), fixtures="recorded")


def recorded(root: Path, name: str, *lines: object) -> Folder:
    folder = root / "recorded"
    folder.mkdir(exist_ok=True)
    data = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in lines).encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return Folder(root)


def line(**more: object) -> dict[str, object]:
    return {"name": "n", "contract": "ask", "version": "v1", "payload": "{}", **more}


def test_what_is_recorded(tmp_path: Path) -> None:
    """
    Payloads are bytes, in text or in base64; files are read in the order of their names.
    """
    recorded(tmp_path, "b.ndjson", line(name="b", payload='{"a":1.0,"a":2}', response="{}", note="x", recorded_at="t"))
    recorded(tmp_path, "c.txt", "no fixture at all")
    plain = line(name="a", version=None, payload_base64="/w==")
    del plain["payload"]
    tree = recorded(tmp_path, "a.ndjson.gz", plain, "", line(name="a2", service="s", release="1"))
    first, second, third = fixtures(tree, CATALOG)

    assert first == Fixture("a", "ask", None, b"\xff", None, None, None, None, None, "recorded/a.ndjson.gz", 1)
    assert (second.line, second.service, second.release) == (3, "s", "1")
    assert (third.payload, third.response, third.note, third.recorded_at) == (b'{"a":1.0,"a":2}', "{}", "x", "t")


def test_only_some(tmp_path: Path) -> None:
    """
    A contract and a version narrow the choice.
    """
    tree = recorded(tmp_path, "a.ndjson", line(name="1"), line(name="2", version="v2"), line(name="3", contract="tell"))

    assert [each.name for each in fixtures(tree, CATALOG, contract="ask")] == ["1", "2"]
    assert [each.name for each in fixtures(tree, CATALOG, version="v1")] == ["1", "3"]
    assert list(fixtures(tree, Catalog(contracts=()))) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{", "not JSON"),
        ("[]", "a fixture is an object"),
        (line(nme="x"), "unknown key 'nme'"),
        (line(name=""), "has a 'name'"),
        (line(version=1), "'version' is not a text"),
        (line(payload=None), "'payload' is not a text"),
        (line(payload_base64=""), "either"),
        ({"name": "n", "contract": "c", "payload_base64": "%"}, "not base64"),
    ],
)
def test_a_line_that_is_no_fixture(tmp_path: Path, wrong: object, message: str) -> None:
    """
    The file and the line are named.
    """
    tree = recorded(tmp_path, "a.ndjson", line(), wrong)
    with pytest.raises(InputError, match=message) as caught:
        list(fixtures(tree, CATALOG))

    assert str(caught.value).startswith("recorded/a.ndjson:2:")


def test_a_file_that_cannot_be_unpacked(tmp_path: Path) -> None:
    """
    A cut or false archive is one message.
    """
    tree = recorded(tmp_path, "a.ndjson.gz", *[line(name=str(number)) for number in range(1000)])
    whole = (tmp_path / "recorded/a.ndjson.gz").read_bytes()
    for data in (b"no archive", whole[: len(whole) // 2], whole[:-1] + b"x"):
        (tmp_path / "recorded/a.ndjson.gz").write_bytes(data)
        for read in (lambda: list(fixtures(tree, CATALOG)), lambda: count_fixtures(tree, CATALOG)):
            with pytest.raises(InputError, match="cannot be unpacked"):
                read()


def test_a_link_out_of_the_tree(tmp_path: Path) -> None:
    """
    It is not followed.
    """
    inside = tmp_path / "inside"
    inside.mkdir()
    tree = recorded(inside, "a.ndjson", line())
    (tmp_path / "secret").write_text("{}")
    (inside / "recorded/b.ndjson").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="leads out of the tree"):
        list(fixtures(tree, CATALOG))


def test_what_is_no_file(tmp_path: Path) -> None:
    """
    A folder, a pipe and a link to itself are one message, and nobody waits for them.
    """
    tree = recorded(tmp_path, "a.ndjson", line())
    odd = tmp_path / "recorded/b.ndjson"
    for make in (odd.mkdir, lambda: os.mkfifo(odd), lambda: odd.symlink_to("b.ndjson")):
        make()
        with pytest.raises(InputError, match=r"recorded/b.ndjson: (not a regular file|the link|cannot be read)"):
            list(fixtures(tree, CATALOG))
        odd.rmdir() if odd.is_dir() else odd.unlink()


def test_memory_does_not_grow(tmp_path: Path) -> None:
    """
    Fifty megabytes of messages pass through less than five.
    """
    tree = recorded(tmp_path, "a.ndjson.gz", *[line(payload="x" * 5000)] * 10_000)
    tracemalloc.start()
    count = sum(1 for _ in fixtures(tree, CATALOG))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == count_fixtures(tree, CATALOG) == 10_000
    assert peak < 5_000_000


def test_the_fixtures_of_this_repository() -> None:
    """
    All of them are readable, each for a contract and a version that exist.
    """
    tree = Folder(ROOT)
    catalog = load_catalog(tree, "contracts")
    found = list(fixtures(tree, catalog))

    assert len(found) >= 15
    for each in found:
        assert each.version is None or catalog.contract(each.contract).version(each.version)


def test_a_revision_has_fixtures_too() -> None:
    """
    They are read from git's store as from a folder.
    """
    revision = Revision(ROOT, "HEAD")

    assert any(fixtures(revision, load_catalog(revision, "contracts"), version="v1"))
