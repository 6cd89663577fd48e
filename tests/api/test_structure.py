"""Nests: leaves, rebuilding, directions that come in, gradients that go out."""

import collections
import dataclasses
import types

import numpy as np
import pytest

from s2sad.api.structure import conform, differentiable, direction, is_leaf, leaves, snapshot, walk

Pair = collections.namedtuple("Pair", "a b")


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: float
    count: int
    w: np.ndarray
    name: str = "n"


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        1j,
        np.float32(1),
        np.float16(1),
        np.longdouble(1),
        np.complex64(1),
        np.zeros(2),
        np.array(1.0),
        np.zeros(0, "f4"),
    ],
)
def test_leaves(value):
    assert is_leaf(value)


@pytest.mark.parametrize(
    "value",
    [1, True, np.bool_(1), np.int64(1), None, "s", b"s", np.arange(2), np.zeros(2, bool), np.array([None]), len, np,
     np.ma.array([1.0]), np.matrix([[1.0]]), range(3), np.float64, {1, 2}],
)  # fmt: skip
def test_passive(value):
    assert not differentiable(value)


def test_walk_names_the_paths():
    value = {
        "k": [1.0, (2.0, 3)],
        "p": Pair(np.zeros(2), "s"),
        4: Frozen(1.0, 2, np.ones(1)),
        "o": Slotted(1.5, 2),
    }
    assert [path for path, _ in walk(value)] == [
        "['k'][0]", "['k'][1][0]", "['p'].a", "[4].a", "[4].w", "['o'].a",
    ]  # fmt: skip


def test_walk_refuses_a_nest_that_contains_itself():
    nest = [1.0]
    nest.append(nest)
    with pytest.raises(TypeError, match="contains itself"):
        leaves(nest)


def test_conform_gives_classes_shapes_and_dtypes():
    like = {
        "f": 2.0,
        "t": (np.zeros(2, "f4"), 3, None),
        "p": Pair(np.float32(1), "s"),
        "d": Frozen(1.0, 2, np.zeros((1, 2))),
    }
    bar = {"f": np.float64(1), "t": [np.ones(2), None, None], "p": [2.0, None], "d": {"a": 0.5, "w": 3.0}}
    found = conform(bar, like, set())
    assert found["f"] == 1.0 and type(found["f"]) is float
    assert type(found["t"]) is tuple and found["t"][0].dtype == np.float32 and found["t"][1:] == (None, None)
    assert found["p"] == Pair(2.0, None) and type(found["p"].a) is np.float32
    assert type(found["d"]) is Frozen and found["d"].name is None and found["d"].count is None
    np.testing.assert_array_equal(found["d"].w, [[3.0, 3.0]])


def test_conform_fills_in_zeros():
    found = conform(None, [np.ones((2, 0)), 1.0, np.ones(2, "c8")], set())
    assert found[0].shape == (2, 0) and found[1] == 0.0
    assert found[2].dtype == np.complex64 and not found[2].any()


def test_conform_takes_the_real_part_for_a_real_leaf():
    assert conform(1 + 2j, 1.0, set()) == 1.0
    found = conform(np.array([1 + 2j]), np.array([1.0]), set())
    assert found.dtype == float and found[0] == 1.0


def test_conform_shares_memory_with_nothing():
    mine, bar = np.ones(3), np.ones(3)
    assert conform(mine, np.zeros(3), {id(mine)}) is not mine
    first, second = conform([bar, bar], [np.zeros(3), np.zeros(3)], set())
    assert not np.shares_memory(first, second)
    view = conform(np.broadcast_to(2.0, (3,)), np.zeros(3), set())
    assert view.flags.writeable and view.flags.owndata
    assert conform(bar, np.zeros(3), set()) is bar  # and copies nothing without need


def test_conform_reports_a_wrong_shape_as_a_bug():
    with pytest.raises(RuntimeError, match="bug in s2sad"):
        conform(np.ones(2), np.ones(3), set())
    with pytest.raises(RuntimeError, match="bug in s2sad"):
        conform(np.ones(1), 1.0, set())


def test_direction_is_completed():
    like = {"a": np.zeros(2, "f4"), "n": 3, "s": "x", "t": (1.0, None), "c": 1j}
    found = direction({"a": [1, 2], "t": None}, like, "the tangent")
    assert found["a"].dtype == np.float32 and found["n"] == 0.0 and found["s"] is None
    assert found["t"] == (0.0, None) and found["c"] == 0j


@pytest.mark.parametrize(
    ("given", "like", "message"),
    [
        (np.ones(3), np.ones(2), r"the tangent has shape \(3,\)"),
        (1.0, np.ones(2), r"shape \(\)"),
        (1j, 1.0, "is complex"),
        ("s", 1.0, "must be a float"),
        ([1.0], (1.0, 2.0), "tuple of 2 items"),
        ({"b": 1.0}, {"a": 1.0}, "the key 'b'"),
        (1.0, {"a": 1.0}, "must be a dict"),
        (1.0, Slotted(1.0, 2), "must be a Slotted"),
        ([1.0, 2.0], [1.0, 3], r"the tangent\[1\] belongs to an int"),
    ],
)
def test_direction_that_does_not_fit(given, like, message):
    with pytest.raises(TypeError, match=message):
        direction(given, like, "the tangent")


def test_snapshot_keeps_what_is_one_array_one():
    a = np.ones(2)
    copied = snapshot(((a, a), {"k": a}, "s", types.SimpleNamespace()))
    assert copied[0][0] is copied[0][1] is copied[1]["k"] and copied[0][0] is not a
