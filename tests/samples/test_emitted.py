"""The derivative committed beside each sample: fresh, and right where s2sad is not installed."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import s2sad
from samples.__main__ import FOLDER
from tests.harness import flat, random_like
from tests.samples.points import POINTS

# runs an emitted file where importing s2sad fails
RUNNER = """
import pickle, runpy, sys
sys.modules["s2sad"] = None
path, entry, args, extra = pickle.load(sys.stdin.buffer)
result = runpy.run_path(path)[entry](*args, **extra)
sys.stdout.buffer.write(pickle.dumps(result))
"""


def emitted(name: str, mode: str, extra: dict):
    """The result of the emitted file's function."""
    point = POINTS[name]
    entry = f"{point.function.__name__}_{mode}"
    job = pickle.dumps((str(FOLDER / f"{name}_ad.py"), entry, point.args, extra))
    done = subprocess.run([sys.executable, "-c", RUNNER], input=job, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)


def test_are_fresh():
    """In a process of its own: other tests declare rules."""
    command = [sys.executable, "-m", "samples", "--check"]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nto accept: python -m samples"


def test_check_tells_a_stale_file(tmp_path: Path):
    source = (FOLDER / "survey.py").read_text()
    program, written = tmp_path / "survey.py", tmp_path / "survey_ad.py"
    program.write_text(source)
    command = [sys.executable, "-m", "s2sad", "gen", str(program), "-o", str(written)]
    assert subprocess.run(command, cwd=FOLDER.parent, check=False).returncode == 0
    assert subprocess.run([*command, "--check"], cwd=FOLDER.parent, check=False).returncode == 0
    program.write_text(source.replace("x1 * x2", "x1 / x2"))
    assert subprocess.run([*command, "--check"], cwd=FOLDER.parent, check=False).returncode == 1


@pytest.mark.parametrize("name", POINTS)
def test_adjoint_runs_without_s2sad(name):
    point = POINTS[name]
    value = point.function(*point.args)
    seed = np.ones_like(value) if isinstance(value, np.ndarray) else 1.0
    y, gradients = emitted(name, "vjp", {"y_bar": seed})
    _, pullback = s2sad.vjp(point.function, *point.args)
    whole = pullback(seed)
    wanted = tuple(whole[i] for i in point.wrt)
    assert np.allclose(flat(y), flat(value))
    assert np.allclose(flat(gradients), flat(wanted), rtol=1e-10)


@pytest.mark.parametrize("name", POINTS)
def test_tangent_runs_without_s2sad(name):
    point = POINTS[name]
    rng = np.random.default_rng(0)
    directions = {i: random_like(rng, point.args[i]) for i in point.wrt}
    code = point.function.__wrapped__.__code__
    dots = {f"{code.co_varnames[i]}_dot": direction for i, direction in directions.items()}
    y, y_dot = emitted(name, "jvp", dots)
    tangents = tuple(directions.get(i) for i in range(len(point.args)))
    wanted_y, wanted = s2sad.jvp(point.function, point.args, tangents)
    assert np.allclose(flat(y), flat(wanted_y))
    assert np.allclose(flat(y_dot), flat(wanted), rtol=1e-10)
