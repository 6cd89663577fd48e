"""Write tests/cases/settings/: each construct alone, inside a branch, inside a loop, inside a called function.

    python -m tests.programs.make_settings            # write the files
    python -m tests.programs.make_settings --check    # exit 1 when they are stale

A construct is a few lines that read the floats `x` and `y` (near 0.5 to 1.5) and set `r`, or return.  Lines before
a `---` stand at the module's top level.
"""

import sys
import textwrap
from pathlib import Path

from tests.programs.constructs import containers, objects

FOLDER = Path(__file__).parent.parent / "cases" / "settings"
POINTS = "(1.2, 0.7), (0.6, 1.1)"

CONSTRUCTS = {
    # assignments
    "tuple_assignment": "a, b = x * y, x + y\na, b = b, a * b\nr = a - np.sin(b)",
    "starred_assignment": "first, *rest = (x, y, x * y, 2.0)\nr = first * rest[0] + rest[1] * len(rest)",
    "nested_assignment": "(a, (b, c)), d = (x, (y, x * y)), x - y\nr = a * b + c * d",
    "chained_assignment": "a = b = x * y\na = a + x\nr = a * b",
    "augmented_assignment": "a = x\na += y\na *= x\na -= y * y\na /= 1.5 + y * y\na **= 2\nr = a",
    "annotated_assignment": "a: float = x * y\nb: float\nb = a + x\nr = b * a",
    "walrus": "if (a := x * y) > 0.1:\n    r = a * x\nelse:\n    r = a",
    "walrus_in_while": ("a = x\nwhile (b := a * a) < 30.0:\n    a = a * 1.7 + y * 0.1\nr = b + a"),
    "swap": "a, b = x, y\nfor _ in range(3):\n    a, b = b, a * np.cos(b)\nr = a + 2 * b",
    "delete": "a = x * y\nb = a * a\ndel a\na = b + x\nr = a * b",
    # branches
    "if_elif_else": ("if x > 2.0:\n    r = x\nelif x > y:\n    r = x * x * y\nelse:\n    r = np.exp(-x) + y"),
    "branch_defines": "if x > y:\n    extra = x * y\nr = x\nif x > y:\n    r = r + extra",
    "conditional_expression": "r = x * y if x > y else x - y * y",
    "and_value": "r = (x > 0.1 and x * y) + y",
    "or_value": "r = (0.0 or x * y) * x",
    "or_default": "options = None\nk = options or 3.0\nr = k * x * y",
    "not_value": "flag = not x > y\nr = x * x if flag else y * x * x",
    "chained_compare": "r = x * y if 0.0 < y < x < 5.0 else y**3 + x",
    # loops
    "for_range": "r = 0.0\nfor i in range(4):\n    r = r * x + i * y",
    "for_range_down": "r = 1.0\nfor i in range(7, 0, -2):\n    r = r * x / i + y",
    "for_range_zero_trip": "r = x\nfor i in range(0):\n    r = r * y\nr = r * y",
    "for_list": "r = 0.0\nfor item in [x, y, x * y]:\n    r = r + item * item",
    "for_tuple": "r = 1.0\nfor item in (x, y, 2.0):\n    r = r * item + x",
    "for_array": "r = 0.0\nfor item in np.array([x, y, x * y]):\n    r = r + np.sin(item)",
    "for_array_rows": "m = np.array([[x, y], [y, x * x]])\nr = 0.0\nfor row in m:\n    r = r + row[0] * row[1]",
    "for_zip": "r = 0.0\nfor a, b in zip([x, y, 1.0], [y, x * x, x]):\n    r = r + a * b",
    "for_enumerate": "r = 0.0\nfor i, a in enumerate([x, y, x * y], start=1):\n    r = r + i * a**i",
    "for_reversed": "r = 0.0\nfor a in reversed([x, y, x * y]):\n    r = r * x + a",
    "for_reversed_range": "r = 0.0\nfor i in reversed(range(3)):\n    r = r * x + y * i",
    "for_dict_items": "r = 0.0\nfor key, a in {'one': x, 'two': y * x}.items():\n    r = r + len(key) * a * x",
    "for_dict_values": "r = 0.0\nfor a in {'one': x, 'two': y * x}.values():\n    r = r * y + a",
    "for_dict_keys": "d = {'one': x, 'two': y * x}\nr = 0.0\nfor key in d:\n    r = r * y + d[key]",
    "for_nested": "r = x\nfor i in range(3):\n    for j in range(i):\n        r = r * np.cos(y) + j",
    "while_counted": "k = 0\nr = x\nwhile k < 4:\n    r = np.sin(r) + y\n    k += 1",
    "while_data": "r = x\nwhile r < 20.0:\n    r = r * (1.5 + y)",
    "break": "r = x\nfor i in range(10):\n    r = r * (1.2 + y)\n    if r > 6.0:\n        break\n    r = r + 0.1 * x",
    "continue": "r = x\nfor i in range(5):\n    if i % 2 == 0:\n        continue\n    r = r * y + i * x",
    "for_else": "r = x\nfor i in range(3):\n    r = r * y\n    if r > 9.0:\n        break\nelse:\n    r = r + x * x",
    "for_else_broken": (
        "r = x\nfor i in range(9):\n    r = r * (1.4 + y)\n    if r > 9.0:\n        break\nelse:\n    r = r + x * x"
    ),
    "while_else": "r = x\nwhile r < 9.0:\n    r = r * (y + 1.6)\nelse:\n    r = r * y",
    "while_true_break": (
        "r = x\nwhile True:\n    r = r * (y + 1.6)\n    if r > 15.0:\n        break\n    r = r + y"
    ),
    "break_nested": (
        "r = x\nfor i in range(4):\n    for j in range(4):\n        r = r * (1.05 + 0.1 * y)\n"
        "        if r * (j + 1) > 3.0:\n            break\n        r = r + 0.2 * x\n    r = np.sin(r) + x"
    ),
    "loop_variable_after": "r = 0.0\nfor a in [x, y, x * y]:\n    r = r + a\nr = r * a",
    "loop_variable_shadows": "r = 0.0\na = x\nfor a in [y, x * y]:\n    r = r + a * x\nr = r + a",
    "early_return": "if x > y:\n    return x * x * y\nr = x + y**3",
    "early_return_loop": (
        "r = x\nfor i in range(6):\n    r = r * (1.1 + y)\n    if r > 5.0:\n        return r * x\n    r = r + y"
    ),
    "early_return_nested": (
        "r = x\nfor i in range(4):\n    for j in range(3):\n        r = r * (1.05 + 0.3 * y)\n"
        "        if r > 4.0:\n            return r * x * (i + 1)\n    r = r + x * 0.1"
    ),
    # calls
    "call": "def square(t):\n    return t * t\n---\nr = square(x) + square(x * y)",
    "call_keywords": (
        "def affine(t, scale=2.0, *, shift=0.5):\n    return t * scale + shift\n---\n"
        "r = affine(x) * affine(y, shift=x) + affine(t=x, scale=y)"
    ),
    "call_default_none": (
        "def scaled(t, by=None):\n    if by is None:\n        by = 3.0\n    return t * by\n---\n"
        "r = scaled(x) * scaled(y, x)"
    ),
    "call_star": "def three(a, b, c):\n    return a * b - c\n---\npack = (x, y)\nr = three(*pack, x * y) + three(x, *pack)",
    "call_varargs": (
        "def total(first, *rest):\n    t = first\n    for a in rest:\n        t = t * a + first\n    return t\n---\n"
        "r = total(x) + total(x, y, x * y)"
    ),
    "call_kwargs": (
        "def named(a, **rest):\n    return a * rest['b'] + rest.get('c', 1.0)\n---\n"
        "extra = {'b': y, 'c': x * x}\nr = named(x, b=x * y) + named(y, **extra)"
    ),
    "call_tuple_result": "def both(t):\n    return t * t, np.sin(t)\n---\na, b = both(x * y)\nr = a * b + both(y)[1]",
    "call_branching": (
        "def bend(t):\n    if t > 1.0:\n        return t * t\n    return np.sin(t)\n---\nr = bend(x) * bend(y) + bend(x * y)"
    ),
    "call_looping": (
        "def repeat(t, n):\n    for _ in range(n):\n        t = np.sin(t) + t * 0.5\n    return t\n---\n"
        "r = repeat(x, 3) * repeat(y, 2)"
    ),
    "recursion": (
        "def power(t, n):\n    if n == 0:\n        return 1.0\n    return t * power(t, n - 1)\n---\n"
        "r = power(x, 4) + power(y, 2) * x"
    ),
    "mutual_recursion": (
        "def even(t, n):\n    return t if n == 0 else odd(t * t, n - 1) + t\n\n\n"
        "def odd(t, n):\n    return np.cos(t) if n == 0 else even(t * 0.5, n - 1) * t\n---\nr = even(x, 3) + odd(y, 2) * x"
    ),
    "nested_def": "def inner(t):\n    return t * y + x\nr = inner(x) * inner(y)",
    "lambda": "scale = lambda t: t * x + y\nr = scale(x) + scale(y) * scale(1.0)",
    "lambda_default": "scale = lambda t, k=x: t * k\nr = scale(x) + scale(y, y) + scale(y)",
    "late_binding": "k = x\nscaled = lambda t: t * k\na = scaled(y)\nk = y * y\nr = a + scaled(x)",
    "nonlocal": (
        "total = x\ndef add(t):\n    nonlocal total\n    total = total * t + y\nadd(x)\nadd(y)\nr = total"
    ),
    "closure_factory": (
        "def scaler(k):\n    def scaled(t):\n        return k * t * t\n    return scaled\n---\n"
        "double = scaler(y)\nr = double(x) + scaler(x)(y)"
    ),
    "function_argument": (
        "def twice(f, t):\n    return f(f(t))\n---\nr = twice(np.sin, x) + twice(lambda t: t * y, x)"
    ),
    "partial": (
        "from functools import partial\n\n\ndef blend(a, b, w):\n    return a * w + b * b\n---\n"
        "mix = partial(blend, x, w=y)\nr = mix(y) + partial(blend, b=x)(y, w=x)"
    ),
    "reduce": "from functools import reduce\n---\nr = reduce(lambda a, b: a * b + x, [x, y, x * y])",
    "map": "r = sum(map(lambda t: t * t * y, [x, y, 2.0])) + list(map(np.sin, [x, y]))[1]",
    "builtins": "r = sum([x, y, x * y]) * max(x, y * 0.3) + min(x, y + 3.0) * abs(-x) + pow(y, 3) + float(x)",
    "max_of_list": "values = [x, y, x * y - 2.0]\nr = max(values) * min(values)",
    "divmod_round_int": "k = int(3.7) + round(2.4) + 7 // 2 + 7 % 4\nr = x * k + y ** (k - 8)",
    # containers
    "list_index": "values = [x, y, x * y]\nr = values[0] * values[-1] + values[1:][0]",
    "list_set": "values = [x, y, 0.0]\nvalues[2] = values[0] * values[1]\nvalues[0] = values[2] + x\nr = sum(values)",
    "list_append": "values = []\nfor i in range(3):\n    values.append(x * i + y)\nr = values[0] * values[1] + values[2]",
    "list_append_reads": (
        "values = [x]\nfor i in range(3):\n    values.append(values[-1] * y + values[0])\nr = values[-1] * values[1]"
    ),
    "list_pop": "values = [x, y, x * y]\na = values.pop()\nb = values.pop(0)\nr = a * b + values[0]",
    "list_concat": "values = [x] + [y, x * y] * 2\nr = values[0] * values[3] + len(values) * values[4]",
    "list_extend": "values = [x]\nvalues.extend([y, x * y])\nvalues += [x + y]\nr = values[1] * values[2] + values[3] * values[0]",
    "list_of_lists": "grid = [[x, y], [x * y, 1.0]]\ngrid[1][1] = grid[0][0] * y\nr = grid[1][1] * grid[1][0] + grid[0][1]",
    "list_alias": "a = [x, y]\nb = a\nb[0] = y * y\nr = a[0] * x + a[1]",
    "list_comprehension": "values = [t * t + i * y for i, t in enumerate([x, y, x * y])]\nr = values[0] * values[1] - values[2]",
    "comprehension_filter": "values = [t * y for t in [x, -1.0, y, -2.0] if t > 0.0]\nr = values[0] * values[1]",
    "comprehension_nested": "values = [a * b for a in [x, y] for b in [x, 2.0]]\nr = values[0] + values[1] * values[3]",
    "comprehension_of_lists": "grid = [[a * i for a in [x, y]] for i in range(1, 3)]\nr = grid[1][0] * grid[0][1]",
    "dict_comprehension": "d = {k: t * t for k, t in zip('ab', [x, y])}\nr = d['a'] * d['b'] + x",
    "generator_expression": "r = sum(t * y for t in [x, y, x * y]) + max(t for t in (x, y - 4.0))",
    "set_of_ints": "seen = {1, 2}\nseen.add(3)\nr = x * len(seen) + (y if 2 in seen else 0.0)",
    "dict": "d = {'a': x, 'b': y}\nd['c'] = d['a'] * d['b']\nd['a'] = d['c'] + x\nr = d['a'] * d['c']",
    "dict_update": "d = {'a': x}\nd.update(b=y)\nd.update({'a': x * y})\nr = d['a'] * d['b'] + d.get('z', 2.0) * x",
    "dict_merge": "d = {**{'a': x, 'b': 1.0}, 'b': y}\nr = d['a'] * d['b'] * (1.0 if 'c' not in d else 2.0)",
    "dict_augmented": "d = {'a': x}\nfor i in range(3):\n    d['a'] += y * d['a']\nr = d['a']",
    "dict_setdefault": "d = {}\nd.setdefault('a', x)\nd.setdefault('a', y)\nr = d['a'] * y + d.pop('a')",
    "dict_int_keys": "d = {i: x * i + y for i in range(3)}\nd[1] = d[2] * d[0]\nr = d[1] + d[2]",
    "tuple": "t = (x, y, x * y)\nr = t[0] * t[2] + (t + (y,))[3] * t[-2]",
    "tuple_nested": "t = (x, (y, {'k': x * y}))\nr = t[1][1]['k'] * t[1][0] + t[0]",
    "generator": (
        "def powers(t, n):\n    p = 1.0\n    for _ in range(n):\n        p = p * t\n        yield p\n---\n"
        "r = 0.0\nfor p in powers(x, 3):\n    r = r * y + p"
    ),
    "generator_sum": ("def pairs(a, b):\n    yield a * b\n    yield a + b\n---\nr = sum(pairs(x, y)) * x"),
    # objects
    "named_tuple": (
        "from typing import NamedTuple\n\n\nclass Point(NamedTuple):\n    u: float\n    v: float = 2.0\n---\n"
        "p = Point(x, y)\nq = p._replace(v=p.u * p.v)\nr = q.u * q.v + Point(y).v * p[1]"
    ),
    "dataclass": (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass State:\n    pos: float\n    vel: float = 1.0\n---\n"
        "s = State(x, vel=y)\ns.pos = s.pos + s.vel * x\ns.vel *= s.pos\nr = s.pos * s.vel"
    ),
    "dataclass_frozen": (
        "from dataclasses import dataclass, replace\n\n\n@dataclass(frozen=True)\nclass Fixed:\n    pos: float\n"
        "    vel: float\n---\ns = Fixed(x, y)\nt = replace(s, pos=s.pos * s.vel)\nr = s.pos * t.pos + t.vel"
    ),
    "object": (
        "class Oscillator:\n    def __init__(self, pos, k):\n        self.pos = pos\n        self.vel = 0.0\n        self.k = k\n\n"
        "    def step(self, dt):\n        self.vel = self.vel - dt * self.k * self.pos\n"
        "        self.pos += dt * self.vel\n        return self.pos\n---\n"
        "o = Oscillator(x, y)\nfor _ in range(3):\n    o.step(0.3)\nr = o.pos * o.vel + o.step(0.1)"
    ),
    "object_call": (
        "class Line:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\n\n    def __call__(self, t):\n"
        "        return self.a * t + self.b\n---\nline = Line(x, y)\nr = line(x) * line(y)"
    ),
    "object_property": (
        "class Disk:\n    def __init__(self, radius):\n        self.radius = radius\n\n    @property\n    def area(self):\n"
        "        return 3.0 * self.radius**2\n---\nd = Disk(x)\nr = d.area * y\nd.radius = y\nr = r + d.area"
    ),
    "object_inheritance": (
        "class Shape:\n    unit = 2.0\n\n    def __init__(self, size):\n        self.size = size\n\n    def area(self):\n"
        "        return self.size * self.unit\n\n    def cost(self):\n        return self.area() * 3.0\n\n\n"
        "class Square(Shape):\n    def __init__(self, size, price):\n        super().__init__(size)\n        self.price = price\n\n"
        "    def area(self):\n        return super().area() * self.size\n\n    def cost(self):\n"
        "        return super().cost() * self.price\n---\nr = Square(x, y).cost() + Shape(y).cost()"
    ),
    "object_operators": (
        "class Dual:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b\n\n    def __add__(self, other):\n"
        "        return Dual(self.a + other.a, self.b + other.b)\n\n    def __mul__(self, other):\n"
        "        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)\n---\n"
        "z = Dual(x, 1.0) * Dual(y, 0.0) + Dual(x, y)\nr = z.a * z.b"
    ),
    "object_alias": (
        "class Cell:\n    def __init__(self, value):\n        self.value = value\n---\n"
        "a = Cell(x)\nb = a\nb.value = b.value * y\nr = a.value * x"
    ),
    "static_and_class_method": (
        "class Maths:\n    factor = 3.0\n\n    @staticmethod\n    def square(t):\n        return t * t\n\n    @classmethod\n"
        "    def scaled(cls, t):\n        return cls.factor * cls.square(t)\n---\nr = Maths.square(x) + Maths.scaled(y) * x"
    ),
    "isinstance": "r = x * y if isinstance(x, float) else x\nif isinstance([x], (list, tuple)):\n    r = r * y",
    "is_none_callable_hasattr": (
        "rule = None\nif rule is None and callable(np.sin) and not hasattr(1.0, 'missing'):\n    r = x * y\nelse:\n    r = x"
    ),
    "string_option": (
        "def apply(t, kind='square'):\n    if kind == 'square':\n        return t * t\n    if kind in ('sin', 'sine'):\n"
        "        return np.sin(t)\n    raise ValueError(f'unknown {kind}')\n---\nr = apply(x) * apply(y, 'sine')"
    ),
    "match_value": (
        "def act(t, kind):\n    match kind:\n        case 'sq':\n            return t * t\n        case 'sin' | 'sine':\n"
        "            return np.sin(t)\n        case _:\n            return t\n---\nr = act(x, 'sq') * act(y, 'sine') + act(x, 'id')"
    ),
    "match_sequence": (
        "match (x, y, [x * y]):\n    case (a, b, [c]) if a > 100.0:\n        r = a\n    case (a, *rest):\n"
        "        r = a * rest[0] + rest[1][0]"
    ),
    "match_mapping": (
        "match {'kind': 'line', 'a': x}:\n    case {'kind': 'point'}:\n        r = y\n    case {'kind': 'line', 'a': a}:\n"
        "        r = a * y"
    ),
    "match_class": (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Round:\n    radius: float\n\n\n@dataclass\nclass Box:\n"
        "    width: float\n    height: float\n\n\ndef area(shape):\n    match shape:\n        case Round(radius=t):\n"
        "            return 3.0 * t * t\n        case Box(w, h):\n            return w * h\n---\n"
        "r = area(Round(x)) + area(Box(y, x)) * y"
    ),
    # statements around
    "assert": "assert x > 0, f'negative: {x}'\nr = x * y\nassert isinstance(r, float)",
    "raise_not_taken": "if x < -5.0:\n    raise ValueError('too small')\nr = x * y * y",
    "try_finally": "log = []\ntry:\n    r = x * y\nfinally:\n    log.append('done')\nr = r * r",
    "try_except_taken": (
        "try:\n    r = x * y\n    missing = [1, 2][5]\n    r = r * missing\nexcept IndexError:\n    r = r + x * x"
    ),
    "try_except_raise": (
        "def guarded(t):\n    if t > 1.0:\n        raise ValueError('large')\n    return t * t\n---\n"
        "try:\n    r = guarded(x)\nexcept ValueError as error:\n    r = x * y\nelse:\n    r = r * y"
    ),
    "try_not_taken": "try:\n    r = x / y\nexcept (ZeroDivisionError, ValueError):\n    r = 0.0\nelse:\n    r = r * x",
    "with_errstate": "with np.errstate(divide='ignore', invalid='ignore'):\n    r = np.log(x) * y",
    "with_two": "with np.errstate(all='ignore'), np.printoptions(precision=3):\n    a = x * y\nr = a * x",
    "f_string": "name = f'{3:02d}-{x:.2f}'\nr = x * y * len(name[:2])",
    "docstring_and_hints": (
        'def helper(t: float, k: \'int\' = 2) -> float:\n    """Return t to the k."""\n    return t**k\n---\nr: float = helper(x) * helper(y, 3)'
    ),
    "global_constant": "GRAVITY = 9.81\nTABLE = {'a': 2.0, 'b': [1.0, 3.0]}\n---\nr = x * GRAVITY + y * TABLE['a'] * TABLE['b'][1]",
    "global_array": "WEIGHTS = np.array([1.0, -2.0, 3.0])\n---\nr = np.sum(WEIGHTS * x) + WEIGHTS[1] * y * x",
    "pass_and_expression": "x * y\npass\nr = x\nif x > 9.0:\n    pass\nelse:\n    r = r * y\n...",
    "print": "print('', end='')\nr = x * y",
    "type_changes": "v = x * y\nv = np.array([v, x])\nv = v * y\nv = float(np.sum(v))\nr = v * x",
    "overwritten_and_reused": "a = x\na = a * y\nb = a\na = a * a\na = a + b\nr = a * b * a",
    "same_used_often": "r = x * x * x + x / (x + y) - x**2 * y**x",
    "integer_mixed": "n = 3\nk = n * 2 - 1\nr = x * k // 1 * 0 + x**n / k + (n - k) * y",
    "unused_results": "a = np.exp(x)\nb = a * y\nr = x * y\nb = 3.0",
    "math_functions": "import math\n---\nr = math.sin(x) * math.exp(-y) + math.sqrt(x * y) + math.log(x) * math.pi",
}

FOUR_SPACES = "    "


def indented(text: str, by: int = 1) -> str:
    return textwrap.indent(text, FOUR_SPACES * by)


def alone(name: str, body: str) -> str:
    return f"@case({POINTS})\ndef {name}(x, y):\n{indented(body)}\n    return r"


def in_branch(name: str, body: str) -> str:
    return (
        f"@case({POINTS})\ndef {name}(x, y):\n    out = np.tanh(x)\n    if x * y > 0.7:\n"
        f"{indented(body, 2)}\n        out = out + r * x\n    else:\n        out = out * y - x\n    return out * y"
    )


def in_loop(name: str, body: str) -> str:
    return (
        f"@case({POINTS})\ndef {name}(x, y):\n    out = 0.0\n    for step in range(3):\n{indented(body, 2)}\n"
        f"        out = out * 0.5 + r * (step + 1)\n        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)\n"
        f"    return out * x"
    )


def in_callee(name: str, body: str) -> str:
    return (
        f"def {name}_inner(x, y):\n{indented(body)}\n    return r\n\n\n@case({POINTS})\ndef {name}(x, y):\n"
        f"    a = {name}_inner(x, y)\n    b = {name}_inner(y=y + 0.05 * np.sin(a), x=1.1 * x)\n    return a * x + np.sin(b)"
    )


SETTINGS = {
    "alone": (alone, "Each construct by itself."),
    "branch": (in_branch, "Each construct inside a branch (taken at the first point, not at the second)."),
    "loop": (in_loop, "Each construct inside a loop that carries x and y."),
    "callee": (in_callee, "Each construct inside a function that is called twice."),
}


#: Tables that are tried in two settings only, at one point: name of the written file -> table
MORE = {"objects": objects.CONSTRUCTS, "containers": containers.CONSTRUCTS}


def module(setting: str, constructs: dict[str, str] = CONSTRUCTS) -> str:
    wrap, title = SETTINGS[setting]
    imports, tops, cases = {"import numpy as np"}, [], []
    for name, text in constructs.items():
        top, _, body = text.rpartition("\n---\n")
        lines = top.split("\n") if top else []
        while lines and lines[0].startswith(("import ", "from ")):
            imports.add(lines.pop(0))
        if any(lines):
            tops.append((name, "\n".join(lines).strip("\n")))
        cases.append((name, body))
    texts = []
    top_of = dict(tops)
    for name, body in cases:
        if name in top_of:
            texts.append(
                f"# {name}\n\n{top_of[name]}"
                if not top_of[name].startswith(("def", "class", "@"))
                else top_of[name]
            )
        texts.append(wrap(f"{setting}_{name}", body))
    plain = sorted(i for i in imports if i.startswith("import ") and "numpy" not in i)
    froms = sorted(i for i in imports if i.startswith("from "))
    merged: dict[str, set[str]] = {}
    for line in froms:
        source, names = line.removeprefix("from ").split(" import ")
        merged.setdefault(source, set()).update(n.strip() for n in names.split(","))
    standard = [*plain, *(f"from {s} import {', '.join(sorted(n))}" for s, n in sorted(merged.items()))]
    head = [
        f'"""{title} Written by tests/programs/make_settings.py; change that file instead."""',
        "# ruff: noqa: B018, B023, B028, E731, F841, SIM, UP",
        "\n".join(standard),
        "import numpy as np",
        "from tests.cases import case",
    ]
    return "\n\n".join(head) + "\n\n\n" + "\n\n\n".join(texts) + "\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "__init__.py").write_text(
        '"""Each construct alone and in three settings; written by make_settings.py."""\n'
    )
    stale = 0
    texts = {setting: module(setting) for setting in SETTINGS}
    for name, table in MORE.items():
        for setting in ("alone", "loop"):
            text = module(setting, table).replace(f"@case({POINTS})", f"@case({POINTS.partition('), ')[0]}))")
            texts[f"{name}_{setting}"] = text
    for name, text in texts.items():
        path = FOLDER / f"{name}.py"
        if "--check" in sys.argv:
            stale += not path.exists() or path.read_text() != text
        else:
            path.write_text(text)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
