"""
For tests of programs that write or read messages: an assertion on two schemas, and messages of a contract as arguments.

    from schemadiff.pytest_plugin import assert_compatible

    def test_the_new_schema_keeps_the_promise():
        assert_compatible("schemas/order.v1.json", Order.model_json_schema())

    @pytest.mark.contract("order", "v2")
    def test_the_reader_takes_what_the_contract_allows(valid_message):
        read(valid_message.payload)

The plugin is loaded by itself wherever this package is installed, and costs nothing until it is used.
"""

from __future__ import annotations

import json
import os
import warnings
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from schemadiff.api import SchemaInput
    from schemadiff.decide import Comparison, Judgement
    from schemadiff.options import Options
    from schemadiff.producer import Messages
    from schemadiff.workspace import Workspace

__all__ = ["Message", "assert_compatible"]

_MARKER = (
    "contract(name, version=None, *, count=20, folder=None): give the test messages of a contract, one a run, as the "
    "arguments valid_message and invalid_message (generated, boundaries first) and recorded_message (fixtures)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    A message of a contract.

    Attributes:
        name: of the recording, or what was generated with its number.
        contract, version: of which contract it is; the version is None where a recording has none.
        payload: its exact bytes, which a recording may have in any form, also broken.
        response: the recorded answer; None where there is none.
    """

    name: str
    contract: str
    version: str | None
    payload: bytes
    response: str | None = None

    @property
    def value(self) -> Any:
        """
        The payload as ``json.loads`` reads it.

        Raises:
            ValueError: it is not JSON.
        """
        return json.loads(self.payload)


def assert_compatible(old: SchemaInput, new: SchemaInput, *, options: Options | None = None) -> None:
    """
    Fail where the comparison of two schemas fails; the message begins with the counter-example.

    A reference that is not at hand is assumed to mean the same on both sides, with a warning.

    Arguments:
        old, new: as for ``schemadiff.compare``: paths, ``REV:path``, versions, folders, or schemas as values.
        options: as for ``schemadiff.compare``; what takes longer than its budget is undecided, and fails as well.

    Raises:
        AssertionError: a promised direction is refuted or undecided and no level excuses it, or a finding has a failing
            level.
        InputError, UsageError: as for ``schemadiff.compare``.
    """
    __tracebackhide__ = True
    from schemadiff.api import compare
    from schemadiff.decide.outcome import explaining
    from schemadiff.decide.pair_findings import ASSUMED
    from schemadiff.options import Options

    report = compare(old, new, options=options or Options())
    failed = [
        _failure(comparison, direction.value)
        for comparison in report.comparisons
        for direction in comparison.promised
        if report.policy.failure(comparison, direction) is not None
    ]
    failed += [
        f"{finding.message} [{finding.level}: {finding.rule}]"
        for comparison in report.comparisons
        for finding in report.policy.failing(comparison)
        if not any(finding in explaining(comparison, direction) for direction in comparison.promised)
    ]
    if failed:
        raise AssertionError("\n\n".join(failed))
    for comparison in report.comparisons:
        for finding in comparison.findings:
            if finding.rule == ASSUMED:
                warnings.warn(finding.message, stacklevel=2)


def _failure(comparison: Comparison, direction: str) -> str:
    """
    What is wrong in one direction: the counter-example first, then which side rejects it, then why.
    """
    from schemadiff.decide import Classification
    from schemadiff.instance import dumps
    from schemadiff.report.escaping import cut, visible

    judgement: Judgement = getattr(comparison, direction)
    writer, reader = (comparison.old, comparison.new) if direction == "backward" else (comparison.new, comparison.old)
    lines = []
    text = None
    if judgement.counter_example is not None:
        text, retagged = dumps(judgement.counter_example.instance), judgement.counter_example.retagged
        lines += [cut(text, 2_000), f"is valid under {writer}, and {reader} rejects it ({direction})."]
        if retagged is not None and dumps(retagged) != text:
            lines.append(f"As {reader} reads it: {cut(dumps(retagged), 2_000)}")
    else:
        lines.append(f"It is undecided whether {reader} accepts all that {writer} allows ({direction}): {judgement.by}")
    for finding in comparison.findings:
        if finding.classification in (Classification.BREAKING, Classification.UNDECIDED):
            lines.append(f"  {finding.message}  [{finding.rule}]")
            own = getattr(finding, direction).counter_example
            if own is not None and dumps(own.instance) != text:
                lines.append(f"    such as {cut(dumps(own.instance), 500)}")
    return "\n".join(visible(line) for line in lines)


def pytest_configure(config: pytest.Config) -> None:
    """
    Register the marker.
    """
    config.addinivalue_line("markers", _MARKER)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """
    Parametrize a marked test with the messages of its contract.
    """
    wanted = [name for name in _SOURCES if name in metafunc.fixturenames]
    marker = metafunc.definition.get_closest_marker("contract")
    if not wanted and marker is None:
        return
    where = metafunc.definition.nodeid
    if marker is None:
        pytest.fail(f"{where} takes {wanted[0]}; say of what by @pytest.mark.contract(NAME, VERSION)", pytrace=False)
    if not wanted:
        pytest.fail(f"{where} is marked with a contract; let it take one of {', '.join(_SOURCES)}", pytrace=False)
    for name in wanted:
        messages = _found(name, marker, metafunc.config, where)
        metafunc.parametrize(name, messages, ids=[message.name for message in messages])


def _found(source: str, marker: pytest.Mark, config: pytest.Config, where: str) -> list[Message]:
    from schemadiff.errors import SchemadiffError, UsageError
    from schemadiff.workspace import Workspace

    def marked(name: str, version: str | None = None, *, count: int = 20, folder: str | None = None) -> list[Message]:
        if version is None and source != "recorded_message":
            raise UsageError(f"{source} needs a version, as in @pytest.mark.contract(NAME, 'v1')")
        workspace = Workspace.open(Path(folder or config.rootpath), settings=False)
        messages = list(islice(_SOURCES[source](workspace, name, version, count), count))
        if not messages:
            raise UsageError(f"there is no {source.replace('_', ' ')} of {'@'.join(filter(None, (name, version)))}")
        return messages

    try:
        return marked(*marker.args, **marker.kwargs)
    except TypeError as error:
        wrong = str(error).replace(f"{marked.__qualname__}()", "the marker contract")
    except SchemadiffError as error:
        wrong = str(error)
    pytest.fail(f"{where}: {wrong}", pytrace=False)


def _generated(
    workspace: Workspace, contract: str, version: str | None, count: int, *, valid: bool
) -> Iterator[Message]:
    from schemadiff.containment import generate
    from schemadiff.instance import dumps
    from schemadiff.workspace import source_of

    node = source_of(f"{contract}@{version}", workspace).load()
    for number, value in enumerate(generate(node, count, valid=valid), 1):
        yield Message(
            name=f"{'valid' if valid else 'invalid'}-{number}",
            contract=contract,
            version=version,
            payload=dumps(value).encode("utf-8", "surrogatepass"),
        )


def _recorded(workspace: Workspace, contract: str, version: str | None, _count: int) -> Iterator[Message]:
    from schemadiff.catalog.fixtures import fixtures
    from schemadiff.errors import InputError

    catalog = workspace.catalog
    if not workspace.tree.files(catalog.fixture_folder):
        raise InputError(
            "there are no recorded messages",
            name=workspace.tree.name(catalog.fixture_folder),
            remedy="Record some by `schemadiff record`, or name their folder as `fixtures` in the manifest.",
        )
    for fixture in fixtures(workspace.tree, catalog, contract=contract, version=version):
        yield Message(
            name=fixture.name,
            contract=fixture.contract,
            version=fixture.version,
            payload=fixture.payload,
            response=fixture.response,
        )


_SOURCES: dict[str, Callable[[Workspace, str, str | None, int], Iterator[Message]]] = {
    "valid_message": partial(_generated, valid=True),
    "invalid_message": partial(_generated, valid=False),
    "recorded_message": _recorded,
}
"""The arguments that a marked test may take, with where the messages come from."""


@pytest.fixture
def record_message(request: pytest.FixtureRequest, _kept_messages: _Kept) -> Callable[..., None]:
    """
    A function that validates a message of the producer against its contract, and keeps it as a fixture for the
    consumer's tests: ``record_message(contract, version, payload, *, valid=True)``.

    The payload is a value or exact bytes. The test fails where it is not valid, or, with ``valid=False``, where it is.
    Fixtures go to ``valid.ndjson`` and ``invalid.ndjson`` in the folder that the environment variable
    ``CONTRACT_FIXTURES`` names, ``build/contracttests`` by default; those of an earlier run are gone by then.
    """

    def record(contract: str, version: str, payload: Any, *, valid: bool = True) -> None:
        __tracebackhide__ = True
        why = _kept_messages.keep(
            Message(name=request.node.name, contract=contract, version=version, payload=b""), payload, valid=valid
        )
        if why is not None:
            pytest.fail(f"{request.node.name}: {why}", pytrace=False)

    return record


@pytest.fixture(scope="session")
def _kept_messages(request: pytest.FixtureRequest) -> _Kept:
    # Processes that share the tests of one run (pytest-xdist) write a file each.
    result = getattr(request.config, "workerinput", {})
    others = {f"gw{number}" for number in range(result.get("workercount", 0))} - {result.get("workerid")}
    return _Kept(request.config.rootpath, result.get("workerid"), others)


class _Kept:
    """
    The messages of one run. ``worker`` names this process among those that share the tests; the files of the others are
    left alone.
    """

    def __init__(self, root: Path, worker: str | None, others: Collection[str] = ()) -> None:
        self._root = root
        self._folder = root / os.environ.get("CONTRACT_FIXTURES", "build/contracttests")
        self._files = {
            valid: self._folder / ("-".join(filter(None, (name, worker))) + ".ndjson")
            for valid, name in ((True, "valid"), (False, "invalid"))
        }
        for name in ("valid", "invalid"):
            for file in (self._folder / f"{name}.ndjson", *self._folder.glob(f"{name}-gw*.ndjson")):
                if file.stem.removeprefix(f"{name}-") not in others:
                    file.unlink(missing_ok=True)
        self._contracts: dict[str, Messages] = {}
        self._names: set[str] = set()

    def keep(self, message: Message, payload: Any, *, valid: bool) -> str | None:
        """
        Write a message to its file; or return the reason why it is not as valid or invalid as the test says.
        """
        from schemadiff.errors import SchemadiffError
        from schemadiff.instance import dumps, exact

        try:
            data = payload if isinstance(payload, bytes) else dumps(exact(payload)).encode()
            result = self._problems(message, data)
        except (SchemadiffError, UnicodeEncodeError) as error:
            return str(error)
        if valid and result:
            return f"not a valid {message.contract} {message.version}: {result}"
        if not valid and not result:
            return f"{message.contract} {message.version} accepts it, and should not"
        self._write(replace(message, payload=data), self._files[valid])
        return None

    def _problems(self, message: Message, data: bytes) -> str:
        from schemadiff.errors import InputError
        from schemadiff.instance import loads
        from schemadiff.producer import Messages
        from schemadiff.workspace import Workspace

        if message.contract not in self._contracts:
            workspace = Workspace.open(self._root, settings=False)
            self._contracts[message.contract] = Messages(workspace.tree, workspace.catalog, message.contract)
        messages = self._contracts[message.contract]
        messages.contract.version(str(message.version))
        try:
            value = loads(data)
        except InputError as error:
            return error.message
        return "; ".join(map(str, messages.problems(value, str(message.version))))

    def _write(self, message: Message, file: Path) -> None:
        name, number = message.name, 1
        while name in self._names:
            number += 1
            name = f"{message.name}-{number}"
        self._names.add(name)
        row = {"name": name, "contract": message.contract, "version": message.version}
        try:
            row["payload"] = message.payload.decode()
        except UnicodeDecodeError:
            row["payload_base64"] = b64encode(message.payload).decode()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
