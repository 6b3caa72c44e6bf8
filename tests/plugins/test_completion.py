"""
Shell completion, in a real bash that is asked for what it would offer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
_ASK = """
eval "$(_SCHEMADIFF_COMPLETE=bash_source schemadiff)"
while IFS= read -r line; do
    COMP_LINE=$line COMP_POINT=${#line} COMP_WORDS=($line) COMPREPLY=()
    _schemadiff_completion schemadiff
    echo "${COMPREPLY[*]}"
done
"""


def offered(folder: Path, *lines: str) -> list[list[str]]:
    """
    What bash offers at the end of each line.
    """
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", _ASK],
        cwd=folder,
        env=environment,
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [line.split() for line in done.stdout.split("\n")[:-1]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "contracts").mkdir()
    for name in ("order.v1", "order.v2", "order_reply.v1"):
        (tmp_path / "contracts" / f"{name}.json").write_text("{}")
    return tmp_path


def test_bash_offers_commands_versions_contracts_rules_and_options(folder: Path) -> None:
    """
    In one go, since each question starts the program.
    """
    first, version, side, tagged, rule, option, choice, retired, nothing = offered(
        folder,
        "schemadiff che",
        "schemadiff v",
        "schemadiff v1 order",
        "schemadiff order@v1 order@v",
        "schemadiff explain minimum-",
        "schemadiff check --ag",
        "schemadiff diff v1 v2 -f s",
        "schemadiff retire ",
        "schemadiff explain no-such-rule",
    )

    assert first == ["check", "checklist"]
    assert version == ["v1", "v2"]
    assert side == ["order@v1", "order@v2", "order_reply@v1"]
    assert tagged == ["v1", "v2"]
    assert rule == ["minimum-lowered", "minimum-raised"]
    assert option == ["--against"]
    assert choice == ["sarif"]
    assert retired == ["order@v1", "order@v2", "order_reply@v1"]
    assert nothing == []


def test_a_folder_without_contracts_or_with_several_offers_files(tmp_path: Path) -> None:
    """
    Silently: completion never prints an error.
    """
    for name in ("a", "b"):
        (tmp_path / name / "contracts").mkdir(parents=True)
        (tmp_path / name / "contracts" / "x.v1.json").write_text("{}")

    assert offered(tmp_path, "schemadiff v", "schemadiff diff ") == [[], []]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_get_a_script(shell: str, tmp_path: Path) -> None:
    """
    Which that shell can read, where it is at hand.
    """
    environment = {**os.environ, "_SCHEMADIFF_COMPLETE": f"{shell}_source"}
    script = subprocess.check_output([str(BIN / "schemadiff")], env=environment, text=True)

    assert "schemadiff" in script
    if shutil.which(shell):
        (tmp_path / "script").write_text(script)
        subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)


def test_completion_imports_nothing_heavy(folder: Path) -> None:
    """
    A key press is not the time to load a validator.
    """
    code = (
        "import sys\n"
        "from schemadiff.cli.main import main\n"
        "try: main([])\n"
        "except SystemExit: pass\n"
        "print(sorted({'jsonschema', 'jsonschema_rs', 'networkx', 'deepdiff', 'tabulate', 'yaml'} & set(sys.modules)))"
    )
    environment = {**os.environ, "COMP_WORDS": "schemadiff v1 ", "COMP_CWORD": "2"}
    environment["_SCHEMADIFF_COMPLETE"] = "bash_complete"
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=folder, env=environment, text=True)

    assert printed.splitlines()[0] == "plain,v1"
    assert printed.splitlines()[-1] == "[]"


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_offers_what_bash_does(folder: Path) -> None:
    script = """
        _SCHEMADIFF_COMPLETE=fish_source schemadiff | source
        complete -C "schemadiff che"; complete -C "schemadiff order@v1 order@v"; complete -C "schemadiff retire "
    """
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder)}
    told = subprocess.check_output(["fish", "--no-config", "-c", script], cwd=folder, env=environment, text=True)

    assert [line.partition("\t")[0] for line in told.splitlines()] == [
        *("check", "checklist", "order@v1", "order@v2"),
        *("order@v1", "order@v2", "order_reply@v1"),
    ]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_binds_the_completion_to_the_command(folder: Path) -> None:
    script = 'autoload -Uz compinit; compinit -u; eval "$(_SCHEMADIFF_COMPLETE=zsh_source schemadiff)"'
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder)}
    bound = subprocess.check_output(
        ["zsh", "-f", "-c", f"{script}; print $_comps[schemadiff]"], cwd=folder, env=environment, text=True
    )

    assert bound.strip() == "_schemadiff_completion"
