"""Comments of generated code: the reverse sweep says which line each adjoint belongs to, the user's stay where they were."""

import inspect

import numpy as np

from s2sad.compile import derive
from s2sad.frontend.resolve import from_function


def several(x, w, n):
    # the product
    a = x * w  # behind
    for _ in range(n):
        # each round
        a = np.sin(a)
    b = np.sum(
        a * x,  # a comment within
    )
    return b * b


def half(x):
    scaled = 0.5 * x
    return scaled


def with_callee(x):
    t = half(x) * x
    return np.sin(t)


def single(x):
    return np.sin(x) * x


def lines(function, mode, *args):
    names = list(inspect.signature(function).parameters)
    wrt = tuple(name for name, arg in zip(names, args, strict=True) if not isinstance(arg, int))
    made = derive(from_function(function), mode, wrt, dict(zip(names, args, strict=True)))
    return [line.strip() for line in made.text.splitlines()]


def test_statements_are_named():
    text = lines(several, "vjp", np.ones(3), 2.0, 4)
    start = text.index("# reverse sweep")
    comments = [line[line.index("#") :] for line in text[start + 1 :] if "#" in line]
    assert comments == ["# return b * b", "# b = np.sum(a * x)", "# a = np.sin(a)", "# a = x * w"]


def test_callees_belong_to_the_calling_statement():
    comments = [line for line in lines(with_callee, "vjp", 2.0) if "half" in line or "scaled" in line]
    assert not any("# scaled" in line or "# return scaled" in line for line in comments)


def test_one_statement_is_not_named():
    text = lines(single, "vjp", 2.0)
    assert "# reverse sweep" in text and not any("# return" in line for line in text)


def test_the_users_comments_stay_with_their_statements():
    text = lines(several, "jvp", np.ones(3), 2.0, 4)
    for comment, name in (("# the product", "a"), ("# each round", "a")):
        after = text[text.index(comment) + 1 :]
        assert after[0].startswith(f"{name}_dot =") and after[1].startswith(f"{name} =")
    assert any(line.startswith("a = ") and line.endswith("# behind") for line in text)


def test_long_statements_are_cut():
    def long(x):
        total = x * 1.0 + x * 2.0 + x * 3.0 + x * 4.0 + x * 5.0 + x * 6.0 + x * 7.0 + x * 8.0 + x * 9.0
        return np.sin(total)

    comments = [line for line in lines(long, "vjp", 2.0) if "# total" in line]
    assert len(comments) == 1 and comments[0].endswith(" ...") and len(comments[0].partition("#")[2]) < 66


def test_strings_and_quotes_in_statements():
    def options(x):
        """A docstring
        of two lines, with a " in it."""
        mode = "a # is no comment ("
        y = x * len(mode)  # but this is (
        return np.sin(y) * x

    assert any(line.endswith("# y = x * len(mode)") for line in lines(options, "vjp", 2.0))


def test_no_text_of_a_lambda():
    comments = [line for line in lines(lambda x: np.sin(x) * x, "vjp", 2.0) if "lambda" in line]
    assert comments == []
