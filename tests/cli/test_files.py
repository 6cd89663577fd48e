"""Inputs, targets and writing."""

import os
from pathlib import Path

import pytest

from s2sad.cli import files
from s2sad.cli.header import Request, as_written, parse_options
from s2sad.cli.report import Failure
from s2sad.emit.module import Header


@pytest.mark.parametrize(
    ("text", "path", "names"),
    [
        ("model.py", "model.py", None),
        ("model.py:cost", "model.py", ("cost",)),
        ("a/model.py:cost,Model.energy", "a/model.py", ("cost", "Model.energy")),
        ("c:/model.py", "c:/model.py", None),
        ("c:/model.py:cost", "c:/model.py", ("cost",)),
    ],
)
def test_split(text, path, names):
    assert files.split(text) == (Path(path), names)


def test_split_refuses_what_is_no_name():
    with pytest.raises(Failure, match="not a list of function names"):
        files.split("model.py:12")


def test_write_replaces_in_one_step(tmp_path):
    target = tmp_path / "new" / "out.py"
    files.write(target, "first\n")
    target.chmod(0o640)
    files.write(target, "second\n")
    assert target.read_bytes() == b"second\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert os.listdir(target.parent) == ["out.py"]


def test_write_leaves_nothing_half_written(tmp_path, monkeypatch):
    target = tmp_path / "out.py"
    target.write_text("old\n")

    def fail(*_):
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no room"):
        files.write(target, "new\n")
    assert target.read_text() == "old\n" and os.listdir(tmp_path) == ["out.py"]


def test_write_follows_a_link(tmp_path):
    (tmp_path / "real.py").write_text("old\n")
    (tmp_path / "link.py").symlink_to("real.py")
    files.write(tmp_path / "link.py", "new\n")
    assert (tmp_path / "link.py").is_symlink() and (tmp_path / "real.py").read_text() == "new\n"


def test_options_of_a_header():
    names, request = parse_options("cost,energy --wrt k,u0 --mode reverse --link")
    assert not request.overwrite and not request.check_aliasing
    _, other = parse_options("cost --overwrite-arguments --check-aliasing")
    assert other.overwrite and other.check_aliasing and not other.link
    assert names == ("cost", "energy")
    assert request == Request(("k", "u0"), "reverse", True)
    assert parse_options("") == (None, Request())


def test_the_command_line_goes_before_the_header():
    job = files.Job(Path("m.py"), None, Path("m.py"))
    header = Header("0", "m.py", "", "cost --wrt k --mode reverse")
    found, request = as_written(job, Request(mode="both"), header)
    assert found.names == ("cost",) and request == Request(("k",), "both")
