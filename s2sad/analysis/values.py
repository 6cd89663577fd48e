"""Abstract values: what is known of a variable before the program runs.

The lattice, from most to least: `Known` (the Python object itself: a literal, None, a string, a function, a module),
then a value of known kind (`Tensor`, `Tup`, `Lst`, `Dct`, `Obj`, `Fn`, `Rng`), then `TOP` (anything).

Sizes. A dimension is a number, or the pair of values that it takes in two imagined calls of the function with different
sizes.  Symbols are pairs of primes, so `n - 2` computed in two ways gives equal pairs, and a size that does not depend
on the arguments gives a number.  A pair of equal numbers is a guess: what the size is unless the argument is too short
for the slice, say.  A guess tells sizes apart, as any pair does, but no branch is decided by it.  The result type of a NumPy function is found by calling it on two small arrays of those
sizes: no table of shapes is needed, and dtype promotion is NumPy's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

SAMPLES = 2
Dim = int | tuple[int, int] | None  # None: not known
Dims = tuple[Dim, ...] | None  # None: rank not known
INTEGERS = (
    (19, 47),
    (11, 31),
    (17, 41),
    (13, 47),
    (29, 59),
    (23, 61),
    (37, 79),
    (31, 89),
)  # of integer arguments
# Of any two, either may be the larger one: what depends on that is not known (the length of a diagonal).
SYMBOLS = ((7, 89), (13, 79), (17, 71), (23, 67), (31, 61), (43, 53), (47, 41), (59, 37), (73, 29), (83, 11))


@dataclass(frozen=True, slots=True)
class Tensor:
    """A number or an array. `kind` is one of b i f c, or ? when not known; `weak` marks Python's own numbers.

    `cell`: an array without axes, a view of an element (``a[..., 0]``). It may be written to, so it is no number, and
    `dims` tells nothing of it; what is calculated with it is a number.
    """

    kind: str
    dtype: np.dtype[Any] | None = None
    dims: Dims = None
    weak: bool = False
    ints: tuple[int, int] | None = None  # for an integer that follows from the sizes of the arguments
    cell: bool = False

    @property
    def is_scalar(self) -> bool:
        return self.dims == ()


@dataclass(frozen=True, slots=True)
class Known:
    value: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known) or type(self.value) is not type(other.value):
            return False
        if isinstance(self.value, (int, float, complex, str, bytes, bool, type(None))):
            return repr(self.value) == repr(other.value)
        return self.value is other.value

    def __hash__(self) -> int:
        value = self.value
        return (
            hash(repr(value))
            if isinstance(value, (int, float, complex, str, bytes, type(None)))
            else id(value)
        )


@dataclass(frozen=True, slots=True)
class Tup:
    """A tuple of known length, or a named tuple (`cls`)."""

    items: tuple[Value, ...]
    cls: Any = None


@dataclass(frozen=True, slots=True)
class Lst:
    """A list. `items` while every element is known by position (a display that is not mutated), else None.

    `made`: for a `deque`, which is a list in generated code, its class and how many elements it may have.
    """

    elem: Value
    items: tuple[Value, ...] | None = None
    made: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Dct:
    """A dict. `items` when the keys are known; else `key` is what is known of all of them: that they are numbers.

    `made`: for a `defaultdict`, which is a dict in generated code, its class and what makes a new element; for an
    `OrderedDict`, its class.
    """

    elem: Value
    items: tuple[tuple[Any, Value], ...] | None = None
    made: tuple[Any, ...] = ()
    key: Value | None = None


@dataclass(frozen=True, slots=True)
class Obj:
    """An instance of a user's class (`cls` a frontend.resolve.SourceClass). `lives`: it may outlive the call."""

    cls: Any
    attrs: tuple[tuple[str, Value], ...] = ()
    lives: bool = False

    def attr(self, name: str) -> Value | None:
        return dict(self.attrs).get(name)


@dataclass(frozen=True, slots=True)
class Inst:
    """An object whose adjoint is an object of the same class at run time (an `Obj` that escapes)."""

    cls: Any
    attrs: tuple[tuple[str, Value], ...] = ()

    def attr(self, name: str) -> Value | None:
        return dict(self.attrs).get(name)


@dataclass(frozen=True, slots=True)
class Fn:
    """A nested function or lambda; `bindings` says which variable of this frame each free name is."""

    function: Any
    bindings: tuple[tuple[str, Any], ...] = ()
    types: tuple[tuple[str, Value], ...] = field(default=())
    scope: Any = field(default=None, compare=False)

    def __hash__(self) -> int:
        return hash((id(self.function), self.bindings))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fn) and other.function is self.function and other.bindings == self.bindings


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound method, a partial application, or a composition: a function with leading arguments held in variables."""

    func: Value
    args: tuple[Any, ...] = ()
    kwargs: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Gen:
    """A generator that has not started: its function in single-exit form, and what holds each of its arguments."""

    function: Any
    source: Any = field(compare=False)
    args: tuple[tuple[str, Any], ...] = ()

    def __hash__(self) -> int:
        return hash((id(self.function), self.args))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Gen) and other.function is self.function and other.args == self.args


@dataclass(frozen=True, slots=True)
class Cursor:
    """An iterator over a sequence: the variables that hold the sequence, and how much of it has been taken."""

    source: Any
    position: Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two functions: which one, a variable tells."""

    test: Any
    yes: Value
    no: Value


@dataclass(frozen=True, slots=True)
class Rng:
    """A range: `args` are the abstract start, stop and step."""

    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """A value of a kind that carries no derivative: str, slice, dtype, an iterator of these, an exception, ..."""

    kind: str


@dataclass(frozen=True, slots=True)
class Maybe:
    """An attribute that the object has on some of the ways to here: a cached property that may have been read."""

    value: Value


@dataclass(frozen=True, slots=True)
class Top:
    """Anything.

    `objects`: an instance of a user's class may be among it, whose attributes are not an array's.
    `nests`: a container may be among it, or another one at another time, so the structure of an adjoint is not known.
    `given`: nothing but None, or a number or array of this type (`last = None`, and a number later).
    """

    objects: bool = False
    nests: bool = False
    given: Tensor | None = None


TOP = Top()
Value = (
    Tensor
    | Known
    | Tup
    | Lst
    | Dct
    | Obj
    | Inst
    | Fn
    | Bound
    | Gen
    | Cursor
    | Choice
    | Rng
    | Other
    | Maybe
    | Top
)

FLOAT_KEY = Other("float as a key")  # a number like others, but it never has a derivative
FLOAT = Tensor("f", np.dtype(float), (), weak=True)
INT = Tensor("i", np.dtype(int), (), weak=True)
BOOL = Tensor("b", np.dtype(bool), (), weak=True)
COMPLEX = Tensor("c", np.dtype(complex), (), weak=True)
WEAK = {bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX}
ARRAY = Tensor("?")


def number(value: Value) -> Value:
    """A known number, or a float that is a key, as a `Tensor`; anything else unchanged."""
    if isinstance(value, Known) and type(value.value) in WEAK:
        plain = WEAK[type(value.value)]
        if isinstance(value.value, int) and not isinstance(value.value, bool):
            return Tensor(plain.kind, plain.dtype, (), True, (value.value, value.value))
        return plain
    if isinstance(value, Known) and isinstance(value.value, np.generic | np.ndarray):
        return of_array(value.value)
    return Tensor("f", None, ()) if value is FLOAT_KEY else value


def is_foreign(value: Value) -> bool:
    """Whether this is an array of a subclass (masked, a matrix): its operators do something else."""
    array = value.value if isinstance(value, Known) else None
    return isinstance(array, np.ndarray) and type(array) not in (np.ndarray, np.memmap)


def of_array(array: Any) -> Tensor:
    return Tensor(kind_of(array.dtype), array.dtype, tuple(int(size) for size in np.shape(array)))


def kind_of(dtype: np.dtype[Any]) -> str:
    return {"b": "b", "i": "i", "u": "i", "f": "f", "c": "c"}.get(dtype.kind, "?")


def is_numeric(value: Value) -> bool:
    return isinstance(number(value), Tensor)


def may_vary(value: Value) -> bool:
    """Whether a variable of this type can carry a derivative."""
    match value:
        case Tensor(kind=kind):
            return kind in "fc?"
        case Known(value=known):
            return isinstance(known, (float, complex, np.ndarray, np.generic)) and not isinstance(known, bool)
        case Other():
            # an element of a list that is empty, as far as can be seen; a sparse matrix (see `sparse`)
            return value == NEVER or (isinstance(value, Other) and value.kind.startswith("sparse"))
        case Rng() | Cursor():
            return False
        case Tup(items=items):
            return any(may_vary(item) for item in items)
        case Lst(elem=elem) | Dct(elem=elem):
            return may_vary(elem) or not isinstance(elem, (Known, Tensor, Other, Rng))
        case _:
            return True


def may_be_complex(value: Value) -> bool:
    """Whether a value is, or holds, a complex number as far as its type tells."""
    match value:
        case Tensor(kind=kind):
            return kind == "c"
        case Known(value=known):
            return isinstance(known, complex) or (isinstance(known, np.generic) and known.dtype.kind == "c")
        case Tup(items=items):
            return any(map(may_be_complex, items))
        case Lst(elem=elem) | Dct(elem=elem):
            return may_be_complex(elem)
        case Obj(attrs=attrs) | Inst(attrs=attrs):
            return any(may_be_complex(attribute) for _, attribute in attrs)
        case Top(given=Tensor() as given):
            return may_be_complex(given)
        case _:
            return False


def holds_objects(value: Value) -> bool:
    """Whether a value may be, or contain, an instance of a user's class."""
    match value:
        case Obj() | Inst() | Top(objects=True):
            return True
        case Tup(items=items):
            return any(map(holds_objects, items))
        case Lst(elem=elem) | Dct(elem=elem):
            return holds_objects(elem)
        case _:
            return False


def may_nest(value: Value) -> bool:
    """Whether a value may be a container, or one of several things of which one is."""
    return isinstance(value, (Tup, Lst, Dct)) or (isinstance(value, Top) and value.nests)


KEY = Other("key")


def keys_of(held: Dct) -> Value:
    """What the keys of a dict are: integers, floats, or anything (KEY); NEVER as long as there is none."""
    if held.items is None:
        return KEY if held.key is None else held.key
    found: Value = NEVER
    for key, _ in held.items:
        found = join_keys(found, Known(key))
    return found


def join_keys(first: Value, second: Value) -> Value:
    found = join(weaken(first), weaken(second))
    if isinstance(found, Tensor) and found.dims == () and found.kind in "bif":
        return FLOAT_KEY if found.kind == "f" else found
    return found if found == NEVER else KEY


def unknown_of(*values: Value) -> Top:
    """What is made of these values in a way that is not known."""
    return Top(any(map(holds_objects, values)), any(map(may_nest, values)))


def join(first: Value, second: Value) -> Value:
    """The most precise value that stands for both."""
    if first == second or second == NEVER:
        return first
    if first == NEVER:
        return second
    a, b = number(first), number(second)
    if isinstance(a, Gen) or isinstance(b, Gen):
        return SPENT if SPENT in (a, b) else LOST
    match a, b:
        case Tensor(), Tensor():
            return _join_tensors(a, b)
        case Tup(items=xs, cls=c), Tup(items=ys, cls=d) if len(xs) == len(ys) and c is d:
            return Tup(tuple(map(join, xs, ys)), c)
        case (Lst(made=one), Lst(made=other)) | (Dct(made=one), Dct(made=other)) if one != other:
            return Top(holds_objects(a) or holds_objects(b), True)
        case Lst(), Lst():
            same = a.items is not None and b.items is not None and len(a.items) == len(b.items)
            items = tuple(map(join, a.items, b.items)) if same and a.items and b.items else None
            return Lst(join(a.elem, b.elem), items, a.made)
        case Dct(), Dct():
            if (
                a.items is not None
                and b.items is not None
                and [k for k, _ in a.items] == [k for k, _ in b.items]
            ):
                pairs = tuple((k, join(x, y)) for (k, x), (_, y) in zip(a.items, b.items, strict=True))
                return Dct(join(a.elem, b.elem), pairs, a.made)
            return Dct(join(a.elem, b.elem), None, a.made, join_keys(keys_of(a), keys_of(b)))
        case Obj(), Obj() if a.cls is b.cls:
            names = sorted(dict(a.attrs).keys() | dict(b.attrs).keys())
            attrs = tuple((n, _join_attr(a.cls, n, a.attr(n), b.attr(n))) for n in names)
            return Obj(a.cls, attrs, a.lives or b.lives)
        case (Rng(), Rng()):
            return Rng(())
        case Other(), Other():
            return Other("mixed")
        case (Known(value=x), Known(value=y)) if isinstance(x, str) and isinstance(y, str):
            return Other("str")
        case _:
            optional = any(isinstance(v, Known) and v.value is None for v in (a, b))
            if optional and any(isinstance(v, (Lst, Dct)) for v in (a, b)):
                return Top(holds_objects(a) or holds_objects(b))
            return _join_optional_numbers(a, b) or unknown_of(a, b)


def _join_optional_numbers(a: Value, b: Value) -> Top | None:
    """The type of None or a number, if both values are that."""
    found: list[Tensor] = []
    for value in (a, b):
        held = present(value)
        if isinstance(held, Tensor):
            found.append(held)
        elif not (isinstance(value, Known) and value.value is None):
            return None
    return Top(given=found[0] if len(found) == 1 else _join_tensors(*found))


def present(value: Value) -> Value:
    """The type of a value that is not None: something is done with it that None would not stand."""
    return value.given if isinstance(value, Top) and value.given is not None else value


NEVER = Other("never")  # the element of an empty list
SPENT = Other("generator that has run")
LOST = Other("one of several generators")


def _join_attr(cls: Any, name: str, a: Value | None, b: Value | None) -> Value:
    if a is None or b is None:
        held = b if a is None else a
        assert held is not None
        return Maybe(held) if cls.property(name) is not None and not isinstance(held, Maybe) else held
    if isinstance(a, Maybe) or isinstance(b, Maybe):
        return Maybe(join(definite(a), definite(b)))
    return join(a, b)


def definite(value: Value) -> Value:
    """A value without the marks of what may not be there yet."""
    return definite(value.value) if isinstance(value, Maybe) else with_parts(value, definite)


def as_made(old: Value | None, new: Value) -> Value:
    """The type of a container after a change: it stays what it was made as."""
    if isinstance(old, (Lst, Dct)) and type(new) is type(old) and old.made and isinstance(new, (Lst, Dct)):
        return replace(new, made=old.made)
    return new


def class_made(value: Value) -> type | None:
    """The class of `collections` that stands as a list or a dict in a value, if there is one."""
    match value:
        case Lst(made=(made, *_)) | Dct(made=(made, *_)):
            return made
        case Tup(items=parts):
            pass
        case Lst(elem=elem, items=items):
            parts = (elem, *(items or ()))
        case Dct(elem=elem, items=pairs):
            parts = (elem, *(part for _, part in pairs or ()))
        case Obj(attrs=attrs) | Inst(attrs=attrs):
            parts = tuple(part for _, part in attrs)
        case _:
            return None
    return next(filter(None, map(class_made, parts)), None)


def with_parts(value: Value, new: Callable[[Value], Value]) -> Value:
    """A container or an object with its parts replaced; anything else as it is."""
    match value:
        case Tup(items=items, cls=cls):
            return Tup(tuple(map(new, items)), cls)
        case Lst(elem=elem, items=items):
            return replace(value, elem=new(elem), items=None if items is None else tuple(map(new, items)))
        case Dct(elem=elem, items=pairs):
            entries = None if pairs is None else tuple((key, new(part)) for key, part in pairs)
            return replace(value, elem=new(elem), items=entries)
        case Obj(attrs=attrs):
            return replace(value, attrs=tuple((name, new(part)) for name, part in attrs))
        case _:
            return value


def join_kinds(a: str, b: str) -> str:
    return "?" if "?" in (a, b) else max(a, b, key="bifc".index)


def _join_tensors(a: Tensor, b: Tensor) -> Tensor:
    dims: Dims = None
    if a.dims is not None and b.dims is not None and len(a.dims) == len(b.dims):
        dims = tuple(_join_sizes(x, y) for x, y in zip(a.dims, b.dims, strict=True))
    kind = join_kinds(a.kind, b.kind)
    if a.dtype == b.dtype:
        dtype = a.dtype
    elif a.weak and b.weak:  # an int or a float, say: `isinstance` tells them apart
        dtype = None
    else:  # a Python number beside an array of the same kind takes on the array's dtype
        dtype = None
        for strong, soft in ((a, b), (b, a)):
            if soft.weak and not strong.weak and strong.kind == soft.kind:
                dtype = strong.dtype
    return Tensor(kind, dtype, dims, a.weak and b.weak, a.ints if a.ints == b.ints else None)


def _join_sizes(a: Dim, b: Dim) -> Dim:
    if a == b:
        return a
    return (a if isinstance(a, tuple) else b) if plain_size(a) == plain_size(b) else None


def weaken(value: Value) -> Value:
    """What a variable that a loop reassigns may be taken to hold: no particular number."""
    value = number(value)
    return Tensor(value.kind, value.dtype, value.dims, value.weak) if isinstance(value, Tensor) else value


def varying(value: Value) -> Value:
    """The type of a value's tangent or adjoint: its structure, without the particular numbers."""
    if isinstance(value, Known) and isinstance(value.value, (float, complex)):
        return weaken(value)
    return with_parts(value, varying)


# ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────


def dim(samples: tuple[int, ...]) -> Dim:
    return samples[0] if samples[0] == samples[1] else (samples[0], samples[1])


def plain_size(size: Dim) -> Dim:
    """A size without the doubt of a guess: for comparison with others."""
    return size[0] if isinstance(size, tuple) and size[0] == size[1] else size


def broadcast(first: Dims, second: Dims) -> Dims:
    """The broadcast sizes; None where they cannot be told."""
    if first is None or second is None:
        return None
    width = max(len(first), len(second))
    padded = [(1,) * (width - len(dims)) + dims for dims in (first, second)]
    out: list[Dim] = []
    for a, b in zip(*padded, strict=True):
        if plain_size(a) == plain_size(b):
            out.append(a if isinstance(a, int) else b)
        elif plain_size(a) == 1 or plain_size(b) == 1:
            out.append(b if plain_size(a) == 1 else a)
        elif a is None or b is None:
            out.append(b if a is None else a)
        else:  # they must be equal when the program runs: a number says more than a symbol
            out.append(next((size for size in (a, b) if isinstance(size, int)), None))
    return tuple(out)


def same_shape(first: Dims, second: Dims) -> bool:
    """Whether two values surely have equal shapes."""
    if first is None or second is None or None in first:
        return False
    return tuple(map(plain_size, first)) == tuple(map(plain_size, second))


def parts_of(value: Value) -> tuple[Value, ...]:
    """The types of what a container holds."""
    match value:
        case Tup(items=items):
            return items
        case Lst(elem=elem) | Dct(elem=elem):
            return (elem,)
        case Obj(attrs=attrs) | Inst(attrs=attrs):
            return tuple(part for _, part in attrs)
        case _:
            return ()
