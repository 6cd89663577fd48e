"""What is refused: the exact text of a finding, and that all findings come at once."""

import sys
import textwrap

import pytest

from s2sad.errors import CODES, Diagnostic, Diagnostics, RefusedError, SourceError
from s2sad.frontend.resolve import from_file
from s2sad.ir.nodes import Span


def refused(tmp_path, text, name="f"):
    path = tmp_path / "model.py"
    path.write_text(textwrap.dedent(text))
    with pytest.raises(RefusedError) as caught:
        from_file(path).lookup(name).lower()
    return str(caught.value).replace(str(path), "model.py")


def test_exact_text(tmp_path):
    text = """
        def f(x):
            y = x * 2  # fine
            return eval("y") + y
        """
    assert refused(tmp_path, text) == textwrap.dedent(
        """\
        model.py:4:12: error[S2S103]: `eval` runs code that is not in the source
         4 |     return eval("y") + y
           |            ^^^^^^^^^
        help: write the code out"""
    )


def test_global_write(tmp_path):
    text = """
        count = 0
        def f(x):
            global count
            count += 1
            return x
        """
    assert refused(tmp_path, text) == textwrap.dedent(
        """\
        model.py:5:5: error[S2S013]: the module variable `count` is written
         5 |     count += 1
           |     ^^^^^
        help: return `count` as a result, or keep it in an object that is passed in"""
    )


def test_all_findings_at_once_in_the_order_of_the_text(tmp_path):
    text = """
        async def f(x):
            class A:
                pass
            v = yield x
            g = (i for i in x)
            try:
                await x
            except* ValueError:
                pass
            exec("1")
            locals()
            return lambda: super()
        """
    found = refused(tmp_path, text)
    codes = [line.split("error[")[1][:6] for line in found.splitlines() if "error[" in line]
    assert codes == ["S2S101", "S2S102", "S2S104", "S2S105", "S2S106", "S2S103", "S2S112", "S2S113"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("import a_module_that_is_not_there", "S2S114"),
        ("with open('x') as f: x = await f", "S2S101"),
        ("[i async for i in x]", "S2S101"),
        pytest.param(
            "type A = int", "S2S109", marks=pytest.mark.skipif(sys.version_info < (3, 12), reason="new")
        ),
        ("return __import__('os')", "S2S103"),
        ("return globals()['y']", "S2S112"),
        ("return vars()", "S2S112"),
        ("return g(i for i in x)", "S2S105"),
        ("return map(abs, (i for i in x))", "S2S105"),
        ("match x:\n        case g(1): pass", "S2S111"),
    ],
)
def test_codes(tmp_path, line, code):
    text = f"def g(x): return x\n\nasync def f(x):\n    {line}\n"
    assert code in refused(tmp_path, text)


def test_writing_a_variable_of_the_maker():
    from s2sad.frontend.resolve import from_function

    total = 0.0

    def f(x):
        nonlocal total
        total += x
        return total

    with pytest.raises(RefusedError, match="S2S011.*`total` belongs to the function that made this one"):
        from_function(f).lower()


def test_decorators_in_static_mode(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(
        textwrap.dedent(
            """\
            import functools
            from s2sad import differentiate

            def doubled(f):
                return lambda x: 2 * f(x)

            def logged(f):
                @functools.wraps(f)
                def wrapper(x):
                    return f(x)
                return wrapper

            def register(f):
                f.known = True
                return f

            def named(name):
                def mark(f):
                    return f
                return mark

            @doubled
            def bad(x): return x

            @logged
            @register
            @named("n")
            @functools.lru_cache(maxsize=None)
            @differentiate
            def good(x): return x
            """
        )
    )
    module = from_file(path)
    module.lookup("good").lower()
    with pytest.raises(RefusedError, match="S2S024.*`doubled` makes of `bad`"):
        module.lookup("bad").lower()


def test_syntax_error(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("def f(x):\n    return x +\n")
    with pytest.raises(SourceError) as caught:
        from_file(path)
    assert str(caught.value).replace(str(path), "model.py").splitlines()[:3] == [
        "model.py:2:15: error[S2S002]: invalid syntax",
        " 2 |     return x +",
        "   |               ^",
    ]


def test_missing_file(tmp_path):
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        from_file(tmp_path / "nothing.py")


def test_tabs_and_long_spans():
    finding = Diagnostic("S2S100", Span(1, 1, 2, 3), "m.py", "why")
    assert finding.render(["\tx = (1,\n", " 2)\n"]).splitlines()[1:] == [" 1 | \tx = (1,", "   | \t^^^^^^^"]


def test_a_finding_without_a_place():
    assert Diagnostic("S2S001", Span(), "", "why", "do").render() == "error[S2S001]: why\nhelp: do"
    assert Diagnostic("S2S001", Span(), "m.py", "why").render() == "m.py: error[S2S001]: why"


def test_codes_are_documented():
    assert all(title and text for title, text in CODES.values())
    with pytest.raises(KeyError):
        Diagnostics("m.py").add("S2S999", Span(), "why")
