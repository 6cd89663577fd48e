"""Printed expressions parse back to the same structure, and need none of their parentheses."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s2sad.emit.expressions import Expressions, constant, quoted
from s2sad.emit.tree import Tree
from s2sad.ir.nodes import BINARY, COMPARE, UNARY, Build, Call, Const, Format, Function, Var
from tests.emit.build import call, fn, lines, op, put, ret, run

OPERATORS: dict[str, type] = {
    "add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div, "floordiv": ast.FloorDiv, "mod": ast.Mod,
    "pow": ast.Pow, "matmul": ast.MatMult, "and_": ast.BitAnd, "or_": ast.BitOr, "xor": ast.BitXor,
    "lshift": ast.LShift, "rshift": ast.RShift, "neg": ast.USub, "pos": ast.UAdd, "invert": ast.Invert,
    "not": ast.Not, "lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE, "eq": ast.Eq, "ne": ast.NotEq,
    "is": ast.Is, "is_not": ast.IsNot, "in": ast.In, "not_in": ast.NotIn,
}  # fmt: skip


def var(name: str) -> Tree:
    return Tree("var", name, (), 0, frozenset((name,)))


leaves = st.one_of(
    st.sampled_from("xyz").map(var),
    st.sampled_from([0, 7, 2.5, 1e300, "text", "it's", b"b", None, True, 3j, -1, -2.5]).map(
        lambda value: Tree("const", value, ())
    ),
)


def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    many = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.sampled_from(sorted(BINARY)), inner, inner).map(lambda t: Tree("op", t[0], t[1:])),
        st.tuples(st.sampled_from(sorted(COMPARE)), inner, inner).map(lambda t: Tree("op", t[0], t[1:])),
        st.tuples(st.sampled_from(sorted(UNARY)), inner).map(lambda t: Tree("op", t[0], t[1:])),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(lambda t: Tree(t[0], None, t[1:])),
        st.tuples(inner, inner, inner).map(lambda t: Tree("ifexp", None, t)),
        st.tuples(inner, inner, inner).map(lambda t: Tree("chain", ("lt", "in"), t)),
        st.tuples(st.sampled_from(["tuple", "list"]), many).map(lambda t: Tree(t[0], None, t[1])),
        many.map(lambda kids: Tree("call", ("k",) if len(kids) > 1 else (), kids)),
        many.map(lambda kids: Tree("method", ("m", ()), kids)),
        inner.map(lambda kid: Tree("attr", "a", (kid,))),
        st.tuples(inner, inner).map(lambda t: Tree("item", None, t)),
        st.tuples(inner, inner, inner).map(
            lambda t: Tree("item", None, (t[0], Tree("slice", (True, False, True), t[1:])))
        ),
        st.tuples(inner, inner).map(lambda t: Tree("dict", None, (Tree("pair", None, t),))),
    )


trees = st.recursive(leaves, larger, max_leaves=12)


def expected(tree: Tree) -> ast.expr:
    """The syntax tree that the text should parse to."""
    load, kids = ast.Load(), [expected(kid) for kid in tree.kids if kid.head not in ("pair", "slice")]
    match tree.head:
        case "var":
            return ast.Name(tree.data, load)
        case "const" if isinstance(tree.data, int | float) and tree.data < 0:
            return ast.UnaryOp(ast.USub(), ast.Constant(-tree.data))
        case "const":
            return ast.Constant(tree.data)
        case "op" if tree.data == "not" and tree.kids[0].head == "op" and tree.kids[0].data in ("in", "is"):
            inner = tree.kids[0]
            opposite = ast.NotIn() if inner.data == "in" else ast.IsNot()
            return ast.Compare(expected(inner.kids[0]), [opposite], [expected(inner.kids[1])])
        case "op" if len(kids) == 1:
            return ast.UnaryOp(OPERATORS[tree.data](), kids[0])
        case "op" if tree.data in COMPARE:
            return ast.Compare(kids[0], [OPERATORS[tree.data]()], [kids[1]])
        case "op":
            return ast.BinOp(kids[0], OPERATORS[tree.data](), kids[1])
        case "chain":
            return ast.Compare(kids[0], [OPERATORS[kind]() for kind in tree.data], kids[1:])
        case "and" | "or":
            return ast.BoolOp(ast.And() if tree.head == "and" else ast.Or(), kids)
        case "ifexp":
            return ast.IfExp(*kids)
        case "tuple":
            return ast.Tuple(kids, load)
        case "list":
            return ast.List(kids, load)
        case "call":
            keyword = [ast.keyword("k", kids.pop())] if tree.data else []
            return ast.Call(kids[0], kids[1:], keyword)
        case "method":
            return ast.Call(ast.Attribute(kids[0], "m", load), kids[1:], [])
        case "attr":
            return ast.Attribute(kids[0], "a", load)
        case "item":
            index = tree.kids[1]
            if index.head == "slice":
                low, step = map(expected, index.kids)
                return ast.Subscript(kids[0], ast.Slice(low, None, step), load)
            return ast.Subscript(kids[0], kids[1], load)
        case "dict":
            key, value = map(expected, tree.kids[0].kids)
            return ast.Dict([key], [value])
    raise AssertionError(tree.head)


def parsed(text: str) -> str:
    return ast.dump(ast.parse(text, mode="eval").body)


@settings(max_examples=600, deadline=None)
@given(trees)
def test_structure_survives(tree: Tree) -> None:
    text = Expressions({}).text(tree)
    assert parsed(text) == ast.dump(expected(tree)), text


@settings(max_examples=300, deadline=None)
@given(trees)
def test_no_parentheses_to_spare(tree: Tree) -> None:
    """Taking any pair away changes what the text means (up to `(x,)` and the like, which need theirs)."""
    text = Expressions({}).text(tree)
    meaning = parsed(text)
    for start, end in pairs(text):
        if start and (text[start - 1].isalnum() or text[start - 1] in ")]\"'}"):
            continue  # a call
        try:
            spare = parsed(text[:start] + " " + text[start + 1 : end] + " " + text[end + 1 :]) == meaning
        except SyntaxError:
            continue
        inside = text[start + 1 : end]
        is_tuple = isinstance(ast.parse(f"({inside})", mode="eval").body, ast.Tuple)
        assert not spare or is_tuple or inside[0] in "+-~" or inside[0].isdigit(), text


def pairs(text: str) -> list[tuple[int, int]]:
    """Positions of matching parentheses, outside of strings."""
    if '"' in text or "'" in text:
        return []
    found, opened = [], []
    for position, char in enumerate(text):
        if char == "(":
            opened.append(position)
        elif char == ")":
            found.append((opened.pop(), position))
    return found


@pytest.mark.parametrize(
    "value",
    [0, -3, 1.5, -0.0, 1e22, 5e-324, float("inf"), -float("inf"), 2j, -2j, complex(1, 2), complex(-0.0, 2), True, None, ...,
     complex(0, -2), complex(-0.0, -0.0), complex(float("inf"), -1), "", "a'b", 'a"b', "a'b\"c", "\n\t\\", "\ud800", "é", b"\x00'",
     complex(0, float("inf")), -complex(0, float("inf"))],
)  # fmt: skip
def test_constants(value: object) -> None:
    text, _ = constant(value)
    again = eval(text)
    assert type(again) is type(value) and repr(again) == repr(value)


def test_nan() -> None:
    assert math.isnan(eval(constant(float("nan"))[0]))


def test_double_quotes() -> None:
    assert quoted("a'b") == '"a\'b"' and quoted("ab") == '"ab"' and quoted('a"b') == "'a\"b'"


def test_bases_and_powers() -> None:
    text = Expressions({}).text
    one = Tree("const", 1, ())
    assert text(Tree("attr", "real", (one,))) == "(1).real"
    x = var("x")
    power = Tree("op", "pow", (x, x))
    assert text(Tree("op", "neg", (power,))) == "-x**x"
    assert text(Tree("op", "pow", (Tree("op", "neg", (x,)), one))) == "(-x) ** 1"
    assert text(Tree("op", "pow", (x, Tree("op", "neg", (x,))))) == "x**-x"
    assert text(Tree("op", "pow", (x, Tree("const", -1, ())))) == "x**-1"
    assert text(Tree("op", "sub", (x, Tree("op", "sub", (x, one))))) == "x - (x - 1)"
    assert text(Tree("op", "neg", (Tree("op", "neg", (x,)),))) == "-(-x)"


# ── f-strings ────────────────────────────────────────────────────────────────────────────────────────────


def formatted(function: Function, **values: object) -> object:
    text = "\n".join(["def f(" + ", ".join(values) + "):", *("    " + line for line in lines(function))])
    return run(text, "f", {})(**values)


LITERALS = [
    "plain ",
    "it's ",
    'say "x" ',
    "both ' and \" ",
    "{braces} ",
    "back\\slash\n",
    '"',
    "'",
    '"""',
    "''\"'''",
    "é\x00",
]


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize("key", ["k", "it's", 'say "x"', "both ' and \"", "new\nline", '"""', "'''\"\"\""])
def test_f_strings_with_quotes(literal: str, key: str) -> None:
    parts = (literal, (Var("%1"), "", ""), literal, (Var("x"), "r", ""), literal)
    body = (put("%1", Call(Var("g"), (Const(key),))), put("%2", Format(parts)), ret("%2"))
    result = formatted(fn("g x", *body), g=lambda value: value, x=key)
    assert result == f"{literal}{key}{literal}{key!r}{literal}"


def test_f_strings_with_specs() -> None:
    spec = Format(((Var("w"), "", ""), ".", (Var("p"), "", "")))
    body = (
        put("%1", Format(("<", (Var("x"), "", spec), ">", (Var("x"), "", ".2e"), (Var("x"), "s", ">20")))),
        ret("%1"),
    )
    assert lines(fn("x w p", *body)) == ['return f"<{x:{w}.{p}}>{x:.2e}{x!s:>20}"']
    assert (
        formatted(fn("x w p", *body), x=3.14159, w=8, p=3) == f"<{3.14159:8.3}>{3.14159:.2e}{3.14159!s:>20}"
    )


def test_f_string_without_values_is_a_string() -> None:
    assert lines(fn("", put("%1", Format(("a{b}",))), ret("%1"))) == ['return "a{b}"']


def test_f_string_of_a_set_and_of_a_lambda_like_thing() -> None:
    body = (put("%1", Build("set", (Const(1),))), put("%2", Format(((Var("%1"), "", ""),))), ret("%2"))
    assert formatted(fn("", *body)) == "{1}"
    body = (put("%1", op("ne", "x", 1)), put("%2", Format(((Var("%1"), "", ""),))), ret("%2"))
    assert formatted(fn("x", *body), x=1) == "False"
    body = (put("%1", call("@dict", k="x")), put("%2", Format(((Var("%1"), "r", ""),))), ret("%2"))
    assert formatted(fn("x", *body), x=1) == "{'k': 1}"
