"""What a compiled derivative read may be bound anew: a cell run again, a global, an attribute of a class."""

import linecache
import types
from collections import OrderedDict, defaultdict

import numpy as np
import pytest

from s2sad import grad, jvp
from s2sad.errors import RefusedError

TEXT = """
import numpy as np

k = 2.0
squared = True

class Law:
    power = 2
    def apply(self, x):
        return x ** self.power

def inner(x):
    return k * x

def middle(x):
    return inner(x) if squared else x

def outer(x):
    return middle(x) ** 2

def by_law(x):
    return Law().apply(x)

def maker(scale):
    def scaled(x):
        return scale * x
    def rescale(new):
        nonlocal scale
        scale = new
    return scaled, rescale

def through(x):
    return apply(x)

scaled, rescale = maker(2.0)

def apply(x):
    return scaled(x)
"""


@pytest.fixture
def module():
    name = "<names bound anew>"
    linecache.cache[name] = (len(TEXT), None, TEXT.splitlines(True), name)
    made = types.ModuleType("bound_anew")
    exec(compile(TEXT, name, "exec"), vars(made))
    return made


def again(module, text):
    name = f"<names bound anew, {abs(hash(text))}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), vars(module))


def both(function, x):
    """The derivative in both modes, which have variants of their own."""
    slope = jvp(function, (x,), (1.0,))[1]
    assert grad(function)(x) == pytest.approx(slope, rel=1e-14)
    return slope


def test_a_global_that_a_callee_reads(module):
    assert both(module.outer, 1.0) == 8.0
    module.k = 3.0
    assert both(module.outer, 1.0) == 18.0


def test_a_test_that_folds_in_a_callee(module):
    assert both(module.outer, 1.0) == 8.0
    module.squared = False
    assert both(module.outer, 1.0) == 2.0


def test_a_callee_of_a_callee(module):
    gradient = grad(module.outer)
    assert gradient(1.0) == 8.0
    again(module, "def inner(x):\n    return 5.0 * x\n")
    assert gradient(1.0) == 50.0


def test_a_builtin_that_is_hidden_later(module):
    again(module, "def f(x):\n    return abs(x)\n")
    assert both(module.f, 2.0) == 1.0
    again(module, "def abs(x):\n    return 7.0 * x\n")
    assert both(module.f, 2.0) == 7.0


def test_attributes_and_methods_of_a_class(module):
    assert both(module.by_law, 3.0) == 6.0
    module.Law.power = 3
    assert both(module.by_law, 3.0) == 27.0
    module.Law.apply = lambda self, x: 4.0 * x
    assert both(module.by_law, 3.0) == 4.0


def test_a_variable_that_a_callee_captures(module):
    assert both(module.through, 1.0) == 2.0
    module.rescale(6.0)
    assert both(module.through, 1.0) == 6.0


def test_derivatives_of_derivatives(module):
    second = grad(grad(module.outer))
    assert second(1.0) == 8.0
    module.k = 3.0
    assert second(1.0) == 18.0


def test_the_text_shown_before_the_first_call(module):
    gradient = grad(module.outer)
    before = gradient.source
    again(module, "def inner(x):\n    return 5.0 * x\n")
    assert gradient.source != before


def test_nothing_is_compiled_again_without_need(module):
    again(module, "def f(x):\n    return np.add.reduce(x * x) + np.sum(x)\n")
    gradient = grad(module.f)
    gradient(np.ones(3))
    first = gradient._last
    gradient(np.zeros(3))
    assert gradient._last is first


# ── arguments that steer ─────────────────────────────────────────────────────────────────────────────────


class Name(str):
    pass


def by_name(x, name):
    return 2.0 * x if name == "double" else 5.0 * x


def by_entry(x, config):
    return 2.0 * x if config["name"] == "double" else 5.0 * x


@pytest.mark.parametrize("cls", [str, Name, np.str_])
def test_strings_of_any_class_are_told_apart(cls):
    gradient = grad(by_name)
    assert gradient(1.0, cls("double")) == 2.0
    assert gradient(1.0, cls("other!")) == 5.0


@pytest.mark.parametrize("cls", [dict, OrderedDict, defaultdict])
def test_dicts_of_any_class_are_told_apart(cls):
    gradient, config = grad(by_entry), cls()
    config["name"] = "double"
    assert gradient(1.0, config) == 2.0
    config["name"] = "other!"
    assert gradient(1.0, config) == 5.0


# ── live objects and containers ──────────────────────────────────────────────────────────────────────────

LIVE = """\
import numpy as np

class Scale:
    offset = 1.0

    def __init__(self, factor):
        self.factor = factor
        self.kind = "linear"
        self.calls = 0

    @property
    def doubled(self):
        return 2 * self.factor

    def __call__(self, x):
        self.calls += 1
        return x * self.factor + self.offset

class Model:
    def __init__(self, scale, rounds):
        self.scale = scale
        self.rounds = rounds
        self.kept = None

    def loss(self, x):
        if self.kept is None:
            self.kept = 1.5
        for _ in range(self.rounds):
            x = self.scale(x) ** 2 if self.scale.kind == "linear" else x * self.scale.doubled
        return x * self.kept

    def remember(self, x):
        self.kept = x
        return self.kept * x

scale = Scale(2.0)
model = Model(scale, 1)
config = {"on": True, "powers": [2, 3]}

def by_object(x):
    return model.loss(x)

def captured(held):
    return lambda x: held.loss(x)

def by_config(x):
    if config["on"]:
        return x ** len(config["powers"])
    return sum(x ** p for p in config["powers"])

def outlives(x):
    m = model
    m.kept = x * x
    return model.kept * x

def by_method(x):
    return model.remember(x)
"""


@pytest.fixture
def live():
    name = "<live objects>"
    linecache.cache[name] = (len(LIVE), None, LIVE.splitlines(True), name)
    made = types.ModuleType("live_objects")
    exec(compile(LIVE, name, "exec"), vars(made))
    return made


def slope(function, x):
    h = 1e-5
    return (function(x + h) - function(x - h)) / (2 * h)


def test_a_global_object_and_its_attributes(live):
    for function in (live.by_object, live.captured(live.model)):
        live.model.rounds, live.scale.kind, live.scale.factor = 1, "linear", 2.0
        for name, value in (("rounds", 2), ("kind", "other"), ("factor", 0.5)):
            assert both(function, 0.7) == pytest.approx(slope(function, 0.7), rel=1e-8)
            setattr(live.model if name == "rounds" else live.scale, name, value)
        assert both(function, 0.7) == pytest.approx(slope(function, 0.7), rel=1e-8)


def test_the_entries_of_a_global_dict(live):
    for change in (
        lambda d: d["powers"].append(4),
        lambda d: d.update(on=False),
        lambda d: d["powers"].pop(),
    ):
        assert both(live.by_config, 1.1) == pytest.approx(slope(live.by_config, 1.1), rel=1e-8)
        change(live.config)
    assert both(live.by_config, 1.1) == pytest.approx(slope(live.by_config, 1.1), rel=1e-8)


def test_an_active_value_that_outlives_the_call_is_refused(live):
    for function in (live.outlives, live.by_method):
        with pytest.raises(RefusedError, match="S2S013"):
            grad(function)(0.7)
        with pytest.raises(RefusedError, match="S2S013"):
            jvp(function, (0.7,), (1.0,))
