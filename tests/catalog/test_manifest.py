# ruff: noqa: E501 - a table of one case a line
"""
What a manifest says, and how it is refused when it makes no sense.
"""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.catalog import Catalog, load_catalog
from schemadiff.catalog.cursor import Cursor, ManifestText, Unexpected
from schemadiff.catalog.manifest import _catalog
from schemadiff.catalog.shape import manifest_schema
from schemadiff.errors import InputError
from schemadiff.instance import dumps
from schemadiff.sources import Folder

ROOT = Path(__file__).parents[2]

PLAIN: dict[str, Any] = {
    "schemadiff": 1,
    "defaults": {"version_field": "v", "support_days": 30, "promise": "full", "across": "versions"},
    "contracts": {
        "ask": {
            "role": "request",
            "producer": "front",
            "consumer": "back",
            "version_field": "/meta/v",
            "support_days": 10,
            "promise": "backward",
            "across": "transitive",
            "volatile": ["/took", "/list/*/at"],
            "versions": {
                "v10": None,
                "v2": {
                    "file": "ask.v2.json",
                    "published": "2026-02-01",
                    "deprecated": "2026-03-01",
                    "support_days": 5,
                    "downgrade": [
                        {"drop": "/a"},
                        {"drop": {"at": "/b/*", "where": {"/kind": "x"}}},
                        {"rename": {"from": "/c", "to": "/d", "taken": "keep"}},
                        {"scale": {"at": "/d", "by": 2, "round": "up"}},
                        {"default": {"at": "/e", "value": None}},
                        {"map": {"at": "/f", "values": {"x": "y"}}},
                    ],
                },
            },
        }
    },
    "services": {
        "front": {"releases": {"1": {"emits": {"ask": ["v2"]}}, "2": None}, "running": ["1"]},
        "back": {"releases": {"7": {"reads": {"ask": ["v10", "v2"]}}}},
    },
    "fixtures": "recorded",
    "waivers": [
        {"rule": "r", "place": "p", "fingerprint": "f", "reason": "because", "owner": "me", "expires": "2027-01-01"}
    ],
    "worker": {
        "build": ["make", "worker"],
        "folder": "back",
        "sources": ["back", "contracts/*.json"],
        "command": "./worker --day {as_of}",
        "protocol": "lines",
    },
    "errors": {
        "contract": ["ask"],
        "where": {"ok": False, "/fault/kind": "error"},
        "required": ["ok", "/fault/code"],
        "type": "/fault/code",
        "message": "/fault/why",
        "retryable": "again",
        "rejects": ["bad"],
        "retry": {"bad": "final", "busy": {"decision": "retry", "retryable": True}},
    },
    "checklist": [
        {"item": "sunsets", "days": [30, 60], "title": "Ends soon"},
        {"item": "ci-enforces", "files": [".ci"], "runs": "schemadiff check"},
        {"title": "Load", "command": ["true"], "timeout": 5},
        {"title": "Dashboards", "confirm": "a person looks at them"},
    ],
}


def folder(tmp_path: Path, manifest: object, *files: str) -> Folder:
    text = manifest if isinstance(manifest, str) else dumps(manifest)
    (tmp_path / ("contracts.yaml" if isinstance(manifest, str) else "contracts.json")).write_text(text)
    for file in files or ("ask.v2.json", "ask.v10.json"):
        (tmp_path / file).write_text("{}")
    return Folder(tmp_path)


def refused(tmp_path: Path, manifest: object, *files: str) -> InputError:
    with pytest.raises(InputError) as caught:
        load_catalog(folder(tmp_path, manifest, *files), "")
    return caught.value


def test_the_contracts_of_this_repository() -> None:
    """
    Windows, roles, promises and releases come out as the manifest has them.
    """
    catalog = load_catalog(Folder(ROOT), "contracts")
    request, response = catalog.contracts
    v1, v2 = request.versions

    assert (request.name, request.promise, request.tag) == ("job_request", "backward", ("schema_version",))
    assert (response.name, response.promise) == ("job_response", "forward")
    assert (v1.published, v1.deprecated, v1.sunset) == (date(2026, 3, 2), date(2026, 10, 5), date(2027, 1, 3))
    assert response.volatile == ("/as_of", "/duration_ms", "/timing")
    assert (v2.sunset, v2.path, v2.downgrade and v2.downgrade[1].argument) == (
        None,
        "contracts/job_request.v2.json",
        Decimal("0.001"),
    )
    assert catalog.service("job-worker").running == ("0.0.9",)
    assert (catalog.fixtures, catalog.strays, catalog.path) == ("contracts/fixtures", (), "contracts/contracts.yaml")


def test_everything_that_a_manifest_can_say(tmp_path: Path) -> None:
    """
    Every key of the format is read; versions are in natural order, releases in the order of the file.
    """
    catalog = load_catalog(folder(tmp_path, PLAIN, "ask.v2.json", "ask.v10.json", "ask.v11.json"), "")
    (ask,) = catalog.contracts
    v2 = ask.versions[0]

    assert [each.name for each in ask.versions] == ["v2", "v10"]
    assert (ask.tag, ask.promise, ask.across, ask.producer) == (("meta", "v"), "backward", "transitive", "front")
    assert ask.volatile == ("/took", "/list/*/at")
    assert (v2.sunset, v2.support_days) == (date(2026, 3, 6), 5)
    assert [each.action for each in v2.downgrade or ()] == ["drop", "drop", "rename", "scale", "default", "map"]
    assert [each.name for each in catalog.service("front").releases] == ["1", "2"]
    assert catalog.service("back").releases[0].reads == {"ask": ("v2", "v10")}
    assert catalog.waivers[0].expires == date(2027, 1, 1)
    assert catalog.strays == ("ask.v11.json",)


def test_what_is_left_out(tmp_path: Path) -> None:
    """
    Roles decide the promise, nobody says where the version stands, and the window is ninety days.
    """
    manifest = {
        "schemadiff": 1,
        "contracts": {
            "ask": {"versions": {"v2": {"deprecated": "2026-01-01"}}},
            "tell": {"role": "response", "versions": {"v1": {}}},
        },
    }
    ask, tell = load_catalog(folder(tmp_path, manifest, "ask.v2.json", "tell.v1.yaml"), "").contracts

    assert (ask.promise, ask.across, ask.version_field, ask.tag) == ("backward", "revisions", None, None)
    assert ask.versions[0].sunset == date(2026, 4, 1)
    assert (tell.promise, tell.versions[0].path) == ("forward", "tell.v1.yaml")


CASES = {
    "no format": ("contracts: {}\n", "1:1: the key 'schemadiff' is missing", ""),
    "no contracts": ("schemadiff: 1\ncontracts: {}\n", "2:1: there is nothing in it", "At least one contract"),
    "other format": ("schemadiff: 2\ncontracts: {}\n", "the number 2 does not fit", "format is 1"),
    "slip": (
        "schemadiff: 1\ncontracts:\n  ask:\n    promis: full\n    versions: {v2: }\n",
        "4:5: unknown key 'promis'",
        "'promise'",
    ),
    "unknown": (
        "schemadiff: 1\nxyz: 1\ncontracts: {ask: {versions: {v2: }}}\n",
        "2:1: unknown key 'xyz'",
        "Known here: schemadiff",
    ),
    "word": (
        "schemadiff: 1\ncontracts: {ask: {promise: max, versions: {v2: }}}\n",
        "'max' does not fit",
        "One of backward",
    ),
    "type": ("schemadiff: 1\ncontracts: [ask]\n", "2:1: expected a mapping, found a list of 1", "At least one"),
    "name": (
        "schemadiff: 1\ncontracts: {../../etc: {versions: {v2: }}}\n",
        "2:13: '../../etc' cannot be a name",
        "slash",
    ),
    "no day": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {published: 2026-02-30}}}}\n",
        "2:35: the calendar has no 2026-02-30",
        "",
    ),
    "not a day": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {published: soon}}}}\n",
        "2:35: 'soon' does not fit",
        "2026-11-23",
    ),
    "order": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {published: 2026-05-01, deprecated: 2026-04-01}}}}\n",
        "before it is published",
        "Swap",
    ),
    "far": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {deprecated: 9999-12-01}}}}\n",
        "beyond the year 9999",
        "",
    ),
    "no file": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v3: }}}\n",
        "2:30: ask v3 has no schema file",
        "ask.v3.json",
    ),
    "other file": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {file: x.json}}}}\n",
        "there is no file x.json",
        "Correct",
    ),
    "way out": ("schemadiff: 1\ncontracts: {ask: {versions: {v2: {file: ../x.json}}}}\n", "leads out", "below it"),
    "fixtures out": (
        "schemadiff: 1\nfixtures: /etc\ncontracts: {ask: {versions: {v2: }}}\n",
        "2:1: the path '/etc' leads out",
        "below it",
    ),
    "release": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: }}}\nservices: {w: {releases: {'1.10': }, running: [1.1]}}\n",
        "expected a text, found the number 1.1",
        "Put it in quotes",
    ),
    "not running": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: }}}\nservices: {w: {releases: {'1.10': }, running: ['1.1']}}\n",
        "w has no release '1.1'",
        "Did you mean '1.10'",
    ),
    "reads unknown": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: }}}\nservices: {w: {releases: {a: {reads: {ask: [v3]}}}}}\n",
        "3:45: it reads ask 'v3', which is not listed",
        "v2",
    ),
    "emits unknown": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: }}}\nservices: {w: {releases: {a: {emits: {asks: [v2]}}}}}\n",
        "'asks', which is no contract",
        "'ask'",
    ),
    "role": (
        "schemadiff: 1\ncontracts: {ask: {producer: workr, versions: {v2: }}}\nservices: {worker: {releases: {a: }}}\n",
        "the producer of ask is 'workr'",
        "'worker'",
    ),
    "step": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {downgrade: [{remove: /a}]}}}}\n",
        "unknown key 'remove'",
        "rename",
    ),
    "scale": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {downgrade: [{scale: {at: /a}}]}}}}\n",
        "the key 'by' is missing",
        "",
    ),
    "stars": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: {downgrade: [{rename: {from: /a/*/b, to: /b}}]}}}}\n",
        "same number of *",
        "Each *",
    ),
    "waiver": (
        "schemadiff: 1\ncontracts: {ask: {versions: {v2: }}}\nwaivers: [{rule: r, reason: x, owner: y, expires: 2026-01-01}]\n",
        "needs a place or a fingerprint; without either it would waive everything",
        "everything",
    ),
    "twice": ("schemadiff: 1\ncontracts: {ask: {versions: {v2: , v2: }}}\n", "twice", ""),
    "not yaml": ("schemadiff: [\n", "not YAML", ""),
    "a list": ("- 1\n", "1:1: expected a mapping", ""),
    "empty": ("", "expected a mapping, found nothing", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_manifest_that_makes_no_sense(tmp_path: Path, case: str) -> None:
    """
    The message names the place and what is wrong, and mostly what to do.
    """
    text, message, remedy = CASES[case]
    error = refused(tmp_path, text)

    assert message in str(error)
    assert remedy in (error.remedy or "")
    assert str(error).startswith("contracts.yaml:")


@pytest.mark.slow
def test_hostile_manifests(tmp_path: Path) -> None:
    """
    Depth, aliases, enormous names and numbers end in one message.
    """
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for text in (
        "[" * 100_000,
        "{a: " * 5000,
        bomb,
        "schemadiff: " + "9" * 5000,
        "? [a]\n: b\n",
        "\u0000",
        "a: !!python/object:os.system x\n",
    ):
        assert "contracts.yaml" in str(refused(tmp_path, text))
    assert "cannot be a name" in str(refused(tmp_path, "schemadiff: 1\ncontracts: {? " + "x" * 5000 + " : {}}\n"))


def test_a_manifest_that_is_no_utf8(tmp_path: Path) -> None:
    """
    The first wrong byte is named.
    """
    (tmp_path / "contracts.yaml").write_bytes(b"schemadiff: 1\n\xff")
    with pytest.raises(InputError, match="2:1: not UTF-8"):
        load_catalog(Folder(tmp_path), "")


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for step, each in inside for place in places(each, (*at, step)))]


STRANGE = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        -1,
        99999,
        Decimal("1.5"),
        "",
        "v2",
        "none",
        "/x",
        "2026-01-01",
        "x" * 3000,
        [],
        ["v2"],
        ["v2", "v2"],
        {},
        {"a": 1},
        [[]],
    ]
)


@given(place=st.sampled_from(places(PLAIN)), how=st.sampled_from(["replace", "remove", "add"]), strange=STRANGE)
@settings(max_examples=600, deadline=None)
def test_the_reader_and_the_schema_agree(place: tuple[Any, ...], how: str, strange: Any) -> None:
    """
    Whatever is changed in a manifest, the quick reader stumbles just when the published schema refuses it.
    """
    manifest = copy.deepcopy(PLAIN)
    above: Any = manifest
    for step in place[:-1]:
        above = above[step]
    if how == "replace" and place:
        above[place[-1]] = strange
    elif how == "remove" and place:
        del above[place[-1]]
    elif isinstance(above, dict):
        above["strange"] = strange

    assert stumbles(manifest) == (not jsonschema_rs.Draft202012Validator(manifest_schema()).is_valid(manifest))


def stumbles(manifest: Any) -> bool:
    class Everything:
        def read(self, path: str) -> bytes | None:
            return b"{}" if path else None

        def files(self, folder: str) -> list[str]:
            return [
                f"{folder}/{each}".lstrip("/") for each in ("ask.v2.json", "ask.v10.json", "strange", "strange.v2.json")
            ]

        def name(self, path: str) -> str:
            return path

    try:
        catalog = _catalog(Cursor(manifest, (), ManifestText("m", lambda _: None)), Everything(), "contracts.yaml")
    except Unexpected:
        return True
    except InputError:
        # It has the right shape, and does not fit together.
        return not jsonschema_rs.Draft202012Validator(manifest_schema()).is_valid(manifest)
    assert isinstance(catalog, Catalog)
    return False
