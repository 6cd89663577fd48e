"""Walking and rebuilding IR, what `verify` finds, and the text of a dump."""

import pytest

from s2sad.frontend.resolve import from_function
from s2sad.ir.nodes import (
    Assign,
    Break,
    Call,
    Const,
    For,
    Function,
    If,
    MakeFunction,
    Op,
    Param,
    Return,
    SliceIndex,
    TupleIndex,
    Var,
    Yield,
)
from s2sad.ir.pretty import pretty
from s2sad.ir.verify import IRError, verify
from s2sad.ir.walk import (
    blocks,
    deep_defs,
    deep_uses,
    defs,
    functions,
    index_atoms,
    map_expr,
    map_stmt,
    rename,
    stmt_atoms,
    uses,
    walk,
)
from tests.frontend import programs
from tests.ir.interp import make


def lowered(function):
    return from_function(function).lower()


@pytest.mark.parametrize("name", programs.CALLS)
def test_mapping_with_the_identity_changes_nothing(name):
    def same(block):
        return tuple(map_stmt(stmt, lambda atom: atom, same) for stmt in block)

    function = lowered(programs.CALLS[name][0])
    assert same(function.body) == function.body


@pytest.mark.parametrize("name", programs.CALLS)
def test_renaming_all_variables_keeps_the_meaning(name):
    function, calls = programs.CALLS[name]
    old = lowered(function)
    params = set(old.param_names())
    names = {var.name for var in (*deep_defs(old.body), *deep_uses(old.body))} - params
    mapping = {item: f"{item}_renamed" for item in names if not item.startswith("%")}
    new = Function(
        old.name, old.params, rename(old.body, mapping), is_generator=old.is_generator, defaults=old.defaults
    )
    verify(new)
    assert not set(mapping) & {var.name for var in (*deep_defs(new.body), *deep_uses(new.body))}
    from tests.frontend.test_lower import outcome, plain

    for args in calls:
        assert plain(outcome(make(new), args))[:1] == plain(outcome(function, args))[:1]


def test_renaming_moves_names_that_would_hide_the_new_one():
    inner = Function(
        "g", (), (Assign(Var("b"), Const(1)), Assign(Var("c"), Var("a")), Return(Var("c"))), free=("a",)
    )
    block = (Assign(Var("a"), Const(5)), Assign(Var("g"), MakeFunction(inner)))
    made = rename(block, {"a": "b"})[1].value.function
    assert made.free == ("b",)
    assert [var.name for var in deep_defs(made.body)] == ["b_1", "c"]
    assert [var.name for var in deep_uses(made.body)] == ["b", "c"]


def test_uses_and_defs():
    inner = Function("g", (), (Return(Var("z")),), free=("z",))
    assert [var.name for var in uses(MakeFunction(inner, (("d", Var("v")),)))] == ["z", "v"]
    loop = For(Var("i"), Var("xs"), (Assign(Var("t"), Var("i")),), (Break(),))
    assert [var.name for var in uses(loop)] == ["xs"]
    assert [var.name for var in defs(loop)] == ["i"]
    assert len(list(blocks(loop))) == 2
    assert [type(stmt) for stmt in walk((loop,))] == [For, Assign, Break]
    assert {var.name for var in deep_uses((loop,))} == {"xs", "i"}
    assert {var.name for var in deep_defs((loop,))} == {"i", "t"}


def test_handlers_and_contexts_bind():
    def f(x):
        with x as a:
            try:
                b = a
            except ValueError as c:
                b = c
        return lambda: lambda: b

    function = lowered(f)
    assert {var.name for var in deep_defs(function.body) if not var.is_temp} == {"a", "b", "c"}
    assert [made.free for made in functions(function.body)] == [("b",), ("b",)]


def test_index_atoms():
    index = TupleIndex((Var("i"), SliceIndex(None, Var("n"), Const(2))))
    assert list(index_atoms(index)) == [Var("i"), Var("n"), Const(2)]
    mapped = map_expr(Call(Var("f"), (Var("x"),), (("k", Var("x")),)), lambda atom: Const(0))
    assert list(stmt_atoms(Assign(Var("y"), mapped))) == [Const(0)] * 3


X, T = Var("x"), Var("%1")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ((Break(),), "outside of a loop"),
        ((Return(T),), "read before it is assigned"),
        ((If(X, (Assign(T, X),)), Return(T)), "read before it is assigned"),
        ((Assign(X, Op("plus", (X, X))),), "unknown operator"),
        ((Assign(X, Op("neg", (X, X))),), "2 operands"),
        ((Assign(X, Op("neg", (Op("neg", (X,)),))),), "not an atom"),
        ((Yield(X),), "outside of a generator"),
        ((If(X, (), (), "unless"),), "unknown sugar"),
        ((Return(3),), "not an atom"),
        ((If(X, [Return(X)]),), "a block is a list"),
        ((Const(3),), "not a statement"),
    ],
)
def test_verify_finds(body, message):
    with pytest.raises(IRError, match=message):
        verify(Function("f", (Param("x"),), body))


def test_verify_accepts_a_temporary_of_both_branches():
    body = (If(X, (Assign(T, X),), (Assign(T, Const(1)),)), Return(T))
    verify(Function("f", (Param("x"),), body))


def test_pretty_dumps_every_program():
    for function, _ in programs.CALLS.values():
        assert pretty(lowered(function)).startswith(f"def {function.__name__}(")
