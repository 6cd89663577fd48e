"""Adjoints that begin side by side."""

import pytest

from s2sad.emit.starts import join_starts
from s2sad.emit.tree import Body, Line, Tree
from s2sad.ir.nodes import Notes


def zero() -> Tree:
    return Tree("const", 0.0, ())


def var(name: str) -> Tree:
    return Tree("var", name, (), 0, frozenset({name}))


def start(name: str, value: Tree, notes: Notes | None = None) -> Line:
    return Line("assign", (name,), [value], notes=notes or Notes())


def targets(*lines: Line) -> list[object]:
    body = Body(list(lines))
    join_starts(body, 1)
    return [line.data for line in body.lines]


def test_zeros_are_a_chain():
    assert targets(start("a_bar", zero()), start("b_bar", zero())) == [("a_bar", "b_bar")]


def test_others_are_a_tuple():
    assert targets(start("a_bar", var("y_bar")), start("b_bar", zero())) == [(("a_bar", "b_bar"),)]


@pytest.mark.parametrize(
    "second",
    [
        start("b_bar", var("a_bar")),
        start("a_bar", zero()),
        start("b", zero()),
        start("b_bar", var("x")),
        start("b_bar", zero(), Notes(("# why",))),
        start("b_bar" + "_long" * 20 + "_bar", zero()),
    ],
)
def test_what_stays_apart(second):
    assert len(targets(start("a_bar", zero()), second)) == 2


def test_a_temporary_that_gets_the_name_of_a_target_is_read_apart():
    body = Body([start("a_bar", var("y_bar")), start("b_bar", var("%1_bar"))])
    join_starts(body, 1, {"%1_bar": "a_bar"})
    assert len(body.lines) == 2
