"""Names of temporaries: what an expert would say, and never a name that is taken."""

from __future__ import annotations

import keyword

import pytest

from s2sad.emit.unparse import to_source
from s2sad.ir.nodes import (
    AugName,
    For,
    Function,
    GetAttr,
    GetItem,
    MakeFunction,
    Param,
    SliceIndex,
    TupleIndex,
    Var,
)
from s2sad.ir.nodes import Const as C
from s2sad.names import Names, fresh
from tests.emit.build import build, call, fn, item, lines, method, op, put, ret


def named(value: object, *more: str) -> str:
    """What the temporary that holds `value` is called."""
    body = (put("%1", value), put("r", op("add", "%1", "%1")), ret("r"))
    return lines(fn("x y i " + " ".join(more), *body))[0].partition(" = ")[0]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (call("@np.sin", "x"), "sin_x"), (op("mul", "x", "y"), "x_y"), (op("pow", "x", 2), "x_sq"),
        (op("neg", "x"), "neg_x"), (op("sub", "x", "y"), "diff"), (op("truediv", "x", "y"), "ratio"),
        (op("gt", "x", "y"), "flag"), (item("x", 0), "x_0"), (item("x", "i"), "x_i"), (call("@len", "x"), "n"),
        (GetItem(Var("x"), SliceIndex(C(1), None, None)), "x_part"), (GetAttr(Var("x"), "shape"), "x_shape"),
        (GetItem(Var("x"), TupleIndex((C(0), Var("i")))), "x_part"), (method("x_tape", "pop"), "x"),
        (call("@np.sum", "x"), "total"), (call("@np.linalg.solve", "x", "y"), "solution"), (build("list"), "items"),
        (call("@_unbroadcast", "x", "y"), "part"), (1.5, "t"),
    ],
)  # fmt: skip
def test_hints(value: object, name: str) -> None:
    if name == "x":
        body = (put("%1", value), put("r", op("add", "%1", "%1")), ret("r"))
        assert lines(fn("x_tape", *body))[0].startswith("x = ")
    else:
        assert named(value) == name


def test_names_in_use_are_avoided() -> None:
    sin = (put("%1", call("@np.sin", "x")), put("r", op("mul", "%1", "%1")))
    assert lines(fn("x sin_x", *sin, ret("r")))[0] == "sin_x2 = np.sin(x)"
    assert lines(fn("x", *sin, put("sin_x", "r"), ret("sin_x")))[0] == "sin_x2 = np.sin(x)"
    assert lines(fn("x", *sin, put("q", call("@sin_x.f", "r")), ret("q")))[0] == "sin_x2 = np.sin(x)"
    inner = fn("", put("sin_x", 1), ret("sin_x"), name="g")
    assert lines(fn("x", put("g", MakeFunction(inner)), *sin, ret("r")))[-3] == "sin_x2 = np.sin(x)"
    function = Function("f", (Param("x", default="sin_x"),), (*sin, ret("r")))
    assert lines(function)[0] == "sin_x2 = np.sin(x)"


def test_several_of_a_kind() -> None:
    body = [put(f"%{i}", op("sub", "x", i)) for i in range(3)]
    body += [put("r", build("tuple", *(f"%{i}" for i in (0, 1, 2, 0, 1, 2)))), ret("r")]
    assert [line.partition(" = ")[0] for line in lines(fn("x", *body))[:3]] == ["diff", "diff2", "diff3"]


def test_adjoints_follow_their_variable() -> None:
    body = (
        put("%3", call("@np.sin", "x")), put("%3_bar", 0.0), AugName(Var("%3_bar"), "add", Var("%3")),
        put("x_bar", op("mul", "%3_bar", "%3")), ret("x_bar"),
    )  # fmt: skip
    assert lines(fn("x", *body))[:2] == ["sin_x = np.sin(x)", "sin_x_bar = 0.0"]


def test_adjoints_of_merged_temporaries() -> None:
    body = (
        put("%3", call("@np.sin", "x")), put("b", op("mul", "%3", 2)), put("%3_bar", 0.0),
        AugName(Var("%3_bar"), "add", Var("b")), put("%3_tape", build("list")), put("%9", method("%3_tape", "append", "b")),
        put("r", op("mul", "%3_bar", "%3_tape")), ret("r"),
    )  # fmt: skip
    text = lines(fn("x", *body))
    assert text[0] == "b = np.sin(x) * 2" and "sin_x_bar = 0.0" in text and "sin_x_tape = []" in text


def test_the_name_of_a_copy_is_preferred() -> None:
    body = (
        put("%3", call("@np.sin", "x")), put("y", "%3"), put("%3_bar", 0.0), AugName(Var("%3_bar"), "add", Var("y")),
        ret("%3_bar"),
    )  # fmt: skip
    assert "y_bar = 0.0" in lines(fn("x", *body))
    assert "sin_x_bar = 0.0" in lines(fn("x y_bar", *body))


def test_temporaries_with_names_of_their_own() -> None:
    body = (put("%left", False), For(Var("%7"), Var("q"), (put("%left", True), put("s", "%7"))), ret("%left"))
    assert lines(fn("q", *body))[:2] == ["left = False", "for i in q:"] or "for item in q:" in lines(
        fn("q", *body)
    )


def test_nested_functions_number_their_own_temporaries() -> None:
    inner = fn("v", put("%1", call("@np.sin", "v")), put("%2", op("mul", "%1", "%1")), ret("%2"), name="g")
    outer = fn("x", put("%1", call("@np.cos", "x")), put("g", MakeFunction(inner)), put("%2", call("g", "%1")),
               put("r", op("mul", "%2", "%1")), ret("r"))  # fmt: skip
    text = lines(outer)
    assert text[0] == "cos_x = np.cos(x)" and "    sin_v = np.sin(v)" in text


def test_deterministic() -> None:
    body = [put(f"%{i}", op("sub", "x", i)) for i in range(30)]
    function = fn("x", *body, put("r", build("tuple", *(f"%{i // 2}" for i in range(60)))), ret("r"))
    assert len({to_source(function) for _ in range(5)}) == 1


def test_fresh() -> None:
    assert fresh("x", ()) == "x" and fresh("x", {"x"}) == "x2" and fresh("x1", {"x1"}) == "x1_2"
    for word in (*keyword.kwlist, "sum", "list"):
        assert fresh(word, ()) != word
    names = Names({"a"})
    assert [names.fresh("a"), names.fresh("a"), names.fresh("b")] == ["a2", "a3", "b"]
    assert "a3" in names and "c" not in names
