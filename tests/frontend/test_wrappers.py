"""Which wrappers of decorators may be left out: those that pass the arguments on, and the result back."""

import ast
import textwrap

import pytest

from s2sad.frontend.wrappers import gives_what_it_wraps, wrapper_in

LEFT_OUT = [
    "def w(*args, **kwargs): return f(*args, **kwargs)",
    "def w(x, y, *args): return f(x, y, *args)",
    "def w(self, *args): log.debug('%s', args); return f(self, *args)",
    "def w(*a):\n    start = time.perf_counter()\n    out = f(*a)\n    print(time.perf_counter() - start, out)\n    return out",
    "def w(*a):\n    try:\n        return f(*a)\n    finally:\n        log.info('done')",
    "def w(*a):\n    with timer:\n        return f(*a)",
    "def w(*a):\n    if a not in cache:\n        cache[a] = f(*a)\n    return cache[a]",
    "def w(x):\n    key = (x, 'k')\n    if key in cache: return cache[key]\n    out = f(x)\n    cache[key] = out\n    return out",
    "def w(*a):\n    w.calls += 1\n    return f(*a)",
]

FOLLOWED = [
    "def w(*args): return 2 * f(*args)",
    "def w(*args): return f(*args[::-1])",
    "def w(x, y): return f(y, x)",
    "def w(x, y=1.0): return f(x, y)",
    "def w(x, **kw): return f(x)",
    "def w(x): return f(x, 2.0)",
    "def w(x): return f(x), x",
    "def w(x):\n    x = x + 1\n    return f(x)",
    "def w(x):\n    x += 1\n    return f(x)",
    "def w(x):\n    x[0] = 1.0\n    return f(x)",
    "def w(**kw):\n    kw.setdefault('k', 2.0)\n    return f(**kw)",
    "def w(**kw):\n    kw.pop('k')\n    return f(**kw)",
    "def w(x):\n    normalise(x)\n    return f(x)",
    "def w(x):\n    out = f(x)\n    out *= 2\n    return out",
    "def w(x):\n    out = f(x)\n    if out > 1:\n        out = 1.0\n    return out",
    "def w(x):\n    out = f(x)\n    out.sort()\n    return out",
    "def w(x):\n    if x > 0:\n        return f(x)",
    "def w(x):\n    if x > 0:\n        return f(x)\n    return 0.0",
    "def w(x):\n    for _ in range(3):\n        out = f(x)",
    "def w(x):\n    if 'v' not in cache:\n        cache['v'] = f(x)\n    return cache['v']",
    "def w(x):\n    nonlocal last\n    if last is None:\n        last = f(x)\n    return last",
    "def w(x):\n    if x in cache:\n        return cache[x]\n    cache[x] = 2 * f(x)\n    return cache[x]",
    "def w(x):\n    return cache[x]",
    "def w(x):\n    for out in [1.0]:\n        pass\n    out = f(x)\n    return out",
]


@pytest.mark.parametrize("text", LEFT_OUT)
def test_left_out(text):
    assert gives_what_it_wraps(ast.parse(text).body[0], "f")


@pytest.mark.parametrize("text", FOLLOWED)
def test_followed(text):
    assert not gives_what_it_wraps(ast.parse(text).body[0], "f")


def test_the_wrapper_of_a_decorator():
    plain = "def deco(f):\n    @wraps(f)\n    def w(*a): return f(*a)\n    return w"
    optioned = f"def make(k):\n{textwrap.indent(plain, '    ')}\n    return deco"
    for text in (plain, optioned):
        made, wrapped = wrapper_in(ast.parse(text).body[0])
        assert (made.name, wrapped) == ("w", "f")
    assert wrapper_in(ast.parse("def deco(f): return f").body[0]) is None
    two = "def deco(f):\n    def w(*a): return f(*a)\n    def v(*a): return 2 * f(*a)\n    return w if DEBUG else v"
    assert wrapper_in(ast.parse(two).body[0]) is None
