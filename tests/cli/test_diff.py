"""
The main command as a user meets it: words, exit codes, files, revisions, bad input.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
OLD = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name"]}
NARROW = {**OLD, "properties": {**OLD["properties"], "age": {"type": "integer", "minimum": 18}}}  # type: ignore[dict-item]
WIDER = {**OLD, "properties": {**OLD["properties"], "note": {"type": "string"}}}  # type: ignore[dict-item]


def run(*words: str, folder: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "schemadiff", *words],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    (tmp_path / "old.json").write_text(json.dumps(OLD))
    (tmp_path / "new.json").write_text(json.dumps(NARROW))
    (tmp_path / "wider.json").write_text(json.dumps(WIDER))
    return tmp_path


def test_two_files_get_a_verdict_both_ways(pair: Path) -> None:
    """
    With the payload that proves it, confirmed.
    """
    done = run("old.json", "new.json", "-f", "json", folder=pair)
    (found,) = json.loads(done.stdout)["comparisons"]

    assert done.returncode == 1
    assert (found["backward"]["verdict"], found["forward"]["verdict"]) == ("breaking", "compatible")
    (finding,) = found["findings"]
    payload = finding["backward"]["counter_example"]["instance"]
    assert finding["rule"] == "minimum-raised"
    jsonschema.validate(payload, OLD)
    assert not jsonschema.Draft202012Validator(NARROW).is_valid(payload)


def test_an_additive_change_passes_with_a_proof(pair: Path) -> None:
    """
    Under what producers declare; and it says where that matters.
    """
    done = run("old.json", "wider.json", "-f", "json", folder=pair)
    (finding,) = json.loads(done.stdout)["comparisons"][0]["findings"]

    assert done.returncode == 0
    assert (finding["classification"], finding["backward"]["evidence"]) == ("additive", "proved")
    assert "--emission any" in finding["notes"][0]


def test_the_same_change_breaks_for_producers_that_send_anything(pair: Path) -> None:
    """
    The user's choice of emission decides.
    """
    assert run("old.json", "wider.json", "--emission", "any", folder=pair).returncode == 1


def test_the_promise_decides_what_counts(pair: Path) -> None:
    """
    A direction that nobody promised never moves the exit code.
    """
    assert run("old.json", "new.json", "--promise", "forward", folder=pair).returncode == 0
    assert run("new.json", "old.json", "--promise", "forward", folder=pair).returncode == 1
    assert run("old.json", "new.json", "--promise", "none", folder=pair).returncode == 0
    assert run("old.json", "new.json", "--fail-on", "never", folder=pair).returncode == 0


@pytest.mark.parametrize(
    ("former", "level"), [("breaking", "error"), ("undecided", "error"), ("any", "note"), ("sometimes", "")]
)
def test_a_former_fail_level_is_told_the_new_one(pair: Path, former: str, level: str) -> None:
    """
    On the command line and in a settings file, whose line is named.
    """
    flag = run("old.json", "new.json", "--fail-on", former, folder=pair)
    assert flag.returncode == 2
    assert (f"write '{level}' instead" in flag.stderr) == bool(level)

    (pair / "schemadiff.toml").write_text(f'# the gate\nfail_on = "{former}"\n')
    settings = run("old.json", "new.json", folder=pair)
    assert settings.returncode == 4
    assert "schemadiff.toml:2:" in settings.stderr
    assert (f"Write '{level}' instead." in settings.stderr) == bool(level)


def test_the_outcome_and_the_verdict_are_both_said(pair: Path) -> None:
    """
    And which policy made the difference.
    """
    (pair / "schemadiff.toml").write_text('[levels]\n"*" = "note"\n')
    excused = run("old.json", "new.json", folder=pair)
    assert excused.returncode == 0
    assert "PASS: breaking; the level of " in excused.stdout
    assert "is note (settings)" in " ".join(excused.stdout.split())

    assert "FAIL: breaking\n" in run("old.json", "new.json", "--config", os.devnull, folder=pair).stdout


def test_standard_input_is_a_side(pair: Path) -> None:
    """
    But not both.
    """
    assert run("-", "new.json", folder=pair, stdin=json.dumps(OLD)).returncode == 1
    assert run("-", "-", folder=pair, stdin="{}").returncode == 2


def test_folders_are_compared_file_by_file(tmp_path: Path) -> None:
    """
    A schema that disappeared is an error.
    """
    for side, schema in (("a", OLD), ("b", NARROW)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "s.json").write_text(json.dumps(schema))
    (tmp_path / "a" / "gone.json").write_text("{}")
    done = run("a", "b", "-f", "json", folder=tmp_path)
    report = json.loads(done.stdout)

    assert done.returncode == 1
    assert [each["contract"] for each in report["comparisons"]] == ["s.json"]
    assert [(each["rule"], each["message"]) for each in report["remarks"]] == [
        ("schema-removed", "gone.json was removed")
    ]


def test_a_revision_is_a_side(pair: Path) -> None:
    """
    Read from git's objects, without a checkout.
    """
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "old.json"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *identity, *words], cwd=pair, check=True, capture_output=True)
    (pair / "old.json").write_text(json.dumps(NARROW))
    status = subprocess.run(["git", "status", "--short"], cwd=pair, capture_output=True, text=True, check=True).stdout

    assert run("HEAD:old.json", "old.json", folder=pair).returncode == 1
    assert run("HEAD:old.json", "HEAD:old.json", folder=pair).returncode == 0
    after = subprocess.run(["git", "status", "--short"], cwd=pair, capture_output=True, text=True, check=True).stdout
    assert after == status


def test_versions_of_our_own_contracts() -> None:
    """
    v1 against v2 breaks, v1 against itself does not, and a single contract can be named.
    """
    both = run("v1", "v2", "-f", "json", folder=ROOT)
    one = run("job_request@v1", "job_request@v2", "-f", "json", folder=ROOT)
    same = run("v1", "v1", "-f", "json", folder=ROOT)

    assert (both.returncode, one.returncode, same.returncode) == (1, 1, 0)
    assert [each["contract"] for each in json.loads(both.stdout)["comparisons"]] == ["job_request", "job_response"]
    assert json.loads(both.stdout)["comparisons"][1]["promised"] == ["forward"]
    assert [each["findings"] for each in json.loads(same.stdout)["comparisons"]] == [[], []]
    schema = json.loads(run("schema", folder=ROOT).stdout)
    for done in (both, one, same):
        jsonschema.Draft202012Validator(schema).validate(json.loads(done.stdout))


def test_every_breaking_finding_of_ours_has_a_payload_and_every_additive_one_a_proof() -> None:
    """
    Nothing is presumed between our own versions.
    """
    report = json.loads(run("v1", "v2", "-f", "json", folder=ROOT).stdout)
    for comparison in report["comparisons"]:
        for finding in comparison["findings"]:
            judged = [finding[direction] for direction in comparison["promised"]]
            if finding["classification"] == "breaking":
                found = [each["counter_example"] for each in judged if each["counter_example"]]
                assert any(len(each["confirmed_by"]) == 2 for each in found)
            if finding["classification"] == "additive":
                assert all(each["evidence"] == "proved" for each in judged)
    assert report["counts"]["breaking"] >= 5
    assert report["counts"]["undecided"] == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "neither an object nor a boolean"),
        ('{"type": "objekt"}', "not a schema"),
        ('{"a": 1, "a": 2}', "twice"),
        ("[" * 100_000, "nested"),
        ('{"maximum": 1e999999999}', "number beyond"),
        ("\x00", "not YAML|not JSON"),
        ('{"$ref": "../../outside.json"}', "out of the tree"),
        ('{"properties": {"a": {"$ref": "/etc/passwd"}}}', "out of the tree"),
    ],
)
def test_bad_input_is_one_message_and_exit_4(pair: Path, text: str, words: str) -> None:
    """
    Never a traceback.
    """
    (pair / "bad.json").write_text(text)
    done = run("old.json", "bad.json", folder=pair)

    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    import re

    assert re.search(words, done.stderr)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("old.json", "missing.json"), 4),
        (("nowhere:old.json", "old.json"), 4),
        (("v1", "v2"), 2),
        (("old.json", "."), 2),
        (("old.json",), 2),
        (("old.json", "new.json", "--emission", "some"), 2),
        (("old.json", "new.json", "--as-of", "soon"), 2),
        (("explain", "no-such-rule"), 2),
    ],
)
def test_wrong_words_have_their_exit_code(pair: Path, words: tuple[str, ...], code: int) -> None:
    """
    With a remedy on standard error and nothing on standard output.
    """
    done = run(*words, folder=pair)

    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr


def test_what_to_write_instead_is_told(pair: Path) -> None:
    """
    A revision without a path, and a repository that is not there.
    """
    lonely = run("check", folder=pair)
    subprocess.run(["git", "init", "-q"], cwd=pair, check=True)
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one", "--allow-empty"],
        cwd=pair,
        check=True,
    )
    done = run("HEAD", "new.json", folder=pair)

    assert lonely.stderr.startswith(f"error: no git repository around {pair}\n  Run this inside a repository;")
    assert lonely.returncode == done.returncode == 4
    assert "such as HEAD:contracts" in done.stderr


def test_output_goes_to_a_file_whole_or_not_at_all(pair: Path) -> None:
    """
    And the exit code stays.
    """
    assert run("old.json", "new.json", "-f", "markdown", "-o", "out.md", folder=pair).returncode == 1
    assert (pair / "out.md").read_text().startswith("## ")
    assert run("old.json", "new.json", "-o", "no/such/folder/out.md", folder=pair).returncode == 2
    assert sorted(each.name for each in pair.iterdir()) == ["new.json", "old.json", "out.md", "wider.json"]


@pytest.mark.parametrize(
    "words", [("old.json", "old.json"), ("diff", "old.json", "old.json"), ("rules",), ("--help",), ("diff", "--help")]
)
def test_a_reader_that_has_gone_makes_nothing_breaking(pair: Path, words: tuple[str, ...]) -> None:
    """
    Exit code 1 would say so.
    """
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-m", "schemadiff", *words]
        done = subprocess.run(command, cwd=pair, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert done.returncode == 141
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no device that is always full")
def test_output_that_cannot_be_written_is_no_bug_of_ours(pair: Path) -> None:
    """
    Neither where a disk is full nor where somebody closed what we write to.
    """
    command = f"{shlex.quote(sys.executable)} -m schemadiff old.json new.json"
    for end, told in ((">/dev/full", "standard output cannot be written: No space left"), (">&-", "is closed")):
        done = subprocess.run(["sh", "-c", f"{command} {end}"], cwd=pair, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert told in done.stderr
        assert "bug" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no device that is always full")
@pytest.mark.parametrize("end", ["2>/dev/full", "2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full"])
@pytest.mark.parametrize(
    ("words", "code"), [("old.json absent.json", 4), ("--nope old.json new.json", 2), ("chekc", 2)]
)
def test_a_message_that_cannot_be_written_changes_no_exit_code(pair: Path, words: str, code: int, end: str) -> None:
    """
    1, the code of Python for an error that it could not print, would say breaking.
    """
    command = f"{shlex.quote(sys.executable)} -m schemadiff {words} {end}"
    done = subprocess.run(["sh", "-c", command], cwd=pair, capture_output=True, check=False)
    assert done.returncode == code


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no device that is always full")
@pytest.mark.parametrize("words", ["--help", "check --help", "--version"])
def test_help_that_cannot_be_written_is_no_bug_of_ours(pair: Path, words: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m schemadiff {words} >/dev/full"
    done = subprocess.run(["sh", "-c", command], cwd=pair, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: output cannot be written: No space left on device\n"


def test_the_same_input_gives_the_same_bytes(pair: Path) -> None:
    """
    In every format.
    """
    for form in ("terminal", "markdown", "json"):
        first, second = (
            run("old.json", "new.json", "-f", form, "--as-of", "2026-11-23", folder=pair).stdout for _ in range(2)
        )
        assert first == second
        assert first


def test_no_colour_where_nobody_looks(pair: Path) -> None:
    """
    Unless it is asked for.
    """
    assert "\x1b" not in run("old.json", "new.json", folder=pair).stdout
    assert "\x1b[" in run("old.json", "new.json", "--color", "always", folder=pair).stdout


def test_help_has_examples() -> None:
    """
    For every command that is listed.
    """
    listed = run("--help", folder=ROOT).stdout
    from schemadiff.cli.commands import COMMANDS

    assert "Exit codes" in listed
    for name in COMMANDS:
        assert name in listed
        assert "Examples" in run(name, "--help", folder=ROOT).stdout, name


def test_hostile_names_reach_the_terminal_as_text(tmp_path: Path) -> None:
    """
    No escape sequence of a schema is sent to it.
    """
    name = "\x1b[2J\x07\u202eevil"
    (tmp_path / "a.json").write_text(json.dumps({"properties": {name: {"type": "string"}}}))
    (tmp_path / "b.json").write_text(json.dumps({"properties": {name: {"type": "integer"}}}))
    done = run("a.json", "b.json", folder=tmp_path)

    assert done.returncode == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)


@pytest.mark.parametrize(("word", "meant"), [("chekc", "check"), ("can-deply", "can-deploy"), ("graf", "graph")])
def test_a_mistyped_command_is_named(pair: Path, word: str, meant: str) -> None:
    """
    It is a usage error, with or without arguments, rather than a file that does not exist.
    """
    for words in ((word,), (word, "new.json"), (word, "--against", "main")):
        done = run(*words, folder=pair)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"no such command '{word}'; did you mean {meant}?" in done.stderr


@pytest.mark.parametrize("word", ["v1", "HEAD:chekc", "./chekc", "chekc.json", "order@v1", "something"])
def test_a_path_or_version_is_not_a_mistyped_command(pair: Path, word: str) -> None:
    done = run(word, "new.json", folder=pair)

    assert done.returncode in (2, 4)
    assert "did you mean" not in done.stderr


def test_a_file_is_compared_though_its_name_resembles_a_command(pair: Path) -> None:
    (pair / "chekc").write_text(json.dumps(OLD))

    assert run("chekc", "new.json", folder=pair).returncode == 1
