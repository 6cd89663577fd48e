"""Emitted files: their exact text, what they compute where s2sad cannot be imported, and what is refused."""

import importlib
import pickle
import subprocess
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2sad.compile import Options
from s2sad.errors import RefusedError, SourceError
from s2sad.frontend.resolve import from_file
from s2sad.generate import generate
from tests.generate.programs.structures import Point, Spring
from tests.harness import leaves, mapped

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

# runs an emitted file where importing s2sad fails
RUNNER = """
import pickle, runpy, sys, types
sys.modules["s2sad"] = None
stub = sys.modules["jaxtyping"] = types.ModuleType("jaxtyping")
stub.Float = type("Float", (), {"__class_getitem__": lambda cls, item: cls})
path, entry, args, extra = pickle.load(sys.stdin.buffer)
space = runpy.run_path(path)
result = space[entry](*args, **extra)
sys.stdout.buffer.write(pickle.dumps(result))
"""


@dataclass
class Program:
    """A file, what is asked of it, and where each function is differentiated."""

    points: dict[str, tuple[Any, ...]]
    wrt: dict[str, tuple[int, ...]]
    options: dict[str, Any] = field(default_factory=dict)


X = np.array([0.3, -0.7, 1.1])
PROGRAMS = {
    "constants": Program({"cost": (0.7, 4)}, {"cost": (0,)}),
    "structures": Program(
        {
            "energy": (Spring(2.0, 0.5), Point(0.1, 0.2), Point(1.0, -0.4)),
            "polynomial": ([1.0, 2.0, 0.5], {"a": 0.3, "b": 0.7}, (1.5, X)),
        },
        {"energy": (0, 1, 2), "polynomial": (0, 1, 2)},
    ),
    "names": Program({"seeded": (0.4, 1.2, 0.7), "hidden": (1.3,)}, {"seeded": (0, 1, 2), "hidden": (0,)}),
    "shapes": Program(
        {"misfit": (np.outer([1.0, 2.0], X), X, np.array([0.5, 0.1])), "smooth": (X, 0.7)},
        {"misfit": (0, 1, 2), "smooth": (0, 1)},
    ),
    "calls": Program(
        {"first": (3.0,), "second": (2.5, 1.5)}, {"first": (0,), "second": (0, 1)}, {"inline": False}
    ),
    "linked": Program({"cost": (0.4, 5)}, {"cost": (0,)}, {"link": True}),
    "indices": Program({"pick": (np.outer(X, X), np.array([0, 0, 2]), 3)}, {"pick": (0,)}),
}


@pytest.fixture(autouse=True)
def jaxtyping(monkeypatch):
    """A stand-in for the library, which is read about but not needed."""
    stub = types.ModuleType("jaxtyping")
    stub.Float = type("Float", (), {"__class_getitem__": lambda cls, item: cls})
    monkeypatch.setitem(sys.modules, "jaxtyping", stub)


def emitted(name: str) -> str:
    program = PROGRAMS[name]
    module = from_file(HERE / "programs" / f"{name}.py")
    return generate(module, list(program.points), None, "both", Options(**program.options))


def run(name: str, entry: str, args: tuple[Any, ...], extra: dict[str, Any]) -> Any:
    job = pickle.dumps((str(HERE / "golden" / f"{name}_ad.py"), entry, args, extra))
    done = subprocess.run(
        [sys.executable, "-c", RUNNER], input=job, capture_output=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)


@pytest.mark.parametrize("name", PROGRAMS)
def test_golden(name, update_golden):
    path = HERE / "golden" / f"{name}_ad.py"
    text = emitted(name)
    if update_golden:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), "run with --update-golden if the new text is better"


@pytest.mark.parametrize("name", PROGRAMS)
def test_linter_is_content(name):
    command = [sys.executable, "-m", "ruff", "check", "--isolated", str(HERE / "golden" / f"{name}_ad.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "function"),
    [(name, function) for name, program in PROGRAMS.items() for function in program.points],
)
def test_derivatives_where_s2sad_is_not_installed(name, function):
    program = PROGRAMS[name]
    args, wrt = program.points[function], program.wrt[function]
    module = importlib.import_module(f"tests.generate.programs.{name}")
    primal = getattr(module, function)
    params = list(primal.__code__.co_varnames)
    rng = np.random.default_rng(0)
    directions = {i: mapped(lambda leaf: rng.normal(size=np.shape(leaf))[()], args[i]) for i in wrt}

    def moved(h: float) -> Any:
        return primal(*(shifted(arg, directions[i], h) if i in wrt else arg for i, arg in enumerate(args)))

    value, h = primal(*args), 1e-6
    slope = (np.asarray(moved(h)) - np.asarray(moved(-h))) / (2 * h)
    y, y_dot = run(name, f"{function}_jvp", args, {f"{params[i]}_dot": directions[i] for i in wrt})
    assert np.allclose(y, value) and np.allclose(y_dot, slope, rtol=1e-6, atol=1e-8)

    seed = rng.normal(size=np.shape(value))[()]
    y, bars = run(name, f"{function}_vjp", args, {"y_bar": seed})
    bars = bars if len(wrt) > 1 else (bars,)
    paired = 0.0
    for i, bar in zip(wrt, bars, strict=True):
        found = dict(leaves(bar))
        for path, direction in leaves(directions[i]):
            assert np.shape(found[path]) == np.shape(direction)
            paired += np.sum(found[path] * direction)
    assert np.allclose(y, value) and np.allclose(paired, np.sum(seed * slope), rtol=1e-6, atol=1e-8)


def shifted(value: Any, direction: Any, h: float) -> Any:
    steps = iter([leaf for _, leaf in leaves(direction)])
    return mapped(lambda leaf: leaf + h * next(steps), value)


# ── what is kept, and what is refused ────────────────────────────────────────────────────────────────────


def of_text(tmp_path, text: str, names=("f",), wrt=None, mode="reverse", **options) -> str:
    path = tmp_path / "model.py"
    path.write_text(text)
    return generate(from_file(path), names and list(names), wrt, mode, Options(**options))


def test_marked_functions_are_the_default(tmp_path):
    text = "from s2sad import differentiate\n\n@differentiate\ndef f(x: float):\n    return x * x\n\ndef g(x):\n    return x\n"
    found = of_text(tmp_path, text, names=None)
    assert "def f_vjp(" in found and "g_vjp" not in found and "s2sad import" not in found
    assert found.splitlines()[1] == "# Options: --mode reverse"


def test_names_are_those_that_are_asked_for(tmp_path):
    text = "def f(x: float):\n    return x * x\n\ng = f\ncube = lambda t: t**3\nsquare = lambda t: t**2\n"
    namespace: dict[str, Any] = {}
    exec(of_text(tmp_path, text, ("f", "g", "cube", "square")), namespace)
    found = [namespace[f"{name}_vjp"](3.0)[1] for name in ("f", "g", "cube", "square")]
    assert found == [6.0, 6.0, 27.0, 6.0]


def test_log_and_keywords(tmp_path):
    """A logger of the module may be told anything; the keys of `**weights` are no numbers."""
    text = (
        "import logging\n\nlog = logging.getLogger(__name__)\n\ndef f(x, **weights):\n    total = 0.0\n"
        '    for name in weights:\n        log.info("%s %s", name, x)\n        total += weights[name] * x\n    return total\n'
    )
    found = of_text(tmp_path, text)
    assert "log = logging.getLogger(__name__)" in found
    namespace: dict[str, Any] = {}
    exec(found, namespace)
    assert namespace["f_vjp"](2.0, a=3.0, b=4.0) == (14.0, (7.0, {"a": 2.0, "b": 2.0}))


def test_seed_has_a_default_only_for_numbers(tmp_path):
    text = "import numpy as np\n\ndef f(x: float) -> {}:\n    return {}\n"
    assert "y_bar=1.0" in of_text(tmp_path, text.format("float", "x * x"))
    assert "*, y_bar)" in of_text(tmp_path, text.format("tuple", "x, x * x"))


def test_each_name_for_itself(tmp_path):
    """A text does not depend on what else is asked for."""
    text = "def f(x: float):\n    y = x * x\n    return y * y\n\ndef g(x: float):\n    y = x + x\n    return y * y\n"
    both = of_text(tmp_path, text, names=("g", "f"))
    alone = of_text(tmp_path, text, names=("f",))
    assert alone[alone.index("def f_vjp") :] in both


def test_decorators_of_ours_are_not_copied(tmp_path):
    text = (
        "import s2sad\n\n@s2sad.differentiate\ndef count(n: int):\n    if n > 2:\n        return [n]\n    return n\n\n"
        "def f(x: float, n: int):\n    return x * len(str(count(n)))\n"
    )
    found = of_text(tmp_path, text)
    assert "s2sad." not in found.partition("Options")[2]


@pytest.mark.parametrize(
    ("names", "wrt", "code"),
    [
        (("gone",), None, "S2S004"),
        (("f",), ("gone",), "S2S004"),
        (("f", "g"), ("x",), "S2S004"),
        (("C.area",), None, "S2S005"),
        (("RATE",), None, "S2S004"),
        (("C",), None, "S2S004"),
        (("ff",), None, "S2S004"),
    ],
)
def test_bad_names(tmp_path, names, wrt, code):
    text = "RATE = 2\n\ndef f(x):\n    return x\n\ndef g(z):\n    return z\n\nclass C:\n    def area(self):\n        return 1\n"
    with pytest.raises(SourceError) as caught:
        of_text(tmp_path, text, names, wrt)
    assert [finding.code for finding in caught.value.diagnostics] == [code]
    assert "\n" not in str(caught.value)


def test_all_findings_at_once(tmp_path):
    text = "def f(x):\n    global y\n    y = x\n    return x\n\ndef g(n: int):\n    return n\n\ndef h(x):\n    exec('x')\n    return x\n"
    with pytest.raises(RefusedError) as caught:
        of_text(tmp_path, text, ("f", "g", "h"), mode="both")
    assert {finding.span.line for finding in caught.value.diagnostics} >= {6, 10}
    assert len({finding.span for finding in caught.value.diagnostics}) == len(caught.value.diagnostics)


@pytest.mark.parametrize(
    "annotation", ["int", "bool", "str", "list[int]", "np.ndarray | None", "npt.NDArray[np.int64]"]
)
def test_what_has_no_derivative_is_refused(tmp_path, annotation):
    text = (
        f"import numpy as np\nimport numpy.typing as npt\n\ndef f(x: float, k: {annotation}):\n    return x\n"
    )
    if "None" in annotation:
        assert "k_bar" in of_text(tmp_path, text)
        return
    assert "k_bar" not in of_text(tmp_path, text)
    with pytest.raises(RefusedError, match="S2S020"):
        of_text(tmp_path, text, wrt=("k",))


def test_options_for_arrays_that_are_written(tmp_path):
    """The copies at the entry can be left out, and aliasing can be asserted; the header says so."""
    path = tmp_path / "model.py"
    path.write_text(
        "import numpy as np\n\n\ndef grow(u: np.ndarray, k: float):\n    u[1:] *= k\n    u[0] = u[1]\n"
    )
    module = from_file(str(path))
    plain = generate(module, ["grow"], None, "both", Options())
    assert "u = u.copy()" in plain or "u_1 = u.copy()" in plain
    assert "--overwrite" not in plain and "_assert" not in plain
    text = generate(module, ["grow"], None, "both", Options(overwrite=True, check_aliasing=True))
    assert "# Options: grow --overwrite-arguments --check-aliasing" in text
    assert "_assert" in text
    space: dict = {}
    exec(text, space)
    u, u_dot = np.array([1.0, 2.0]), np.array([0.5, 1.5])
    y, y_dot = space["grow_jvp"](u, 3.0, u_dot=u_dot, k_dot=0.0)
    assert y is u and y_dot is u_dot
    assert u.tolist() == [6.0, 6.0] and u_dot.tolist() == [4.5, 4.5]
