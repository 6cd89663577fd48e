"""Short forms: written back where the shape is still there, left alone where it is not."""

from __future__ import annotations

from s2sad.emit.unparse import to_source
from s2sad.ir.nodes import (
    NO_NOTES,
    Assert,
    Assign,
    Break,
    BuildDict,
    Comment,
    Const,
    Continue,
    For,
    If,
    MakeFunction,
    MethodCall,
    Notes,
    Raise,
    Return,
    SetItem,
    Try,
    Unpack,
    Var,
    While,
    With,
)
from tests.emit.build import atom, build, call, fn, item, lines, method, op, put, ret, run, when

V, C = Var, Const


def ifexp(target: str, test: str, first: object, second: object, sugar: str = "ifexp") -> If:
    return when(test, (put(target, first),), (put(target, second),), sugar)


def test_conditional_expression() -> None:
    body = (
        put("%1", op("gt", "x", 0)),
        ifexp("%2", "%1", "x", op("neg", "x")),
        put("%3", op("add", "%2", 1)),
        ret("%3"),
    )
    assert lines(fn("x", *body)) == ["return (x if x > 0 else -x) + 1"]


def test_conditional_expression_nested() -> None:
    inner = (put("%3", op("lt", "x", 0)), ifexp("%4", "%3", -1, 0), put("%2", "%4"))
    body = (put("%1", op("gt", "x", 0)), If(V("%1"), (put("%2", 1),), inner, "ifexp"), ret("%2"))
    assert lines(fn("x", *body)) == ["return 1 if x > 0 else -1 if x < 0 else 0"]


def test_conditional_expression_that_grew_stays_a_statement() -> None:
    grown = If(V("x"), (put("%2", 1), put("flag", True)), (put("%2", 0),), "ifexp")
    body = (put("flag", False), grown, put("y", op("add", "%2", "flag")), ret("y"))
    assert "if x:" in lines(fn("x", *body)) and "flag = True" in to_source(fn("x", *body))
    without_tag = ifexp("%2", "x", 1, 0, sugar="")
    assert "if x:" in lines(fn("x", without_tag, put("y", op("add", "%2", 1)), ret("y")))


def test_branches_of_a_conditional_are_evaluated_when_chosen() -> None:
    """A value computed before the branch must not move into it past a call, nor be computed twice."""
    body = (put("%1", call("f")), put("%2", call("g")), ifexp("%3", "%2", "%1", 0), ret("%3"))
    assert lines(fn("f g", *body)) == ["f2 = f()", "return f2 if g() else 0"]


def test_and_or() -> None:
    body = (put("%1", op("gt", "x", 0)), when("%1", (put("%1", op("lt", "x", 9)),), (), "and"), ret("%1"))
    assert lines(fn("x", *body)) == ["return x > 0 and x < 9"]
    body = (
        put("%1", "x"),
        when("%1", (), (put("%1", "y"),), "or"),
        when("%1", (), (put("%1", "z"),), "or"),
        ret("%1"),
    )
    assert lines(fn("x y z", *body)) == ["return x or y or z"]
    inner = (put("%2", "y"), when("%2", (put("%2", "z"),), (), "and"), put("%1", "%2"))
    body = (put("%1", "x"), when("%1", (), inner, "or"), put("%3", op("not", "%1")), ret("%3"))
    assert lines(fn("x y z", *body)) == ["return not (x or y and z)"]


def test_and_with_a_statement_inside_stays() -> None:
    inner = (SetItem(V("q"), C(0), C(1)), put("%1", "y"))
    body = (put("%1", "x"), when("%1", inner, (), "and"), put("z", "%1"), ret("z"))
    assert lines(fn("x y q", *body))[:4] == ["t = x", "if t:", "    q[0] = 1", "    t = y"]


def test_chained_comparison() -> None:
    body = (put("%1", op("lt", 0, "x")), when("%1", (put("%1", op("le", "x", 9)),), (), "and"), ret("%1"))
    assert lines(fn("x", *body)) == ["return 0 < x <= 9"]
    more = when(
        "%1",
        (put("%1", op("lt", "x", "y")), when("%1", (put("%1", op("ne", "y", 3)),), (), "and")),
        (),
        "and",
    )
    body = (put("%1", op("lt", 0, "x")), more, ret("%1"))
    assert lines(fn("x y", *body)) == ["return 0 < x < y != 3"]


def test_chained_comparison_with_a_computed_middle() -> None:
    body = (
        put("%0", call("f")),
        put("%1", op("lt", 0, "%0")),
        when("%1", (put("%1", op("lt", "%0", 9)),), (), "and"),
    )
    assert lines(fn("f", *body, ret("%1"))) == ["return 0 < f() < 9"]
    again = (*body, put("%2", op("add", "%0", 1)), put("%3", build("tuple", "%1", "%2")), ret("%3"))
    assert lines(fn("f", *again))[0] == "f2 = f()"
    other = (put("%1", op("lt", 0, "x")), when("%1", (put("%1", op("lt", "y", 9)),), (), "and"), ret("%1"))
    assert lines(fn("x y", *other)) == ["return 0 < x and y < 9"]


# ── comprehensions ───────────────────────────────────────────────────────────────────────────────────────


def loop(target: str, iterable: str, *body: object, sugar: str = "listcomp") -> For:
    return For(V(target), V(iterable), body, (), sugar)  # type: ignore[arg-type]


def append(result: str, value: str, name: str = "append") -> Assign:
    return put("%99", MethodCall(atom(result), name, (atom(value),)))


def test_list_comprehension() -> None:
    body = (
        put("%1", build("list")),
        loop("i", "xs", put("%2", op("pow", "i", 2)), append("%1", "%2")),
        ret("%1"),
    )
    assert lines(fn("xs", *body)) == ["return [i**2 for i in xs]"]


def test_comprehension_with_conditions_pattern_and_inner_loop() -> None:
    inner = loop("j", "a", put("%5", op("add", "j", "b")), append("%1", "%5"))
    condition = (put("%4", op("gt", "b", 0)), when("%4", (inner,)))
    outer = loop("%3", "%2", Unpack((V("a"), V("b")), V("%3")), *condition)
    body = (put("%2", call("@zip", "xs", "ys")), put("%1", build("list")), outer, put("r", "%1"), ret("r"))
    assert lines(fn("xs ys", *body))[0] == "r = [j + b for a, b in zip(xs, ys) if b > 0 for j in a]"


def test_set_dict_and_generator() -> None:
    body = (put("%1", build("set")), loop("i", "xs", append("%1", "i", "add"), sugar="setcomp"), ret("%1"))
    assert lines(fn("xs", *body)) == ["return {i for i in xs}"]
    body = (
        put("%1", BuildDict(())),
        loop("i", "xs", SetItem(V("%1"), V("i"), C(0)), sugar="dictcomp"),
        ret("%1"),
    )
    assert lines(fn("xs", *body)) == ["return {i: 0 for i in xs}"]
    body = (
        put("%1", build("list")),
        loop("i", "xs", append("%1", "i"), sugar="genexp"),
        put("%2", call("@sum", "%1")),
    )
    assert lines(fn("xs", *body, ret("%2"))) == ["return sum(i for i in xs)"]
    assert lines(fn("xs", *body[:2], put("y", "%1"), ret("y"))) == ["y = [i for i in xs]", "return y"]


def test_comprehension_that_grew_stays_a_loop() -> None:
    grown = loop("i", "xs", put("%2", method("tape", "append", "i")), append("%1", "i"))
    body = (put("%1", build("list")), grown, put("y", "%1"), ret("y"))
    assert lines(fn("xs tape", *body)) == [
        "y = []", "for i in xs:", "    tape.append(i)", "    y.append(i)", "return y"
    ]  # fmt: skip


def test_comprehension_whose_variable_is_read_later_stays_a_loop() -> None:
    body = (
        put("%1", build("list")),
        loop("i", "xs", append("%1", "i")),
        put("y", op("add", "i", 1)),
        ret("%1"),
    )
    assert "for i in xs:" in lines(fn("xs", *body))


def test_comprehension_that_reads_its_own_list_stays_a_loop() -> None:
    body = (
        put("%1", build("list")),
        loop("i", "xs", put("%2", call("@len", "%1")), append("%1", "%2")),
        ret("%1"),
    )
    assert "for i in xs:" in lines(fn("xs", *body))


def test_nothing_inside_moves_out() -> None:
    """What is computed before the loop is computed once."""
    body = (put("%3", call("f")), put("%1", build("list")), loop("i", "xs", append("%1", "%3")), ret("%1"))
    assert lines(fn("xs f", *body)) == ["f2 = f()", "return [f2 for i in xs]"]


# ── patterns ─────────────────────────────────────────────────────────────────────────────────────────────


def test_swap() -> None:
    body = (
        put("%1", build("tuple", "b", "a")),
        Unpack((V("a"), V("b")), V("%1")),
        put("c", op("sub", "a", "b")),
        ret("c"),
    )
    assert lines(fn("a b", *body))[0] == "a, b = b, a"


def test_nested_and_starred_targets() -> None:
    body = (Unpack((V("a"), V("%1")), V("q")), Unpack((V("b"), V("c")), V("%1"), star=1))
    assert lines(fn("q", *body, put("d", build("tuple", "a", "b", "c")), ret("d")))[0] == "a, (b, *c) = q"


def test_chained_assignment() -> None:
    body = (
        put("%1", call("@np.zeros", 3)),
        put("a", "%1"),
        put("b", "%1"),
        put("c", op("add", "a", "b")),
        ret("c"),
    )
    assert lines(fn("", *body))[0] == "a = b = np.zeros(3)"


def test_loop_over_a_pattern() -> None:
    body = (
        For(V("%1"), V("q"), (Unpack((V("a"), V("b")), V("%1")), put("s", op("add", "a", "b")))),
        ret("s"),
    )
    assert lines(fn("q", *body))[0] == "for a, b in q:"


# ── branches ─────────────────────────────────────────────────────────────────────────────────────────────


def test_elif() -> None:
    body = (when("a", (put("x", 1),), (If(V("b"), (put("x", 2),), (put("x", 3),), "elif"),)), ret("x"))
    assert lines(fn("a b", *body)) == [
        "if a:",
        "    x = 1",
        "elif b:",
        "    x = 2",
        "else:",
        "    x = 3",
        "return x",
    ]


def test_the_rest_after_a_branch_that_leaves() -> None:
    inner = (put("%1", op("gt", "i", 3)), when("%1", (Break(),), (put("s", op("add", "s", "i")),)))
    assert lines(fn("r s", For(V("i"), V("r"), inner), ret("s"))) == [
        "for i in r:", "    if i > 3:", "        break", "    s = s + i", "return s"
    ]  # fmt: skip
    both = when("a", (ret(1),), (when("b", (Raise(V("e")),), (Return(C(2)),)),))
    assert lines(fn("a b e", both)) == ["if a:", "    return 1", "if b:", "    raise e", "return 2"]


def test_empty_branches() -> None:
    assert lines(fn("a", when("a", (), (put("x", 1),)), ret("a"))) == ["if not a:", "    x = 1", "return a"]
    for kind, text in (
        ("is", "a is not b"),
        ("in", "a not in b"),
        ("lt", "not a < b"),
        ("eq", "not a == b"),
        ("not", "a"),
    ):
        operands = ("a",) if kind == "not" else ("a", "b")
        body = (put("%1", op(kind, *operands)), when("%1", (), (put("x", 1),)), ret("a"))
        assert lines(fn("a b", *body))[0] == f"if {text}:"
    body = (put("%1", call("f")), when("%1", (), ()), ret("f"))
    assert lines(fn("f", *body)) == ["f()", "return f"]
    assert lines(fn("", For(V("i"), V("r"), ())))[1] == "    pass"
    assert lines(fn("")) == ["pass"]


def test_in_place_is_never_invented() -> None:
    assert lines(fn("x e", put("x", op("add", "x", "e")), ret("x")))[0] == "x = x + e"


# ── while ────────────────────────────────────────────────────────────────────────────────────────────────


def test_while() -> None:
    head = (put("%1", op("sub", "x", 1)), put("%2", op("gt", "%1", 0)))
    body = (While(head, V("%2"), (put("x", op("sub", "x", 1)),)), ret("x"))
    assert lines(fn("x", *body))[0] == "while x - 1 > 0:"


def test_while_with_statements_in_the_test() -> None:
    head = (put("n", call("f", "x")), put("%2", op("gt", "n", 0)))
    rounds = (put("x", op("sub", "x", 1)), when("n", (Continue(),)), put("x", op("sub", "x", "n")))
    text = lines(fn("x f", While(head, V("%2"), rounds, (put("x", 0),)), ret("x")))
    assert text[:5] == ["while True:", "    n = f(x)", "    if not n > 0:", "        x = 0", "        break"]
    outer = For(V("i"), V("r"), (While(head, V("%2"), (), (Break(),)), put("x", 3)))
    function = fn("x f r", outer, ret("x"))
    made = run(to_source(function), "f", {})
    assert made(5, lambda x: 0, range(3)) == 5  # the break is the outer loop's


# ── returns, asserts, functions ──────────────────────────────────────────────────────────────────────────


def test_early_returns() -> None:
    body = (when("c", (put("a", 1), put("%1", "a")), (put("%1", op("neg", "x")),)), ret("%1"))
    assert lines(fn("c x", *body)) == ["if c:", "    a = 1", "    return a", "return -x"]
    named = (when("c", (put("y", 1),), (put("y", 2),)), ret("y"))
    assert lines(fn("c", *named))[-1] == "return y"


def test_return_none_at_the_end() -> None:
    assert lines(fn("q", SetItem(V("q"), C(0), C(1)), ret(None))) == ["q[0] = 1"]


def test_assert_with_a_message() -> None:
    message = (put("%2", op("add", "x", 1)),)
    body = (put("%1", op("gt", "x", 0)), Assert(V("%1"), V("%2"), message), ret("x"))
    assert lines(fn("x", *body))[0] == "assert x > 0, x + 1"
    long = (put("y", op("add", "x", 1)),)
    assert lines(fn("x", Assert(V("x"), V("y"), long), ret("x")))[:3] == [
        "if not x:",
        "    y = x + 1",
        "    raise AssertionError(y)",
    ]


def test_functions_and_lambdas() -> None:
    inner = fn("v", put("%1", op("add", "v", "k")), ret("%1"), name="<lambda>", is_lambda=True, free=("k",))
    body = (put("%1", MakeFunction(inner)), put("%2", call("@map", "%1", "xs")), ret("%2"))
    assert lines(fn("xs k", *body)) == ["return map(lambda v: v + k, xs)"]
    assert lines(fn("xs k", put("g", MakeFunction(inner)), ret("g"))) == [
        "def g(v):",
        "    return v + k",
        "return g",
    ]
    long = fn("v", put("w", op("add", "v", "k")), ret("w"), name="<lambda>", is_lambda=True, free=("k",))
    body = (put("%1", MakeFunction(long)), put("%2", call("@map", "%1", "xs")), ret("%2"))
    assert lines(fn("xs k", *body)) == [
        "def inner(v):",
        "    w = v + k",
        "    return w",
        "return map(inner, xs)",
    ]


def test_a_temporary_captured_by_a_function_keeps_its_value() -> None:
    inner = fn("", ret("%1"), name="g", free=("%1",))
    body = (
        put("%1", op("add", "x", 1)),
        put("g", MakeFunction(inner)),
        put("x", 5),
        put("%2", call("g")),
        ret("%2"),
    )
    assert run(to_source(fn("x", *body)), "f", {})(1) == 2


def test_comments_everywhere() -> None:
    body = (
        Comment("# first"),
        For(V("i"), V("r"), (Comment("# nothing yet"),), notes=Notes(("# above",), "# behind")),
        If(V("r"), (), (Comment("# empty"), put("x", 1)), notes=NO_NOTES),
        With(V("w"), V("v"), (With(V("v"), None, (Comment("# in"),)),)),
        Try((put("x", 1),), (), (), (Comment("# end"),)),
        ret("r"),
    )
    text = to_source(fn("r w", *body))
    compile(text, "", "exec")
    assert all(
        text.count(note) == 1
        for note in ("# first", "# nothing yet", "# above", "# behind", "# empty", "# in", "# end")
    )
    assert "with w as v, v:" in text


def test_item_of_a_sugared_value() -> None:
    body = (put("%1", build("tuple", 1, 2)), put("%2", item("%1", "i")), ret("%2"))
    assert lines(fn("i", *body)) == ["return (1, 2)[i]"]
