"""Lowering keeps the meaning: the IR, interpreted, does what the function does."""

import copy

import numpy as np
import pytest

from s2sad.frontend.resolve import from_file, from_function
from s2sad.ir.nodes import Const, Function
from s2sad.ir.verify import verify
from s2sad.ir.walk import walk
from tests.frontend import programs
from tests.ir.interp import make


def outcome(function, args):
    try:
        return "value", function(*copy.deepcopy(args))
    except Exception as error:  # whatever the program raises
        return "error", type(error), str(error)


def plain(value):
    """Values in a form that compares by content, type included."""
    if isinstance(value, np.ndarray):
        return "array", value.dtype.str, value.shape, value.tolist()
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [plain(item) for item in value]
    if isinstance(value, dict):
        return "dict", [(plain(key), plain(item)) for key, item in value.items()]
    return type(value).__name__, repr(value)


@pytest.mark.parametrize("name", programs.CALLS)
def test_interpreted_ir_does_the_same(name):
    function, calls = programs.CALLS[name]
    lowered = from_function(function).lower()
    verify(lowered)
    interpreted = make(lowered)
    for args in calls:
        assert plain(outcome(interpreted, args)) == plain(outcome(function, args)), args


def same_text(function: Function) -> str:
    """The IR without what names stand for."""
    return repr(function.body)


@pytest.mark.parametrize("name", programs.CALLS)
def test_static_mode_gives_the_same_ir(name):
    static = from_file(programs.__file__).lookup(name)
    assert static.live is None
    lowered = static.lower()
    verify(lowered)
    assert lowered == from_function(programs.CALLS[name][0]).lower()


def test_there_are_many_programs():
    assert len(programs.CALLS) >= 60


def test_spans_lie_in_the_function():
    for function, _ in programs.CALLS.values():
        source = from_function(function)
        lowered = source.lower()
        for stmt in walk(lowered.body):
            if stmt.span.line:
                assert lowered.span.line <= stmt.span.line <= stmt.span.end_line <= lowered.span.end_line


def test_defaults():
    def f(a, b=2, *c, d=programs.SCALE, e=None, **g):
        return a

    defaults = dict(from_function(f).lower().defaults)
    assert defaults == {"b": Const(2), "d": Const(2.5), "e": Const(None)}
