"""
Files that commands write: through no link, never half, never under a name that somebody could have taken.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from schemadiff.cli.new_file import write_file
from schemadiff.errors import UsageError

PROGRAM = Path(sys.executable).with_name("schemadiff")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_file_is_made_or_replaced(here: Path) -> None:
    write_file(Path("new.json"), b"1")
    assert (here / "new.json").read_bytes() == b"1"
    (here / "new.json").chmod(0o640)
    write_file(here / "new.json", b"22")
    assert (here / "new.json").read_bytes() == b"22"
    assert stat.S_IMODE((here / "new.json").stat().st_mode) == 0o640
    write_file(Path("x" * 250), b"3")
    write_file(Path(os.devnull), b"4")
    assert sorted(each.name for each in here.iterdir()) == ["new.json", "x" * 250]


def test_a_link_is_not_followed(here: Path, tmp_path: Path) -> None:
    """
    Neither one at the end of the path nor one above it, dangling or not.
    """
    victim = tmp_path / "victim"
    victim.write_text("secret")
    Path("report.json").symlink_to(victim)
    Path("dangling.json").symlink_to(tmp_path / "absent")
    Path("out").symlink_to(tmp_path, target_is_directory=True)
    Path("deep").mkdir()
    Path("deep/out").symlink_to(tmp_path, target_is_directory=True)
    for name in ("report.json", "dangling.json", str(here / "report.json")):
        with pytest.raises(UsageError, match="it is a link"):
            write_file(Path(name), b"new")
    for name in ("out/victim", "deep/out/absent", str(here / "out" / "victim")):
        with pytest.raises(UsageError, match=r"the folder .*out is a link"):
            write_file(Path(name), b"new")
    assert victim.read_text() == "secret"
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize("name", ["../out/victim", "../sub/../out/victim", "./../out/absent", "{top}/out/victim"])
def test_a_link_of_the_repository_is_not_followed(here: Path, tmp_path: Path, name: str) -> None:
    """
    Wherever in it the command runs; a link outside of a repository is followed, as /tmp may be one.
    """
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("secret")
    (here / ".git").mkdir()
    (here / "sub").mkdir()
    (here / "out").symlink_to(outside, target_is_directory=True)
    (tmp_path / "linked").symlink_to(outside, target_is_directory=True)
    os.chdir(here / "sub")
    with pytest.raises(UsageError, match=r"the folder .*out is a link"):
        write_file(Path(name.format(top=here)), b"new")
    write_file(tmp_path / "linked" / "new.json", b"new")

    assert (outside / "victim").read_text() == "secret"
    assert sorted(each.name for each in outside.iterdir()) == ["new.json", "victim"]


def test_names_that_could_be_guessed_are_not_used(here: Path, tmp_path: Path) -> None:
    """
    Such as the one that was used once.
    """
    victim = tmp_path / "victim"
    victim.write_text("secret")
    for name in (".report.json.part", ".report.json", "report.json.part", "report.json.tmp", "report.json~"):
        (here / name).symlink_to(victim)
    write_file(Path("report.json"), b"new")

    assert victim.read_text() == "secret"
    assert (here / "report.json").read_bytes() == b"new"


def test_pipes_and_folders_are_refused_at_once(here: Path) -> None:
    os.mkfifo(here / "pipe")
    (here / "folder").mkdir()
    with pytest.raises(UsageError, match="it is a pipe"):
        write_file(Path("pipe"), b"new")
    with pytest.raises(UsageError, match="it is a folder"):
        write_file(Path("folder"), b"new")
    with pytest.raises(UsageError, match="cannot be written"):
        write_file(Path("absent/report.json"), b"new")
    assert sorted(each.name for each in here.iterdir()) == ["folder", "pipe"]


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "pipe"])
def test_record_adds_to_no_link_and_no_pipe(here: Path, tmp_path: Path, kind: str) -> None:
    """
    Such as a change can plant where fixtures are kept.
    """
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "live.ndjson").touch()
    fixtures = here / "contracts" / "fixtures"
    (fixtures.parent if kind == "folder" else fixtures).mkdir(parents=True)
    (here / "contracts" / "order.v1.json").write_text('{"type": "object"}')
    match kind:
        case "folder":
            fixtures.symlink_to(outside, target_is_directory=True)
        case "pipe":
            os.mkfifo(fixtures / "live.ndjson")
        case _:
            (fixtures / "live.ndjson").symlink_to(outside / ("live.ndjson" if kind == "link" else "absent"))
    command = [str(PROGRAM), "record", "order", "-o", "contracts/fixtures/live.ndjson"]
    done = subprocess.run(command, input="{}\n", capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, "is not written" in done.stderr) == (2, True)
    assert [(each.name, each.read_bytes()) for each in outside.iterdir()] == [("live.ndjson", b"")]


def test_what_fails_leaves_nothing_behind(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "report.json").write_text("old")

    def no_replace(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_replace)
    with pytest.raises(UsageError, match="No space left"):
        write_file(Path("report.json"), b"new")
    assert [each.name for each in here.iterdir()] == ["report.json"]
    assert (here / "report.json").read_text() == "old"


@pytest.mark.parametrize("stream", ["1", "2", "0", "0 1 2"])
def test_closed_streams_are_no_bug(here: Path, stream: str) -> None:
    """
    What is opened next must not take their numbers either.
    """
    (here / "a.json").write_text('{"type": "string"}')
    (here / "b.json").write_text('{"type": "integer"}')
    closed = " ".join(f"{number}>&-" for number in stream.split())
    right = f'"{PROGRAM}" a.json b.json {closed} -o out.txt; echo $? >code'
    wrong = f'"{PROGRAM}" a.json nowhere {closed}; echo $? >wrong'
    subprocess.run(["sh", "-c", f"{right}; {wrong}"], cwd=here, check=True, timeout=60)

    assert (here / "code").read_text() == "1\n"
    assert (here / "wrong").read_text() == "4\n"
    assert "BREAKING" in (here / "out.txt").read_text()
