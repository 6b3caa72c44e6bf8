"""
Random repositories with a base and a change, and what the gate may say of each.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

import yaml

from tests.hunt.contracts import Edit, Schema, random_edit
from tests.hunt.spread import Spread, random_spread

Files = dict[str, "bytes | Link"]
Expectation = Literal["must not pass", "must not be breaking"]

LAYOUTS = (
    "contracts/{name}.{version}.json",
    "contracts/{name}.{version}.json",
    "contracts/{name}.{version}.yaml",
    "contracts/{name}.json",
    "schemas/{name}.{version}.schema.json",
    "schemas/{name}.json",
    "services/billing/contracts/{name}.{version}.json",
    "{name}.{version}.json",
    "api/{name}-{version}.json",
    "api/{version}/{name}.json",
    "api/{name}/{version}.json",
    "schemas/{name}.{version}.yml",
    "schemas/{name}.schema.yaml",
    "schemas/{name}@{version}.json",
    "schemas/my {name}.{version}.json",
    "contracts/{name}.1.0.0.json",
    "contracts/{name}.jsonschema",
    "schemas/com.acme/{name}/jsonschema/1-0-0",
    "src/main/resources/json/{name}.json",
    "packages/a/b/{name}.schema.json",
)
NAMES = ("order", "invoice", "job_request", "my-event", "status.changed")


@dataclass(frozen=True, slots=True)
class Link:
    """
    A symbolic link.
    """

    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """
    A repository at its base and with a change.

    Attributes:
        seed: from which it was made.
        text: what was done, for the log.
        base, head: the files.
        expectation: what is known by construction.
    """

    seed: int
    text: str
    base: Files
    head: Files
    expectation: Expectation


def random_scenario(seed: int) -> Scenario:
    """
    A repository of one to three contracts, one of which is edited.
    """
    rng = Random(seed)
    edit = random_edit(rng)
    layout = rng.choice(LAYOUTS)
    base: Files = {}
    head: Files = {}
    names = rng.sample(NAMES, rng.randint(1, 3))
    for number, name in enumerate(names):
        pair = edit if number == 0 else _unedited(rng)
        file = layout.format(name=name, version=rng.choice(("v1", "v2")))
        spread = random_spread(rng, [pair.old, pair.new], file, number)
        written = rng.randrange(1 << 30)
        base |= _texts(spread, pair.old, written)
        head |= _texts(spread, pair.new, written)
        if number == 0:
            own = file
    tricks = TRICKS[edit.effect]
    for files in (base, head):
        files["README.md"] = b"# A service\n"
        if "/{name}.{version}." in layout and layout.endswith(("n.json", "n.yaml")) and len(names) < 3:
            files[_manifest_of(own)] = _manifest(own, files)
            tricks = (*tricks, *MANIFEST_TRICKS)
    if "/" in own and rng.random() < 0.2:
        settings = f'contracts = ["{own.partition("/")[0]}"]\n'.encode()
        for files in (base, head):
            files["schemadiff.toml"] = settings
    trick = rng.choice(tricks)
    said = trick(rng, own, base, head)
    if trick in SLEEPERS and rng.random() < 0.4:
        base |= {path: head[path] for path in head if path not in base or path == _manifest_of(own)}
        said = f"already at the base: {said}"
    must_fail = edit.effect == "breaking" or trick in ALONE_WRONG
    return Scenario(
        seed=seed,
        text=f"{layout}: {edit.name}; {said}",
        base=base,
        head=head,
        expectation="must not pass" if must_fail else "must not be breaking",
    )


def _unedited(rng: Random) -> Edit:
    edit = random_edit(rng)
    return Edit(name="nothing", old=edit.old, new=edit.old, effect="harmless")


def _texts(spread: Spread, schema: Schema, seed: int) -> Files:
    return {
        file: _text(document, file, Random(f"{seed} {file}")) for file, document in spread.documents(schema).items()
    }


def _text(document: Schema, file: str, rng: Random) -> bytes:
    if file.endswith(".yaml"):
        text = yaml.safe_dump(document, sort_keys=False, default_flow_style=rng.random() < 0.3, allow_unicode=True)
        return text.replace("$ref:", rng.choice(("$ref:", '"$ref":', '"\\x24ref":', "! $ref:", "!!str $ref:"))).encode()
    text = json.dumps(document, indent=rng.choice((None, 2)), ensure_ascii=rng.random() < 0.5)
    return text.replace('"$ref": "', rng.choice(('"$ref": "', '"\\u0024ref": "', '"$r\\u0065f" : "'))).encode()


Trick = Callable[[Random, str, Files, Files], str]
"""
Something else that base and change hold: of chance, the edited contract's file, and both sides' files makes its name.
"""


def _nothing(_rng: Random, _own: str, _base: Files, _head: Files) -> str:
    return "nothing else"


def _decoy_manifest(rng: Random, _own: str, _base: Files, head: Files) -> str:
    folder = rng.choice(("docs", "contracts", "schemas", "x/contracts"))
    dummy = _json({"type": "object", "properties": {"a": {"type": "string"}}})
    head[f"{folder}/contracts.yaml"] = b"schemadiff: 1\ncontracts:\n  dummy:\n    versions:\n      v1: {}\n"
    head[f"{folder}/dummy.v1.json"] = dummy
    return f"{folder}/contracts.yaml appears, with one contract"


def _decoy_version(rng: Random, own: str, _base: Files, head: Files) -> str:
    folder, name = posixpath.split(own)
    contract = name.partition(".")[0]
    path = rng.choice(
        ("x/z.v1.json", posixpath.join(folder, f"{contract}.v9.json"), posixpath.join(folder, "sub", "z.v1.json"))
    )
    head.setdefault(path, _json({"type": "object", "properties": {"a": {"type": "string"}}}))
    return f"{path} appears"


def _copy_of_base(_rng: Random, own: str, base: Files, head: Files) -> str:
    folder, name = posixpath.split(own)
    path = posixpath.join(folder, f"copy-of-{name}")
    head[path] = base[own]
    return f"{path} is the contract as it was"


def _bad_neighbour(rng: Random, own: str, _base: Files, head: Files) -> str:
    path = posixpath.join(posixpath.dirname(own), rng.choice(("bad.v1.json", "bad.json", "bad.v1.yaml")))
    head[path] = rng.choice((b'{"type": "string", "type": "string"}', b"{", b"\xff\xfe", b"<<<<<<< HEAD\n{}\n"))
    return f"{path} cannot be read"


def _linked(rng: Random, own: str, base: Files, head: Files) -> str:
    parts = sorted(set(base) - {own, "README.md"})
    path = rng.choice(parts) if parts else own
    target = f"store/{posixpath.basename(path)}"
    for files in (base, head):
        if path in files:
            files[target] = files[path]
            files[path] = Link(posixpath.relpath(target, posixpath.dirname(path) or "."))
    return f"{path} is a link to {target}"


def _weak_settings(rng: Random, _own: str, _base: Files, head: Files) -> str:
    line = rng.choice(('promise = "none"', 'fail-on = "never"', 'contracts = ["elsewhere"]', 'fail_on = "never"'))
    head["schemadiff.toml"] = f"{line}\n".encode()
    return f"schemadiff.toml appears: {line}"


def _deleted(_rng: Random, own: str, _base: Files, head: Files) -> str:
    del head[own]
    return "the contract is deleted"


def _renamed(_rng: Random, own: str, _base: Files, head: Files) -> str:
    folder, name = posixpath.split(own)
    _, dot, rest = name.partition(".")
    renamed = posixpath.join(folder, f"shipment{dot}{rest}")
    head[renamed] = head.pop(own)
    return f"the contract is renamed to {renamed}"


def _dangling(rng: Random, own: str, base: Files, head: Files) -> str:
    parts = [path for path in sorted(base) if "part" in path]
    if parts:
        del head[rng.choice(parts)]
        return "a file that it refers to is deleted"
    return _deleted(rng, own, base, head)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _manifest_of(own: str) -> str:
    return posixpath.join(posixpath.dirname(own), "contracts.yaml")


def _manifest(own: str, files: Files, promise: str = "backward") -> bytes:
    """
    A manifest of the contracts in the folder of one of them.
    """
    folder = posixpath.dirname(own)
    found = [re.fullmatch(r"(.+)\.(v[12])\.\w+", posixpath.basename(path)) for path in files]
    contracts = {
        match[1]: {"promise": promise, "versions": {match[2]: {}}}
        for path, match in zip(files, found, strict=True)
        if match and posixpath.dirname(path) == folder
    }
    return yaml.safe_dump({"schemadiff": 1, "contracts": contracts}).encode()


def _weak_promise(_rng: Random, own: str, _base: Files, head: Files) -> str:
    head[_manifest_of(own)] = _manifest(own, head, promise="none")
    return "the manifest promises nothing any more"


def _unlisted(_rng: Random, own: str, _base: Files, head: Files) -> str:
    head[_manifest_of(own)] = b"schemadiff: 1\ncontracts:\n  dummy:\n    versions:\n      v1: {}\n"
    head[posixpath.join(posixpath.dirname(own), "dummy.v1.json")] = b'{"type": "object"}'
    return "the manifest lists another contract instead"


def _redirected(_rng: Random, own: str, base: Files, head: Files) -> str:
    folder, name = posixpath.split(own)
    contract, version = re.split(r"\.(?=v[12]\.)", name)[0], re.findall(r"\.(v[12])\.", name)[0]
    copy = f"copy{posixpath.splitext(name)[1]}"
    head[posixpath.join(folder, copy)] = base[own]
    document = yaml.safe_load(_manifest(own, head))
    document["contracts"][contract]["versions"][version] = {"file": copy}
    head[_manifest_of(own)] = yaml.safe_dump(document).encode()
    return "the manifest names a copy of the base's file"


MANIFEST_TRICKS: tuple[Trick, ...] = (_weak_promise, _unlisted, _redirected)
"""Changes of a manifest that weaken what it guards."""

SLEEPERS: tuple[Trick, ...] = (_decoy_manifest, _decoy_version, _copy_of_base, _unlisted)
"""What an earlier change may have brought to the base; it must not take anything out of the gate either."""

ALONE_WRONG: tuple[Trick, ...] = (_deleted, _renamed, _dangling, _weak_settings, _weak_promise)
"""Changes that must not pass whatever the edit."""

TRICKS: dict[str, tuple[Trick, ...]] = {
    "breaking": (
        _nothing,
        _nothing,
        _nothing,
        _nothing,
        _decoy_manifest,
        _decoy_version,
        _copy_of_base,
        _bad_neighbour,
        _linked,
        _weak_settings,
    ),
    "harmless": (_nothing, _nothing, _nothing, _linked, _decoy_version, _deleted, _renamed, _dangling, _weak_settings),
}
