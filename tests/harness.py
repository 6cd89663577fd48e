"""The oracle: what a derivative must satisfy, checked without any of s2sad's own code.

`check(function, args)` raises `Mismatch` with a message that shows the numbers when one of these fails:

- value: both modes return what the primal returns, with its structure, shapes and dtypes
- tangent: `jvp` agrees with central differences, in random directions and along each argument alone
- adjoint: <y_bar, J x_dot> = <J^T y_bar, x_dot> for random seeds; gradients have the argument's structure,
  shapes and dtypes; `grad` with one `argnums` agrees with the full pullback
- safety: no argument is changed, not by a bit; a pullback called twice says the same twice

Conventions (change them here, in one place): a tangent, seed or gradient of something that has no derivative
(int, bool, str, None, function, integer array) is None when it is handed in, and whatever comes back there is
ignored.  Complex numbers pair as Re(sum(a * b)), JAX's convention.

What this cannot see: points on a kink (cases must stay away from them; `soundness` tells), errors below the
tolerance, and mistakes that finite differences share, such as a primal that is itself discontinuous.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import s2sad
from tests.cases import Case

MODES = ("forward", "reverse")
STEPS = tuple(10.0**-e for e in (1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5))


class Mismatch(AssertionError):
    """The derivative is wrong."""


class Unsound(Exception):
    """The test point is no good: finite differences at several steps do not settle."""


# ── nests ────────────────────────────────────────────────────────────────────────────────────────────────


def is_leaf(value: Any) -> bool:
    """Whether `value` is a number or array that has a derivative."""
    if isinstance(value, (float, complex)) or isinstance(value, np.inexact):
        return True
    return isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.inexact)


def children(value: Any) -> list[tuple[Any, Any]] | None:
    """(key, child) pairs of a container, or None if `value` is not one."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, (tuple, list)):
        return list(enumerate(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value)]
    return None


def rebuilt(value: Any, items: dict[Any, Any]) -> Any:
    """A container like `value` that holds `items`."""
    if isinstance(value, dict):
        new = copy.copy(value)
        new.update(items)
        return new
    if isinstance(value, tuple):
        return type(value)(*items.values()) if hasattr(value, "_fields") else type(value)(items.values())
    if isinstance(value, list):
        return type(value)(items.values())
    new = copy.copy(value)
    for name, item in items.items():
        object.__setattr__(new, name, item)  # frozen dataclasses as well
    return new


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, leaf) for each differentiable leaf, in order."""
    if is_leaf(value):
        yield path, value
    elif (items := children(value)) is not None:
        for key, item in items:
            yield from leaves(item, f"{path}[{key!r}]" if not isinstance(key, str) else f"{path}.{key}")


def mapped(function: Callable[[Any], Any], value: Any, other: Any = None) -> Any:
    """`value` with `function` applied to its leaves; `other(x)` says what stands for anything else (default: x)."""
    if is_leaf(value):
        return function(value)
    if (items := children(value)) is not None:
        return rebuilt(value, {key: mapped(function, item, other) for key, item in items})
    return other(value) if other else value


def none(_: Any) -> None:
    return None


def like(leaf: Any, array: np.ndarray) -> Any:
    """`array` as the kind of thing that `leaf` is."""
    if isinstance(leaf, np.ndarray):
        return np.array(array, dtype=leaf.dtype).reshape(leaf.shape)
    if isinstance(leaf, np.generic):
        return leaf.dtype.type(array)
    return type(leaf)(complex(array)) if isinstance(leaf, complex) else float(array)


def random_like(rng: np.random.Generator, value: Any) -> Any:
    """A direction or seed: random where there is a derivative, None elsewhere."""

    def draw(leaf: Any) -> Any:
        array = rng.uniform(0.3, 1.0, np.shape(leaf)) * rng.choice([-1.0, 1.0], np.shape(leaf))
        if np.iscomplexobj(leaf):
            array = array + 1j * rng.uniform(-1.0, 1.0, np.shape(leaf))
        return like(leaf, np.asarray(array))

    return mapped(draw, value, none)


def zeros_like(value: Any) -> Any:
    return mapped(lambda leaf: like(leaf, np.zeros(np.shape(leaf))), value, none)


def flat(value: Any) -> np.ndarray:
    """All leaves as one vector, in double precision."""
    parts = [np.ravel(np.asarray(leaf)) for _, leaf in leaves(value)]
    if not parts:
        return np.zeros(0)
    whole = np.concatenate(parts)
    return whole.astype(complex if np.iscomplexobj(whole) else float)


def paired(template: Any, value: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(path, leaf of template, what `value` holds there); `Mismatch` where the structures differ."""
    if is_leaf(template):
        yield path, template, value
        return
    items = children(template)
    if items is None:
        return
    if type(value) is not type(template):
        raise Mismatch(f"{path or 'result'} should be a {type(template).__name__}, is {value!r}")
    found = children(value)
    if [key for key, _ in found] != [key for key, _ in items]:
        raise Mismatch(f"{path or 'result'} should have the items {[k for k, _ in items]}, is {value!r}")
    for (key, item), (_, other) in zip(items, found):
        yield from paired(item, other, f"{path}[{key!r}]" if not isinstance(key, str) else f"{path}.{key}")


def same_structure(template: Any, value: Any, what: str) -> np.ndarray:
    """Check that `value` has the structure, shapes and dtypes of `template`; its leaves as one vector."""
    parts = []
    for path, leaf, found in paired(template, value):
        where = what + path
        if found is None or not isinstance(found, (int, float, complex, np.number, np.ndarray)):
            raise Mismatch(
                f"{where} should be a {type(leaf).__name__} of shape {np.shape(leaf)}, is {found!r}"
            )
        if np.shape(found) != np.shape(leaf):
            raise Mismatch(f"{where} has shape {np.shape(found)}, should have {np.shape(leaf)}")
        if isinstance(leaf, np.ndarray) and leaf.ndim and not isinstance(found, np.ndarray):
            raise Mismatch(f"{where} should be an array, is {found!r}")
        if isinstance(leaf, (np.ndarray, np.generic)):
            if np.asarray(found).dtype != leaf.dtype:
                raise Mismatch(f"{where} has dtype {np.asarray(found).dtype}, should have {leaf.dtype}")
        elif isinstance(leaf, float) and np.iscomplexobj(found):
            raise Mismatch(f"{where} is complex ({found!r}), should be real")
        parts.append(np.ravel(np.asarray(found)))
    if not parts:
        return np.zeros(0)
    whole = np.concatenate(parts)
    return whole.astype(complex if np.iscomplexobj(whole) else float)


def frozen(value: Any) -> Any:
    """An image of a nest that can be compared to the bit."""
    if isinstance(value, np.ndarray):
        return ("array", value.shape, value.dtype.str, value.tobytes())
    if (items := children(value)) is not None:
        return (type(value).__name__, [(key, frozen(item)) for key, item in items])
    if isinstance(value, (float, complex, np.generic)):
        return (type(value).__name__, np.asarray(value).tobytes())
    return ("other", repr(value) if isinstance(value, (int, str, bytes, type(None))) else id(value))


def inner(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.real(np.sum(a * b)))


# ── finite differences ───────────────────────────────────────────────────────────────────────────────────


def copied(args: tuple) -> tuple:
    """A copy for the callee to spoil; functions, classes and modules stay themselves."""
    return copy.deepcopy(args)


def promoted(args: tuple) -> tuple:
    """Single precision made double, so that differences mean something."""

    def up(leaf: Any) -> Any:
        if isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype in (
            np.float16,
            np.float32,
            np.complex64,
        ):
            wide = np.result_type(leaf.dtype, np.float64)
            return leaf.astype(wide)
        return leaf

    return tuple(mapped(up, a) for a in copied(args))


def moved(args: tuple, direction: tuple, h: float) -> tuple:
    """args + h * direction."""

    def walk(value: Any, step: Any) -> Any:
        if is_leaf(value):
            if step is None:
                return value
            return like(value, np.asarray(value) + h * np.asarray(step).astype(np.asarray(value).dtype))
        items = children(value)
        if items is None or step is None:
            return value
        return rebuilt(value, {k: walk(v, s) for (k, v), (_, s) in zip(items, children(step))})

    return tuple(walk(a, d) for a, d in zip(copied(args), direction))


def difference(function: Callable, args: tuple, direction: tuple) -> tuple[np.ndarray, float]:
    """The derivative of `function` at `args` along `direction`, and an estimate of its error.

    Fourth-order central differences over a grid of steps; the two neighbouring steps that agree best win.
    """
    args = promoted(args)
    estimates = []
    for h in STEPS:
        try:
            near = flat(function(*moved(args, direction, h))) - flat(function(*moved(args, direction, -h)))
            far = flat(function(*moved(args, direction, 2 * h))) - flat(
                function(*moved(args, direction, -2 * h))
            )
        except (ValueError, ArithmeticError, IndexError):  # the step left the domain, or changed a shape
            continue
        estimates.append((8 * near - far) / (12 * h))
    gaps = [
        (float(np.max(np.abs(a - b), initial=0.0)), b)
        for a, b in itertools.pairwise(estimates)
        if a.shape == b.shape and np.all(np.isfinite(a)) and np.all(np.isfinite(b))
    ]
    if not gaps:
        raise Unsound("no two steps of the grid give finite differences")
    gap, best = min(gaps, key=lambda pair: pair[0])
    return best, gap


def soundness(function: Callable, args: tuple, wrt: tuple[int, ...], rng: np.random.Generator) -> float:
    """How well differences at two steps agree, relative to their size: small at a good test point."""
    worst = 0.0
    for _ in range(2):
        direction = tuple(random_like(rng, a) if i in wrt else None for i, a in enumerate(args))
        slope, gap = difference(function, args, direction)
        worst = max(worst, gap / (1.0 + float(np.max(np.abs(slope), initial=0.0))))
    return worst


# ── the check ────────────────────────────────────────────────────────────────────────────────────────────


def active_positions(args: tuple) -> tuple[int, ...]:
    return tuple(i for i, a in enumerate(args) if any(True for _ in leaves(a)))


def low_precision(*nests: Any) -> bool:
    return any(
        np.asarray(leaf).dtype in (np.float16, np.float32, np.complex64)
        for nest in nests
        for _, leaf in leaves(nest)
    )


def close(found: np.ndarray, wanted: np.ndarray, rtol: float, extra: float = 0.0) -> bool:
    if found.shape != wanted.shape:
        return False
    scale = float(np.max(np.abs(wanted), initial=0.0)) if wanted.size else 0.0
    return bool(np.all(np.abs(found - wanted) <= rtol * (1.0 + scale) * 0.5 + rtol * np.abs(wanted) + extra))


@dataclasses.dataclass
class Checker:
    """One function at one point. `reference` is what the finite differences run on (default: the function)."""

    function: Callable
    args: tuple
    wrt: tuple[int, ...] | None = None
    reference: Callable | None = None
    rtol: float = 1e-6
    seed: int = 0
    kernel: tuple[int, ...] = ()
    # Each of these is a compilation of its own (or several):
    alone: bool = True  # whether each argument is differentiated alone as well
    joint: bool = True  # whether `value_and_grad` is asked too, whose sweeps are one function

    def __post_init__(self) -> None:
        if self.wrt is None:
            self.wrt = active_positions(self.args)
        plain = self.reference or self.function
        if self.kernel:
            plain = as_function(plain, self.kernel)
        self.plain = plain
        self.rng = np.random.default_rng(self.seed)
        self.value = plain(*copied(self.args))
        if low_precision(self.args, self.value):
            self.rtol = max(self.rtol, 2e-3)

    def direction(self, only: int | None = None) -> tuple:
        chosen = self.wrt if only is None else (only,)
        return tuple(random_like(self.rng, a) if i in chosen else None for i, a in enumerate(self.args))

    def directions(self) -> list[tuple[str, tuple]]:
        found = [("all arguments", self.direction())]
        if self.alone and len(self.wrt) > 1:
            found += [(f"argument {i} alone", self.direction(i)) for i in self.wrt]
        return found

    def same_value(self, found: Any, mode: str) -> None:
        what = f"{mode} value"
        if children(self.value) is None and not is_leaf(self.value):
            if not (isinstance(found, type(self.value)) and np.all(found == self.value)):
                raise Mismatch(f"{what} is {found!r}, should be {self.value!r}")
            return
        vector = same_structure(self.value, found, what)
        wanted = flat(self.value)
        tolerance = 1e-5 if low_precision(self.value) else 1e-11
        if not np.allclose(vector, wanted, rtol=tolerance, atol=tolerance, equal_nan=True):
            raise Mismatch(f"{what} is {found!r}\nshould be {self.value!r}")

    def untouched(self, args: tuple, before: Any, what: str) -> None:
        if frozen(args) != before:
            raise Mismatch(f"{what} changed its arguments: {self.args!r} became {args!r}")

    def jvp(self, direction: tuple) -> np.ndarray:
        args = copied(self.args)
        before, before_direction = frozen(args), frozen(direction)
        result = s2sad.jvp(self.function, args, direction)
        if not (isinstance(result, tuple) and len(result) == 2):
            raise Mismatch(f"jvp should return (y, y_dot), returned {result!r}")
        self.untouched(args, before, "jvp")
        self.untouched(direction, before_direction, "jvp (tangents)")
        self.same_value(result[0], "jvp")
        return same_structure(self.value, result[1], "y_dot")

    def forward(self) -> None:
        """Tangents against finite differences."""
        for name, direction in self.directions():
            y_dot = self.jvp(direction)
            slope, gap = difference(self.plain, self.args, direction)
            if gap > 1e-4 * (1.0 + float(np.max(np.abs(slope), initial=0.0))):
                raise Unsound(f"finite differences disagree by {gap:.1e}")
            if not close(y_dot, slope, self.rtol, 10 * gap):
                raise Mismatch(
                    f"tangent along {name} is wrong\n  y_dot              = {y_dot}\n"
                    f"  finite differences = {slope}\n  direction          = {direction!r}"
                )

    def reverse(self, against: str = "differences") -> None:
        """Adjoints against finite differences (or against `jvp`: the dot-product test)."""
        args = copied(self.args)
        before = frozen(args)
        result = s2sad.vjp(self.function, *args)
        if not (isinstance(result, tuple) and len(result) == 2 and callable(result[1])):
            raise Mismatch(f"vjp should return (y, pullback), returned {result!r}")
        y, pullback = result
        self.untouched(args, before, "vjp")
        self.same_value(y, "vjp")
        gradient = None
        for _ in range(2):
            seed = random_like(self.rng, self.value)
            before_seed = frozen(seed)
            first = pullback(seed)
            gradient = self.gradient_vector(first)
            self.untouched(args, before, "pullback")
            self.untouched(seed, before_seed, "pullback (seed)")
            image = frozen(first)
            second = pullback(seed)
            if frozen(first) != image:
                raise Mismatch("the second call of the pullback changed the first one's result")
            again = self.gradient_vector(second)
            if not np.allclose(gradient, again, rtol=1e-13, atol=0, equal_nan=True):
                raise Mismatch(f"pullback called twice: first {gradient}, then {again}")
            for name, direction in self.directions():
                gap = 0.0
                if against == "jvp":
                    slope = self.jvp(direction)
                else:
                    slope, gap = difference(self.plain, self.args, direction)
                step = flat(
                    tuple(
                        zeros_like(a) if d is None else d
                        for a, d in zip(self.active(args), self.active(direction))
                    )
                )
                left, right = inner(flat(seed), slope), inner(gradient, step)
                scale = float(np.sum(np.abs(flat(seed) * slope))) + float(np.sum(np.abs(gradient * step)))
                rtol = (1e-10 if self.rtol < 1e-3 else 1e-3) if against == "jvp" else self.rtol
                if not abs(left - right) <= rtol * (1.0 + scale) + 10 * gap * (1 + slope.size):
                    raise Mismatch(
                        f"adjoint is wrong along {name}\n  <y_bar, J x_dot>   = {left!r}   ({against})\n"
                        f"  <x_bar, x_dot>     = {right!r}\n  y_bar = {seed!r}\n  x_bar = {first!r}"
                    )
        is_real = is_leaf(self.value) and np.shape(self.value) == () and not np.iscomplexobj(self.value)
        if is_real and self.joint:
            self.single_gradients()

    def active(self, nests: tuple) -> tuple:
        return tuple(nests[i] for i in self.wrt)

    def gradient_vector(self, gradients: Any) -> np.ndarray:
        if not isinstance(gradients, tuple) or len(gradients) != len(self.args):
            raise Mismatch(f"pullback should return a tuple of {len(self.args)}, returned {gradients!r}")
        return same_structure(self.active(self.args), self.active(gradients), "gradient")

    def single_gradients(self) -> None:
        """`grad` and `value_and_grad`, for each argument alone or for all, say what the full pullback says."""
        _, pullback = s2sad.vjp(self.function, *copied(self.args))
        one = like(self.value, np.ones(()))
        whole = pullback(one)
        for i in self.wrt if self.alone else (tuple(self.wrt),):
            args = copied(self.args)
            before = frozen(args)
            y, part = s2sad.value_and_grad(self.function, argnums=i)(*args)
            self.untouched(args, before, "value_and_grad")
            self.same_value(y, "value_and_grad")
            template, other = (
                (self.active(self.args), self.active(whole))
                if isinstance(i, tuple)
                else (self.args[i], whole[i])
            )
            found = same_structure(template, part, f"grad(argnums={i})")
            wanted = same_structure(template, other, "gradient")
            if not np.allclose(found, wanted, rtol=1e-10 if self.rtol < 1e-3 else 1e-3, atol=1e-12):
                raise Mismatch(f"grad(argnums={i}) = {part!r}\npullback gives  {other!r}")

    def dot_product(self) -> None:
        self.reverse(against="jvp")

    def second(self) -> None:
        """Forward over reverse: the derivative of the gradient against differences of the gradient."""
        if not (is_leaf(self.value) and np.shape(self.value) == () and not np.iscomplexobj(self.value)):
            return
        gradient = s2sad.grad(self.function, argnums=self.wrt)
        direction = self.direction()
        tangents = s2sad.jvp(gradient, copied(self.args), direction)[1]
        found = same_structure(self.active(self.args), tangents, "second derivative")
        slope, gap = difference(gradient, self.args, direction)
        if gap <= 1e-4 * (1.0 + float(np.max(np.abs(slope), initial=0.0))):
            if not close(found, slope, max(self.rtol, 1e-5), 10 * gap):
                raise Mismatch(f"second derivative is {found}\n  finite differences of grad = {slope}")


def as_function(kernel: Callable, outputs: tuple[int, ...]) -> Callable:
    """A kernel that returns None, as the function of its changed arguments (one: itself, several: a tuple)."""

    def function(*args: Any) -> Any:
        kernel(*args)
        results = tuple(args[i] for i in outputs)
        return results[0] if len(results) == 1 else results

    return function


def generated_source(function: Callable, args: tuple, mode: str) -> str:
    """What s2sad wrote for the function, if it can be had."""
    try:
        held = s2sad.differentiate(function)
        part = held.jvp if mode == "forward" else held.vjp
        if mode == "forward":
            part(
                copied(args),
                tuple(zeros_like(a) if i in active_positions(args) else None for i, a in enumerate(args)),
            )
        else:
            part(*copied(args))
        return str(part.source)
    except Exception as error:  # noqa: BLE001  a failing report must not hide the failure it reports on
        return f"(no source: {type(error).__name__}: {error})"


def check(
    function: Callable,
    args: tuple,
    *,
    modes: tuple[str, ...] = MODES,
    second: bool = False,
    show_source: bool = True,
    **options: Any,
) -> None:
    """Run all checks; a failure's message ends with the generated source."""
    checker = Checker(function, args, **options)
    steps = {"forward": checker.forward, "reverse": checker.reverse, "dot": checker.dot_product}
    for mode in (*modes, *(("dot",) if set(modes) == set(MODES) else ())):
        try:
            steps[mode]()
        except Mismatch as error:
            text = f"{error}\n  arguments = {args!r}"
            if show_source:
                text += "\n--- generated ---\n" + generated_source(function, args, mode)
            raise Mismatch(text) from None
    if second:
        checker.second()


def seed_of(name: str) -> int:
    return zlib.crc32(name.encode())


def checker_options(case: Case, args: tuple) -> dict[str, Any]:
    reference = case.reference_at(*copied(args)) if case.reference_at else case.reference
    return {
        "wrt": case.wrt,
        "reference": reference,
        "rtol": case.rtol,
        "seed": seed_of(case.name),
        "kernel": case.kernel,
    }


def check_case(
    case: Case,
    index: int,
    modes: tuple[str, ...] = MODES,
    second: bool = False,
    show_source: bool = True,
    alone: bool = True,
    joint: bool = True,
) -> None:
    """Check one argument set of a case."""
    args = case.argsets[index]
    check(
        case.function(),
        args,
        modes=modes,
        second=second and case.second,
        show_source=show_source,
        alone=alone,
        joint=joint,
        **checker_options(case, args),
    )


def check_point(case: Case, index: int) -> float:
    """Run the primal alone and return how well finite differences settle there (see `soundness`)."""
    args = case.argsets[index]
    options = checker_options(case, args)
    plain = options["reference"] or case.function()
    if case.kernel:
        plain = as_function(plain, case.kernel)
    wrt = case.wrt if case.wrt is not None else active_positions(args)
    if not wrt:
        raise Unsound("no argument holds a float")
    if not any(True for _ in leaves(plain(*copied(args)))):
        raise Unsound("the result holds no float")
    return soundness(plain, args, wrt, np.random.default_rng(options["seed"]))


def point_tolerance(case: Case) -> float:
    """How far differences at two steps may disagree; programs that round to single precision say so by `rtol`."""
    return 1e-7 if case.rtol < 1e-3 else case.rtol
