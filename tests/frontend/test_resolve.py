"""Where functions are found, and what names stand for."""

import functools
import linecache
import math
import operator
import textwrap
import types

import numpy as np
import pytest

from s2sad.errors import SourceError
from s2sad.frontend.resolve import (
    Live,
    Missing,
    SourceClass,
    SourceFunction,
    SourceValue,
    denote,
    from_file,
    from_function,
)
from s2sad.ir.nodes import Const, Ref
from s2sad.ir.pretty import pretty
from s2sad.ir.verify import verify
from s2sad.ir.walk import expr_atoms, stmt_atoms, walk
from tests.frontend import programs
from tests.ir.interp import make

LAMBDAS = [lambda x: x + 1, lambda x: x + 2, (lambda x: x * 3)]  # fmt: skip
NESTED = lambda x: lambda y: x - y  # noqa: E731
TABLE = {"a": lambda: 1.5, "b": lambda: 2.5, "ü": lambda ä: ä / 2}  # fmt: skip


def identity(f):
    return f


MULTILINE = identity(
    lambda x, y=2: (
        x  # a comment
        ** y
    )
)


def interpreted(function):
    lowered = from_function(function).lower()
    verify(lowered)
    return make(lowered)


def refs(function):
    return {
        atom.text: atom.target
        for stmt in walk(function.body)
        for atom in stmt_atoms(stmt)
        if isinstance(atom, Ref)
    }


# ── finding the source ───────────────────────────────────────────────────────────────────────────────────


def test_lambdas_on_one_line():
    assert [interpreted(f)(5) for f in LAMBDAS] == [6, 7, 15]
    assert from_function(LAMBDAS[1]).lower().span.col == 28


def test_lambda_in_lambda():
    assert interpreted(NESTED(5))(2) == 3
    assert interpreted(NESTED)(5)(2) == 3


def test_lambdas_that_are_constants_or_not_ascii():
    assert [interpreted(TABLE["a"])(), interpreted(TABLE["b"])(), interpreted(TABLE["ü"])(3)] == [
        1.5,
        2.5,
        1.5,
    ]


def test_lambda_over_several_lines():
    lowered = from_function(MULTILINE).lower()
    assert dict(lowered.defaults) == {"y": Const(2)}
    assert make(lowered)(3) == 9
    line = lowered.body[-1].span.line
    assert "x  # a comment" in linecache.getline(__file__, line)


def test_lambda_as_an_argument_and_in_a_default():
    def outer(f=lambda t: t + 1, *, g=lambda t: t + 2):
        return f, g

    f, g = outer()
    assert interpreted(f)(1) == 2
    assert interpreted(g)(1) == 3
    assert interpreted(functools.partial(lambda a, b: a - b, 5).func)(5, 3) == 2


def test_methods_and_bound_methods():
    assert interpreted(programs.Point.norm)(programs.Point(3.0, 4.0)) == 5.0
    assert from_function(programs.Point(1.0).norm).name == "norm"


def test_nested_functions_keep_their_cells():
    k = 2.0

    def helper(x):
        return x * k

    def f(x):
        # two helpers
        return helper(x) + math.sin(k)

    source = from_function(f)
    assert isinstance(source.cells["helper"], SourceFunction)
    assert source.cells["k"] == Live(2.0) or source.cells["k"].obj == 2.0
    found = refs(source.lower())
    assert found["helper"] is source.cells["helper"]
    assert found["k"].obj == 2.0
    assert source.lower().free == ()


def test_a_nested_function_that_calls_itself():
    def f(n):
        return 1 if n == 0 else n * f(n - 1)

    assert refs(from_function(f).lower())["f"] is from_function(f)


def test_decorated_functions():
    @functools.cache
    @functools.wraps(math.sin)
    def wrapped(x):
        return x

    @functools.lru_cache
    def f(x):
        return x + 1

    assert interpreted(f)(1) == 2
    assert isinstance(denote(f), SourceFunction)


def test_what_s2sad_makes_is_not_its_primal():
    def primal(x):
        return x

    def gradient(x):
        return 1.0

    gradient.__wrapped__ = primal
    gradient.__module__ = "s2sad.api.transforms"
    assert denote(gradient) == Live(gradient)


def test_exec_with_and_without_linecache():
    text = "def made(x):\n    return x + 41\n"
    filename = "<a cell>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    space = {}
    exec(compile(text, filename, "exec"), space)
    assert interpreted(space["made"])(1) == 42
    exec("def lost(x): return x", space)
    with pytest.raises(SourceError, match="the source of `lost` cannot be had"):
        from_function(space["lost"]).lower()
    assert denote(space["lost"]) == Live(space["lost"])


@pytest.mark.parametrize("function", [math.sin, np.sin, operator.add, len, 3])
def test_no_python_function(function):
    with pytest.raises(SourceError, match="not a Python function"):
        from_function(function)


def test_a_file_that_has_changed(tmp_path):
    path = tmp_path / "changing.py"
    path.write_text("def f(x):\n    return x\n")
    space = {}
    exec(compile(path.read_text(), str(path), "exec"), space)
    path.write_text("\n\ndef g(x, y):\n    return x\n")
    with pytest.raises(SourceError, match="S2S003"):
        from_function(space["f"]).lower()


def test_strings_over_lines_keep_their_inside():
    def f():
        return """a
    b
"""

    assert interpreted(f)() == "a\n    b\n"


def test_private_names_and_super():
    class Base:
        def __init__(self, x):
            self.__x = x

        def get(self):
            return self.__x

    class Child(Base):
        def __init__(self, x):
            super().__init__(2 * x)
            self.__x = -1

    child = Child(1)
    assert interpreted(Base.get)(child) == 2
    other = object.__new__(Child)
    interpreted(Child.__init__)(other, 5)
    assert vars(other) == {"_Base__x": 10, "_Child__x": -1}


# ── what names stand for ─────────────────────────────────────────────────────────────────────────────────


def test_paths_into_modules_are_one_reference():
    def f(x):
        return np.linalg.solve(x, np.pi) + np.add.reduce(x) + np.nothing.at_all(x) + programs.double(x)

    found = refs(from_function(f).lower())
    assert found["np.linalg.solve"] == Live(np.linalg.solve)
    assert found["np.add.reduce"].obj([1, 2]) == 3
    assert isinstance(found["np.nothing"], Missing)
    assert found["programs.double"] is denote(programs.double)


def test_denote():
    assert isinstance(denote(programs.Point), SourceClass)
    assert denote(np.ndarray) == Live(np.ndarray)
    assert denote(functools.reduce) == Live(functools.reduce)
    assert isinstance(denote(programs.Point(1.0)), Live)
    assert denote(programs.double) is denote(programs.double)


def test_a_name_that_is_defined_again_is_looked_up_again():
    module = types.ModuleType("cell")
    text = "k = 1\ndef f(x):\n    return x * k\n"
    linecache.cache["<cell 1>"] = (len(text), None, text.splitlines(True), "<cell 1>")
    exec(compile(text, "<cell 1>", "exec"), vars(module))
    source = from_function(module.f)
    first = source.lower()
    assert source.lower() is first
    module.k = 2
    assert not source.is_current()
    assert refs(source.lower())["k"].obj == 2


def test_classes_live_and_static_agree():
    static = from_file(programs.__file__)
    for name in ("Point", "Pair"):
        live, read = denote(getattr(programs, name)), static.lookup(name)
        assert isinstance(read, SourceClass)
        assert (live.is_dataclass, live.is_namedtuple) == (read.is_dataclass, read.is_namedtuple)
        assert [(f.name, f.required) for f in live.fields] == [(f.name, f.required) for f in read.fields]
        assert live.match_args() == read.match_args()
        assert live.node.name == read.node.name == name
    for cls in (denote(programs.Point), static.lookup("Point")):
        assert cls.method("norm").lower().name == "norm"
        assert cls.property("double").lower().name == "double"
        assert cls.method("nothing") is None
        assert cls.member("y").value.obj == 0.0


def test_static_mode_executes_nothing_of_the_user(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("raise SystemExit\n")
    (tmp_path / "pkg" / "inner.py").write_text(
        "from . import other\nfrom .other import g as h\nraise SystemExit\n"
    )
    (tmp_path / "pkg" / "other.py").write_text("from .inner import h\nK = 3\ndef g(x):\n    return K * x\n")
    (tmp_path / "helpers.py").write_text("def k(x):\n    return x\nraise SystemExit\n")
    (tmp_path / "model.py").write_text(
        textwrap.dedent(
            """\
            from __future__ import annotations
            import numpy as np, math
            import os.path
            import helpers, pkg.other
            from pkg.inner import h, other
            from numpy import *
            from collections import namedtuple
            try:
                import numba
                from numba import njit
            except ImportError:
                numba = None
            raise SystemExit

            A = 2.5
            B = -A * math.pi / 2
            C = [1, 2]
            D = (1, "x")
            E = open("x")
            P = namedtuple("P", "x y")
            Q = R = 1
            Q = 2
            alias = h
            square = lambda x: x * x
            solve = np.linalg.solve
            if A > 1:
                def either(x): return 1
            else:
                def either(x): return 2

            def f(x, n=B, m=C, *, k=1):
                return h(x) + helpers.k(x) + pkg.other.g(x) + np.sin(x) + os.path.sep + arctan2(x, x) + len(C)
            """
        )
    )
    module = from_file(tmp_path / "model.py")
    assert module.lookup("np") == Live(np)
    assert module.lookup("A").obj == 2.5
    assert module.lookup("B").obj == -2.5 * math.pi / 2
    assert module.lookup("C") == SourceValue("[1, 2]", (), module)
    assert module.lookup("D").obj == (1, "x")
    assert module.lookup("E") == SourceValue('open("x")', ("open",), module)
    assert [field.name for field in module.lookup("P").fields] == ["x", "y"]
    assert isinstance(module.lookup("Q"), Missing)
    assert isinstance(module.lookup("either"), Missing)
    assert isinstance(module.lookup("nothing"), Missing)
    assert module.lookup("alias") is module.lookup("h")
    assert module.lookup("solve") == Live(np.linalg.solve)
    assert module.lookup("square").lower().is_lambda
    assert module.binding("A").text == "A = 2.5"
    assert module.binding("math").text == "import math"
    assert module.binding("h").text == "from pkg.inner import h"
    f = module.lookup("f").lower()
    verify(f)
    found = refs(f)
    assert found["h"].qualname == "g" and found["h"] is found["pkg.other.g"]
    assert found["helpers.k"].name == "k"
    assert found["np.sin"] == Live(np.sin)
    assert found["arctan2"] == Live(np.arctan2)
    assert found["os.path.sep"].obj in "/\\"
    assert found["len"] == Live(len)
    assert [name for name, _ in f.defaults] == ["n", "m", "k"]
    assert refs(found["h"].lower())["K"].obj == 3


def test_a_script_imports_what_lies_beside_it(tmp_path):
    (tmp_path / "__init__.py").write_text("")  # the folder is a package, and its files are run as scripts
    (tmp_path / "beside_it.py").write_text("def g(x):\n    return 3 * x\n")
    (tmp_path / "script.py").write_text("import beside_it\nfrom beside_it import g\nimport not_there\n")
    module = from_file(tmp_path / "script.py")
    assert module.lookup("beside_it").lookup("g") is module.lookup("g")
    assert module.lookup("not_there").absent


def test_local_imports_have_a_binding():
    source = from_function(programs.local_imports)
    source.lower()
    assert source.binding("m").text == "import math as m"
    assert source.binding("cosine").text == "from numpy import cos as cosine"


# ── notes and spans ──────────────────────────────────────────────────────────────────────────────────────


# above the function
# in two lines
def commented(x):  # behind the def
    """The docstring

    has a body.
    """
    # above
    y = [v * v for v in x]  # behind
    # above the loop
    for v in y:  # the loop
        # inside
        v = (
            v  # first
            + 1
        )  # end
        # last in the loop
    # else is commented
    else:
        pass  # nothing
    # before return
    return y if x else v


def test_comments():
    assert pretty(from_function(commented).lower()) == textwrap.dedent(
        """\
        def commented(x):
            %1 = []
            for v_1 in x:  <listcomp>
                %2 = v_1 * v_1
                %3 = %1.append(%2)
            # above
            y = %1  # behind
            # above the loop
            for v in y:  # the loop
                # inside
                # first
                v = v + 1  # end
                # last in the loop
            else:
                # else is commented
                # nothing
            if x:  <ifexp>
                %4 = y
            else:
                %4 = v
            # before return
            return %4"""
    )
    lowered = from_function(commented).lower()
    assert lowered.doc == "The docstring\n\nhas a body."
    assert lowered.notes.above == ("# above the function", "# in two lines")
    assert lowered.notes.behind == "# behind the def"


def test_spans_are_those_of_the_file():
    source = from_function(commented)
    lines = source.module.lines
    for stmt in walk(source.lower().body):
        span = stmt.span
        if span.line and span.line == span.end_line:
            text = lines[span.line - 1][span.col : span.end_col]
            assert text.strip() == text and text
    product = next(
        stmt
        for stmt in walk(source.lower().body)
        if getattr(getattr(stmt, "value", None), "kind", "") == "mul"
    )
    assert lines[product.span.line - 1][product.span.col : product.span.end_col] == "v * v"
    assert [atom.name for atom in expr_atoms(product.value)] == ["v_1", "v_1"]
