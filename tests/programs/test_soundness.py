"""Adversarial programs, in both modes: a derivative is right, or refused at a place of the program. Never anything else."""

import inspect
import linecache
import math
from pathlib import Path

import numpy as np
import pytest

import s2sad
from s2sad.errors import CODES, S2sadError
from tests.programs.adversarial import arrays, iterators, kinds, names, objects, values

FOLDER = Path(__file__).with_name("adversarial")
POINT = np.array([0.4, 1.1, -0.7])
MATRIX = np.array([[2.0, 0.3, 0.1], [0.2, 1.5, 0.4], [0.3, 0.1, 1.2]])
HELPERS = {
    "_inline", "_kept", "at", "helper", "texty", "labelled", "describe", "cached", "funcattr2", "mut", "twice", "cm", "deco_f", "s4h",
}  # fmt: skip


def functions(module):
    found = [f for f in vars(module).values() if getattr(f, "__module__", None) == module.__name__]
    return [f for f in found if inspect.isfunction(f) and f.__name__ not in HELPERS]


def expressions():
    """One function for each line of `numpy_calls.txt`."""
    lines = (FOLDER / "numpy_calls.txt").read_text(encoding="utf-8").splitlines()
    text = "".join(f"def f{number}(x):\n    return {line}\n\n\n" for number, line in enumerate(lines))
    filename = "<numpy calls>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    space = {"np": np, "math": math, "M": MATRIX}
    exec(compile(text, filename, "exec"), space)
    for number, line in enumerate(lines):
        space[f"f{number}"].at = POINT
        yield pytest.param(space[f"f{number}"], id=line)


PROGRAMS = [
    pytest.param(f, id=f.__name__)
    for module in (values, objects, arrays, kinds, names, iterators)
    for f in functions(module)
]


def slope(function, x, step=1e-6):
    return (np.sum(function(x + step)) - np.sum(function(x - step))) / (2 * step)


def derivative(function, x, mode):
    if mode == "forward":
        return np.sum(s2sad.jvp(function, (x,), (np.ones_like(x) if isinstance(x, np.ndarray) else 1.0,))[1])
    y, pullback = s2sad.vjp(function, x)
    return np.sum(pullback(np.ones_like(y) if isinstance(y, np.ndarray) else 1.0)[0])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("function", [*PROGRAMS, *expressions()])
def test_right_or_refused(function, mode):
    x = getattr(function, "at", 1.3)
    try:
        found = derivative(function, x, mode)
    except S2sadError as error:
        check_diagnostics(function, error)
        return
    wanted = slope(function, x)
    if mode == "reverse" and np.isrealobj(x):
        wanted = np.real(wanted)  # the gradient of a real argument
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6, err_msg="accepted, and wrong")


def check_diagnostics(function, error):
    assert error.diagnostics
    for finding in error.diagnostics:
        assert finding.code in CODES
        assert finding.help
        assert finding.span.line, finding
        assert finding.filename == function.__code__.co_filename


def test_findings_of_a_program_and_its_callees_at_once():
    def inner(t):
        return float(str(t)) if t > 0 else np.trim_zeros(t * np.ones(2))[0]

    def outer(x):
        total = 0.0
        for _ in range(3):
            total = total + inner(x)
        values.LOG.append(total)
        return values.LOG[0] + np.fromiter((x,), float)[0]

    for mode in ("forward", "reverse"):
        with pytest.raises(S2sadError) as caught:
            derivative(outer, 1.3, mode)
        text = str(caught.value)
        for part in ("`str`", "`np.trim_zeros`", "global object", "`np.fromiter`"):
            assert part in text
        assert len(caught.value.diagnostics) == 4


def test_a_span_is_that_of_the_call():
    def program(x):
        y = 2.0 * x + np.fromiter((x * x,), float)[0]
        return y

    with pytest.raises(S2sadError) as caught:
        s2sad.grad(program)(1.3)
    (finding,) = caught.value.diagnostics
    line = linecache.getline(finding.filename, finding.span.line)
    assert line[finding.span.col : finding.span.end_col] == "np.fromiter((x * x,), float)"


def test_a_finding_in_another_file_is_placed_there():
    def program(x):
        return values.helper(x)

    with pytest.raises(S2sadError) as caught:
        s2sad.grad(program)(1.3)
    assert caught.value.diagnostics[0].filename == values.__file__


def test_library_functions_are_not_run_to_find_their_types(tmp_path, capsys):
    def program(x):
        print("once")
        values.LOG.append(len(str(tmp_path)))
        np.save(tmp_path / "kept.npy", np.ones(2))
        return x * x * np.random.normal()

    np.random.seed(3)
    wanted = np.random.normal()
    np.random.seed(3)
    before = len(values.LOG)
    y, _ = s2sad.vjp(program, 1.3)
    assert y == pytest.approx(1.69 * wanted)
    assert capsys.readouterr().out == "once\n"
    assert len(values.LOG) == before + 1


def test_a_program_whose_text_stays_text_is_accepted():
    def program(x):
        table = {f"run {x}": 1.0}
        lines = [f"{key}: {value}" for key, value in table.items()]
        return x * x, "; ".join(lines)

    y, pullback = s2sad.vjp(program, 1.3)
    assert y[1] == "run 1.3: 1.0"
    assert pullback((1.0, None))[0] == pytest.approx(2.6)
