"""
The pytest plugin, by running pytest on tests that use it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from schemadiff.options import Options
from schemadiff.pytest_plugin import assert_compatible

pytestmark = pytest.mark.slow

pytest_plugins = ["pytester"]

OLD = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
NEW = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 18}}, "required": ["age"]}
CONTRACTS = Path(__file__).parent.parent.parent / "contracts"


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """
    A project with a contract, two versions and two recordings.
    """
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    contracts = pytester.path / "contracts"
    (contracts / "fixtures").mkdir(parents=True)
    (contracts / "person.v1.json").write_text(json.dumps(OLD))
    (contracts / "person.v2.json").write_text(json.dumps(NEW))
    rows = [
        {"name": "small", "contract": "person", "version": "v1", "payload": '{"age": 1.0}', "response": "{}"},
        {"name": "broken", "contract": "person", "version": "v1", "payload": "{"},
        {"name": "grown", "contract": "person", "version": "v2", "payload": '{"age": 44}'},
    ]
    manifest = "schemadiff: 1\ncontracts:\n  person: {versions: {v1: {}, v2: {}}}\nfixtures: fixtures\n"
    (contracts / "contracts.yaml").write_text(manifest)
    (contracts / "fixtures" / "person.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return pytester


def run(project: pytest.Pytester, *words: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:cacheprovider", *words)


def test_compatible_schemas_pass() -> None:
    """
    In the promised direction only.
    """
    assert_compatible(NEW, OLD)
    assert_compatible(OLD, NEW, options=Options(promise="forward"))


def test_a_failure_begins_with_the_payload() -> None:
    """
    Then who rejects it and why, since the payload is what a reader checks first.
    """
    with pytest.raises(AssertionError) as caught:
        assert_compatible(OLD, NEW)
    payload, who, why, *_ = str(caught.value).splitlines()

    assert json.loads(payload)["age"] < 18
    assert who == "is valid under old, and new rejects it (backward)."
    assert why.strip() == "age: minimum ≥ 18 added  [minimum-raised]"


def test_what_nobody_knows_fails_as_well() -> None:
    """
    Doubt is not green.
    """
    with pytest.raises(AssertionError, match="It is undecided whether new accepts"):
        assert_compatible({"$ref": "https://example.com/a.json"}, {"type": "string"})


def test_what_is_not_at_hand_is_a_warning() -> None:
    schema = {"properties": {"a": {"$ref": "https://example.com/a.json"}}}

    with pytest.warns(UserWarning, match=r"https://example\.com/a\.json is not at hand"):
        assert_compatible(schema, schema)


def test_an_open_object_is_judged_as_on_the_command_line() -> None:
    """
    By what is declared, unless all that is accepted counts.
    """
    wider = {**OLD, "properties": {**OLD["properties"], "name": {"type": "string"}}}  # type: ignore[dict-item]

    assert_compatible(OLD, wider)
    with pytest.raises(AssertionError, match='"name"'):
        assert_compatible(OLD, wider, options=Options(emission="any"))


def test_the_version_tag_is_no_change() -> None:
    """
    The payload is shown in both forms where it has two.
    """
    old, new = (
        {**each, "properties": {**each["properties"], "version": {"const": tag}}, "required": ["age", "version"]}  # type: ignore[dict-item]
        for each, tag in ((OLD, "v1"), (NEW, "v2"))
    )

    assert_compatible(old, {**old, "properties": {**old["properties"], "version": {"const": "v2"}}})  # type: ignore[dict-item]
    with pytest.raises(AssertionError, match=r"As new reads it: .*v2"):
        assert_compatible(old, new)


def test_a_marked_test_runs_once_a_message(project: pytest.Pytester) -> None:
    """
    Valid and invalid ones that are generated, and recorded ones byte for byte.
    """
    project.makepyfile(
        """
        import jsonschema, json, pathlib, pytest
        SCHEMA = json.loads(pathlib.Path("contracts/person.v1.json").read_text())

        @pytest.mark.contract("person", "v1", count=5)
        def test_valid(valid_message):
            jsonschema.validate(valid_message.value, SCHEMA)

        @pytest.mark.contract("person", "v1", count=5)
        def test_invalid(invalid_message):
            assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(invalid_message.value)

        @pytest.mark.contract("person")
        def test_recorded(recorded_message):
            assert recorded_message.payload in (b'{"age": 1.0}', b"{", b'{"age": 44}')

        @pytest.mark.contract("person", "v2")
        def test_one_version(recorded_message):
            assert recorded_message.name == "grown"
        """
    )

    result = run(project, "-v", "--strict-markers")

    result.assert_outcomes(passed=14)
    result.stdout.fnmatch_lines(["*test_valid?valid-1? PASSED*", "*test_recorded?broken? PASSED*"])


def test_a_marker_without_messages_is_an_error(project: pytest.Pytester) -> None:
    """
    A test that would run on nothing does not pass.
    """
    cases = {
        "contract('persn', 'v1')-valid_message": "*persn*",
        "contract('person', 'v9')-valid_message": "*no contract has a version v9*",
        "contract('person', 'v9')-recorded_message": "*there is no recorded message of person@v9*",
        "contract('person')-invalid_message": "*invalid_message needs a version*",
        "contract('person', 'v1', size=3)-valid_message": "*the marker contract*size*",
        "contract('person', 'v1')-tmp_path": "*let it take one of valid_message*",
        "usefixtures()-valid_message": "*say of what by @pytest.mark.contract*",
    }
    for number, case in enumerate(cases):
        marker, _, argument = case.rpartition("-")
        text = f"import pytest\n@pytest.mark.{marker}\ndef test_it({argument}): pass\n"
        (project.path / f"test_case_{number}.py").write_text(text)

    result = run(project)

    result.assert_outcomes(errors=len(cases))
    for said in cases.values():
        result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("*During handling*")


def test_the_contracts_of_this_repository_give_messages(pytester: pytest.Pytester) -> None:
    """
    With versions and recordings as they are.
    """
    shutil.copytree(CONTRACTS, pytester.path / "contracts")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.contract("job_request", "v2", count=4)
        def test_both(valid_message, recorded_message):
            assert valid_message.value["schema_version"] == "v2"
        """
    )

    run(pytester).assert_outcomes(passed=16)


def test_messages_of_the_producer_become_fixtures(project: pytest.Pytester) -> None:
    """
    Valid ones and those that the contract must refuse, in a file each; exact bytes stay as they are.
    """
    (project.path / "build/contracttests").mkdir(parents=True)
    (project.path / "build/contracttests/valid.ndjson").write_text("of an earlier run\n")
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("age", [18, 44])
        def test_it(record_message, age):
            record_message("person", "v2", {"age": age})

        def test_bytes(record_message):
            record_message("person", "v1", b'{"age": 1.0}')
            record_message("person", "v1", b'{"age": "1"}', valid=False)
            record_message("person", "v1", b'{"\\xff', valid=False)
        """
    )

    run(project).assert_outcomes(passed=3)

    def rows(name: str) -> list[dict[str, str]]:
        text = (project.path / f"build/contracttests/{name}.ndjson").read_text()
        return [json.loads(line) for line in text.splitlines()]

    assert [(row["name"], row["version"], row["payload"]) for row in rows("valid")] == [
        ("test_it[18]", "v2", '{"age": 18}'),
        ("test_it[44]", "v2", '{"age": 44}'),
        ("test_bytes", "v1", '{"age": 1.0}'),
    ]
    assert [row.get("payload", row.get("payload_base64")) for row in rows("invalid")] == ['{"age": "1"}', "eyL/"]
    assert len({row["name"] for row in rows("valid") + rows("invalid")}) == 5


@pytest.mark.parametrize("words", [(), ("-n", "2")])
def test_messages_of_an_earlier_run_are_gone(project: pytest.Pytester, words: tuple[str, ...]) -> None:
    """
    However many processes shared it.
    """
    pytest.importorskip("xdist")
    kept = project.path / "build" / "contracttests"
    kept.mkdir(parents=True)
    for name in ("valid", "valid-gw0", "valid-gw7", "invalid-gw7"):
        (kept / f"{name}.ndjson").write_text('{"name": "stale"}\n')
    (kept / "valid-notes.txt").write_text("not ours")
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("age", range(18, 26))
        def test_it(record_message, age):
            record_message("person", "v2", {"age": age})
        """
    )

    run(project, *words).assert_outcomes(passed=8)

    rows = [json.loads(line) for file in kept.glob("*.ndjson") for line in file.read_text().splitlines()]
    assert sorted(json.loads(row["payload"])["age"] for row in rows) == list(range(18, 26))
    assert (kept / "valid-notes.txt").exists()


def test_a_message_that_breaks_the_contract_fails_its_test_and_is_no_fixture(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    With everything that is wrong with it; and so does a message that should be refused and is not.
    """
    monkeypatch.setenv("CONTRACT_FIXTURES", str(project.path / "elsewhere"))
    project.makepyfile(
        """
        def test_wrong(record_message):
            record_message("person", "v2", {"age": 3})
        def test_right(record_message):
            record_message("person", "v2", {"age": 30}, valid=False)
        def test_no_version(record_message):
            record_message("person", "v9", {"age": 30})
        def test_no_json(record_message):
            record_message("person", "v2", {"age": object()})
        """
    )

    result = run(project)
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(["*test_wrong: not a valid person v2: /age: 3 is less than the minimum of 18*"])
    result.stdout.fnmatch_lines(["*test_right: person v2 accepts it, and should not*"])
    result.stdout.fnmatch_lines(["*test_no_version: no version of person is called 'v9'*"])
    result.stdout.fnmatch_lines(["*test_no_json: *"])
    assert not list(project.path.glob("elsewhere/*"))
    assert "Traceback" not in result.stdout.str()


def test_the_plugin_is_registered_and_light(pytester: pytest.Pytester) -> None:
    """
    It imports nothing of the package until it is used.
    """
    pytester.makepyfile(
        """
        import sys
        def test_it():
            assert {m for m in sys.modules if m.startswith("schemadiff.")} == {"schemadiff.pytest_plugin"}
        """
    )

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=1)
