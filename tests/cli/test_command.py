"""The command, as users run it: output, files, exit codes, one-line errors."""

import shlex
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from s2sad.cli import app, gen
from s2sad.emit.module import is_ours

MODEL = """import numpy as np

from s2sad import differentiate


@differentiate
def cost(k: float, u: np.ndarray) -> float:
    return k * np.sum(u**2)


def plain(x: float) -> float:
    return np.sin(x)
"""

ODD = """# -*- coding: latin-1 -*-
import s2sad

square = lambda x: x * x
try:
    import fast
except ImportError:

    @s2sad.differentiate
    def root(x):  # é
        return x**0.5
"""

METHOD = """import s2sad


class Model:
    @s2sad.differentiate
    def cost(self, x: float) -> float:
        return x * x


"""

runner = CliRunner()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


def run(*arguments):
    return runner.invoke(app, [str(argument) for argument in arguments])


def error(*arguments):
    """The standard error of a command that must fail with exit code 2 and write nothing."""
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    return done.stderr.strip()


# ── gen ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_gen_writes_to_standard_output(folder):
    done = run("gen", "model.py")
    assert done.exit_code == 0 and done.stderr == ""
    assert is_ours(done.stdout) and "def cost_vjp(" in done.stdout and "def cost_jvp(" in done.stdout
    assert "plain" not in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["model.py"]


def test_gen_is_deterministic(folder):
    assert run("gen", "model.py").stdout == run("gen", "model.py").stdout


def test_gen_of_a_named_function(folder):
    done = run("gen", "model.py:plain", "--mode", "forward")
    assert done.exit_code == 0
    assert "def plain_jvp(" in done.stdout and "_vjp" not in done.stdout and "cost" not in done.stdout


def test_gen_with_wrt(folder):
    done = run("gen", "model.py:cost", "--wrt", "k", "--mode", "reverse")
    assert "k_bar" in done.stdout and "u_bar" not in done.stdout and "_jvp" not in done.stdout


def test_gen_to_a_file(folder):
    assert run("gen", "model.py", "-o", "out.py").exit_code == 0
    assert (folder / "out.py").read_text() == run("gen", "model.py").stdout
    assert run("gen", "model.py:plain", "-o", "out.py").exit_code == 0  # ours: overwritten
    assert "plain" in (folder / "out.py").read_text()


def test_gen_runs_without_s2sad(folder):
    run("gen", "model.py", "-o", "out.py")
    code = (
        "import sys; sys.modules['s2sad'] = None; import out; print(out.cost_vjp(2.0, out.np.ones(3))[1][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder)
    assert float(done.stdout) == 3.0, done.stderr


def test_gen_does_not_execute_the_file(folder):
    (folder / "model.py").write_text(MODEL + "\nraise SystemExit('executed')\n")
    assert run("gen", "model.py").exit_code == 0


def test_gen_never_overwrites_what_others_wrote(folder):
    (folder / "mine.py").write_text("x = 1\n")
    assert error("gen", "model.py", "-o", "mine.py") == (
        "s2sad: error: mine.py was not written by s2sad; use --force to overwrite it"
    )
    assert (folder / "mine.py").read_text() == "x = 1\n"
    assert run("gen", "model.py", "-o", "mine.py", "--force").exit_code == 0
    assert is_ours((folder / "mine.py").read_text())


def test_gen_of_a_folder(folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "other.py").write_text(MODEL.replace("cost", "energy"))
    (folder / "unmarked.py").write_text("def f(x):\n    return x\n")
    (folder / ".hidden.py").write_text("not python")
    done = run("gen", ".")
    assert done.exit_code == 0 and "cost_vjp" in done.stdout and "energy_vjp" in done.stdout
    assert run("gen", ".", "-o", "made").exit_code == 0
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*_ad.py")) == [
        "made/model_ad.py",
        "made/sub/other_ad.py",
    ]
    assert run("gen", ".", "-o", ".").exit_code == 0  # beside each; what is ours is not an input
    assert run("gen", ".", "--check").exit_code == 0


def test_gen_of_several_files(folder):
    (folder / "other.py").write_text(MODEL.replace("cost", "energy"))
    assert run("gen", "model.py", "other.py:plain", "-o", "made").exit_code == 0
    assert "plain_vjp" in (folder / "made" / "other_ad.py").read_text()


def test_nothing_is_written_if_one_of_several_fails(folder):
    (folder / "bad.py").write_text(MODEL + "x = = 1\n")
    assert "bad.py:13" in error("gen", "model.py", "bad.py", "-o", "made")
    assert not (folder / "made").exists()


def test_every_finding_is_printed(folder):
    (folder / "bad.py").write_text("def f(x):\n    exec('x')\n    global y\n    y = x\n    return x\n")
    message = error("gen", "bad.py:f")
    assert "bad.py:2" in message and "bad.py:4" in message or "bad.py:3" in message


def test_no_progress_bar_where_nobody_watches(folder):
    (folder / "other.py").write_text(MODEL)
    assert run("gen", ".").stderr == ""


def test_progress_bar_on_a_terminal(monkeypatch):
    class Watched(gen.Console):
        is_terminal = True

    monkeypatch.setattr(gen, "Console", Watched)
    assert list(gen._progress([1, 2, 3])) == [1, 2, 3]


# ── --check ──────────────────────────────────────────────────────────────────────────────────────────────


def test_check(folder):
    assert run("gen", "model.py", "--wrt", "k", "--mode", "reverse", "-o", "model_ad.py").exit_code == 0
    assert run("gen", "model.py", "--check").exit_code == 0  # the options are those of the header
    (folder / "model.py").write_text(MODEL.replace("u**2", "u**3"))
    done = run("gen", "model.py", "--check")
    assert done.exit_code == 1
    assert done.stdout.startswith("--- model_ad.py\n+++ model_ad.py (fresh)\n@@")
    assert done.stderr.startswith("s2sad: model_ad.py is stale: s2sad gen model.py")
    assert run("gen", "model.py", "-o", "model_ad.py", "--wrt", "k", "--mode", "reverse").exit_code == 0
    assert run("gen", "model.py", "--check").exit_code == 0


def test_check_of_a_named_file(folder):
    run("gen", "model.py:plain", "-o", "out.py")
    assert run("gen", "model.py", "-o", "out.py", "--check").exit_code == 0
    (folder / "out.py").write_text((folder / "out.py").read_text() + "\n")
    assert run("gen", "model.py", "-o", "out.py", "--check").exit_code == 1


def test_check_of_a_missing_file_is_stale(folder):
    done = run("gen", "model.py", "--check")
    assert done.exit_code == 1 and "+def cost_vjp(" in done.stdout
    assert not (folder / "model_ad.py").exists()


def test_check_of_a_file_that_others_wrote(folder):
    for content in (b"x = 1\n", b"\xff\xfe"):
        (folder / "model_ad.py").write_bytes(content)
        assert "was not written by s2sad" in error("gen", "model.py", "--check")


def test_lambdas_and_functions_below_a_branch(folder):
    (folder / "odd.py").write_text(ODD, encoding="latin-1")
    assert "def square_vjp(" in run("gen", "odd.py:square,root", "--wrt", "x").stdout
    assert "def root_jvp(" in run("gen", "odd.py").stdout  # marked, below a `try`
    done = run("show", "odd.py:root")
    assert done.exit_code == 0 and done.stdout.startswith("@s2sad.differentiate\ndef root(x):  # é\n")


def test_marked_methods_are_named(folder):
    (folder / "method.py").write_text(METHOD)
    assert "`Model.cost`: a method" in error("gen", "method.py")
    (folder / "method.py").write_text(METHOD + MODEL)
    assert "`Model.cost` is left out: a method" in run("gen", "method.py").stderr


def test_the_remedy_of_a_stale_file_is_the_command_that_wrote_it(folder):
    command = ["gen", "model.py:cost", "--wrt", "k", "--mode", "reverse", "--link", "-o", "two words.py"]
    run(*command)
    text = (folder / "two words.py").read_text()
    (folder / "two words.py").write_text(text + "\n")
    done = run("gen", "model.py", "--check", "-o", "two words.py")
    assert shlex.split(done.stderr.rpartition("is stale: ")[2]) == ["s2sad", *command]
    (folder / "two words.py").write_text("")  # as an interrupted copy may leave it
    assert run(*command).exit_code == 0 and (folder / "two words.py").read_text() == text


@pytest.mark.parametrize("options", ["--mode sideways", '--wrt "', "--nosuch"])
def test_check_of_a_damaged_header(folder, options):
    run("gen", "model.py", "-o", "model_ad.py")
    text = (folder / "model_ad.py").read_text().replace("Options: none", f"Options: {options}")
    (folder / "model_ad.py").write_text(text)
    assert "model_ad.py: its header is damaged" in error("gen", "model.py", "--check")


# ── bad input: one line, exit code 2, nothing written ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.py"], "s2sad: error: gone.py: no such file or folder"),
        (["gone.py:cost"], "s2sad: error: gone.py: no such file or folder"),
        ([""], "the name of a file is empty"),
        (["model.py", "-o", "/dev/null", "--force"], "/dev/null: not a file"),
        (["model.py:gone"], "gone"),
        (["model.py:np"], "`np` is no function with source text"),
        (["model.py", "--wrt", "gone"], "gone"),
        (["model.py:cost", "--wrt", "k,gone"], "gone"),
        (["model.py", "-o", "."], "is a folder"),
        (["model.py", "-o", "model.py"], "is the file to differentiate"),
        (["unmarked.py"], "no function is marked @differentiate; name one: unmarked.py:f"),
        (["empty.py"], "it has no functions at all"),
        (["empty"], "empty: no Python files"),
        (["sub:cost"], "not a list of function names|no such file|is a folder"),
        (["binary.py:f"], "binary.py"),
        (["model.py", "unmarked.py:f", "-o", "unmarked.py"], "is a file; for several inputs"),
    ],
)
def test_one_line_errors(folder, arguments, message):
    (folder / "unmarked.py").write_text("def f(x):\n    return x\n")
    (folder / "empty.py").write_text("")
    (folder / "binary.py").write_bytes(b"\xff\xfe\x00")
    (folder / "empty").mkdir()
    (folder / "sub").mkdir()
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    found = error("gen", *arguments)
    assert len(found.splitlines()) == 1, found
    assert any(part in found for part in message.split("|")), found
    assert before == {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_syntax_error(folder):
    (folder / "bad.py").write_text("def f(x):\n    return x +\n")
    found = error("gen", "bad.py:f")
    assert found.startswith("bad.py:2:") and "Traceback" not in found


def test_unreadable_folder(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", refuse)
    (folder / "sub").mkdir()
    assert error("gen", "sub") == "s2sad: error: sub: permission denied"


def test_usage_errors(folder):
    assert run("gen").exit_code == 2
    assert run("gen", "model.py", "--mode", "sideways").exit_code == 2
    assert run("gen", "model.py", "--wrt", "1x").exit_code == 2
    assert run("nothing").exit_code == 2


# ── show, help, version ──────────────────────────────────────────────────────────────────────────────────


def test_show(folder):
    done = run("show", "model.py:cost")
    assert done.exit_code == 0
    assert done.stdout.startswith("@differentiate\ndef cost(k: float")
    assert "def cost_vjp(" in done.stdout and "Generated by" not in done.stdout
    assert "\x1b" not in done.stdout


def test_show_a_stage(folder):
    done = run("show", "model.py:plain", "--stage", "ir")
    assert done.exit_code == 0 and "np.sin" in done.stdout
    assert "unknown stage 'tea'" in error("show", "model.py:plain", "--stage", "tea")


def test_show_of_an_unknown_function(folder):
    assert "gone" in error("show", "model.py:gone")


def test_help_and_version():
    assert run("--version").stdout.startswith("s2sad 0.")
    for arguments in (["--help"], ["gen", "--help"], ["show", "--help"]):
        assert run(*arguments).exit_code == 0
    assert "Exit codes" in run("--help").stdout


def test_python_m_is_the_same_command(folder):
    done = subprocess.run(
        [sys.executable, "-m", "s2sad", "gen", "gone.py"], capture_output=True, text=True, cwd=folder
    )
    assert (done.returncode, done.stderr) == (2, "s2sad: error: gone.py: no such file or folder\n")
