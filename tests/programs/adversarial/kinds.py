"""Programs in which a value's kind is settled when they run: objects of several classes, a row or a number."""

import numpy as np


class Disc:
    unit = 2.0

    def __init__(self, size):
        self.size = size  # the name of an attribute of arrays

    def mean(self):  # the name of a method of arrays
        return self.size * 2

    def __mul__(self, other):
        return self.size**2 * other

    __rmul__ = __mul__


class Tile(Disc):
    def mean(self):
        return self.size * 3 + self.unit


class Chain:
    def __init__(self, real, shape):
        self.real = real
        self.shape = shape


def attribute_of_either(x):
    disc = Disc(x) if x > 0 else Tile(x)
    return disc.size * 2


def attributes_in_list(x):
    total = 0.0
    for shape in [Disc(x), Tile(x * x)]:
        total += shape.size
    return total


def methods_in_list(x):
    return sum(shape.mean() for shape in [Disc(x), Tile(x * x)])


def grown_list(x):
    shapes = []
    for k in range(3):
        shapes.append(Disc(x * k) if k % 2 else Tile(x + k))
    return sum(shape.size for shape in shapes)


def by_key(x):
    shapes = {"a": Disc(x), "b": Tile(x * x)}
    total = 0.0
    for key in ("a", "b"):
        total = total + shapes[key].size
    return total


def values_of_dict(x):
    shapes = {"a": Disc(x), "b": Tile(x * x)}
    total = 0.0
    for shape in shapes.values():
        total = total + shape.mean()
    return total


def operator_of_either(x):
    shape = Disc(x) if x > 0 else Tile(x)
    return 2.0 * shape + shape * 3.0


def object_or_number(x):
    found = Disc(x) if x > 0 else x
    return found.size * 1.0


def linked(x):
    chain, total = Chain(x, Chain(x * x, None)), 0.0
    while chain is not None:
        total += chain.real**2
        chain = chain.shape
    return total


def in_tuple_or_list(x):
    held = (Disc(x), 1.0) if x > 0 else [Tile(x), 2.0]
    return held[0].size * held[1]


def returned_by_callee(x):
    def pick(flag):
        if flag:
            return Disc(x)
        return Tile(x)

    return pick(x > 1).size + pick(x > 2).mean()


def same_class_in_branches(x):
    disc = Disc(x) if x > 0 else Disc(x * x)
    return disc.size * disc.unit + disc.mean()


def passed_to_recursion(x):
    def depth(shape, n):
        if n == 0:
            return shape.size
        return depth(Disc(shape.size * 0.5), n - 1) + shape.mean()

    return depth(Disc(x), 2)


def numbers_and_arrays(x):
    held = {"a": x, "b": np.array([x, x * x])}
    total = 0.0
    for value in held.values():
        total = total + np.sum(value) * np.size(value)
    return total


def view_of_a_growing_dict(x):
    held = {"a": x, "b": (x, x * x)}
    parts = held.values()
    held["c"] = x**3
    total = 0.0
    for part in parts:
        total = total + np.sum(part)
    return total


def pairs_of_a_growing_list(x):
    held = [x, (x, x * x)]
    pairs = enumerate(held)
    held.append(x**3)
    total = 0.0
    for k, part in pairs:
        total = total + (k + 1) * np.sum(part)
    return total


def list_growing_in_its_loop(x):
    held = [x, (x, x * x)]
    total = 0.0
    for part in held:
        if len(held) < 4:
            held.append(total)
        total = total + np.sum(part)
    return total


def element_changes_kind_in_its_loop(x):
    held = [x, x * x, x**3]
    total = 0.0
    for k, part in enumerate(held):
        if k < 2:
            held[k + 1] = np.array([x, x * k])
        total = total + np.sum(part) * np.size(part)
    return total


def mixed_element_changes_in_its_loop(x):
    held = [x, (x, x * x), 2.0]
    total = 0.0
    for part in held:
        held[2] = (x, x, x)
        total = total + np.sum(part) * np.size(part)
    return total


def length_of_a_view(x):
    held = {"a": x}
    keys = held.keys()
    held["b"] = x * x
    return x * len(keys)


def zip_of_a_changed_list(x):
    first, second = [x, (x, 1.0)], [2.0, 3.0]
    pairs = zip(first, second)
    first[1] = x * x
    total = 0.0
    for a, b in pairs:
        total = total + np.sum(a) * b
    return total


def dict_of_dicts(x):
    nest = {"a": x, "b": {"c": np.array([x, x * x]), "n": 3, "s": "text"}, "list": [x, None, (x, 1)]}

    def fold(part):
        if isinstance(part, dict):
            return sum((fold(inner) for inner in part.values()), 0.0)
        if isinstance(part, (list, tuple)):
            return sum([fold(inner) * (k + 1) for k, inner in enumerate(part)], 0.0)
        if isinstance(part, (float, np.ndarray)):
            return np.sum(np.sin(part))
        return 0.0

    return fold(nest)


def list_element_changes_kind(x):
    held = [x, (x, 1.0)]
    total = held[1][0] * 3
    held[1] = x * x
    return total + held[0] * held[1]


def dict_entry_changes_kind(x):
    held = {"a": (x, x * x)}
    total = held["a"][1]
    held["a"] = total * x
    return held["a"] + total


def attribute_changes_kind(x):
    disc = Disc((x, x * x))
    disc.size = disc.size[1] * x
    return disc.size + x


def attribute_changes_kind_in_branch(x):
    disc = Disc((x, x * x))
    if x > 0:
        disc.size = [x, x, x * 3]
    return sum(disc.size)


def attribute_becomes_an_array(x):
    disc = Disc(x)
    disc.size = np.array([disc.size, x * x])
    return np.sum(disc.size) * x


def list_element_becomes_longer(x):
    held = [np.array([x, x * x]), x]
    held[1] = (x, held[0] * x)
    return held[1][0] * np.sum(held[1][1])


def variable_changes_kind(x):
    value = (x, x * x)
    value = value[0] * value[1]
    value = [value, 2 * value]
    return value[0] * value[1]


def variable_changes_kind_in_branch(x):
    value = (x, x * x)
    if x > 0:
        value = [value[0], value[1], x]
    return sum(value)
