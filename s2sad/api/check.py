"""`check_grads`: derivatives against differences, and the modes against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2sad.api.linear_maps import jvp, vjp
from s2sad.api.structure import differentiable, leaves, rebuild, snapshot
from s2sad.api.transforms import Gradient


def check_grads(
    function: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    modes: Sequence[str] = ("fwd", "rev"),
    rtol: float | None = None,
    atol: float | None = None,
    eps: float | None = None,
    seed: int = 0,
) -> None:
    """Raise AssertionError if derivatives of `function` at `args` are wrong.

    Forward mode is compared with central differences of step `eps` along a random direction; reverse mode with
    forward mode by the dot-product test, or with differences if only "rev" is asked for. With `order` 2, the
    gradient of a real function is checked in the same way. Points on a kink fail. The step and the tolerances follow
    from the precision of the arguments: 1e-5, 1e-5 and 1e-7 for doubles.
    """
    if not isinstance(args, (tuple, list)) or not set(modes) <= {"fwd", "rev"} or not modes:
        raise TypeError('check_grads takes a tuple of arguments and modes out of "fwd" and "rev"')
    rng = np.random.default_rng(seed)
    active = [i for i, arg in enumerate(args) if differentiable(arg)]
    if not active:
        raise TypeError("check_grads: none of the arguments has a derivative")
    step, relative, absolute = _precision(args)
    eps = step if eps is None else eps
    rtol = relative if rtol is None else rtol
    atol = absolute if atol is None else atol
    dots = [_random(arg, rng) if i in active else None for i, arg in enumerate(args)]
    slope = _difference(function, args, dots, eps)
    name = getattr(function, "__name__", "function")
    if "fwd" in modes:
        forward = jvp(function, args, dots)[1]
        for found, wanted in zip(leaves(forward), leaves(slope), strict=True):
            _compare(found, wanted, rtol, atol, f"the tangent of {name}", "differences")
        slope = forward
    if "rev" in modes:
        _check_reverse(function, args, dots, slope, rng, (rtol, atol), name)
    if order > 1:
        check_grads(Gradient(function, tuple(active)), args, order - 1, modes, rtol, atol, eps, seed + 1)


def _precision(args: Sequence[Any]) -> tuple[float, float, float]:
    """A step for central differences, and the relative and absolute tolerance that they deserve."""
    unit = max(float(np.finfo(np.asarray(leaf).dtype).eps) for leaf in leaves(list(args)))
    return (
        (1e-5, 1e-5, 1e-7) if unit < 1e-15 else (unit ** (1 / 3), 30 * unit ** (2 / 3), 10 * unit ** (2 / 3))
    )


def _check_reverse(
    function: Callable[..., Any],
    args: Sequence[Any],
    dots: list[Any],
    slope: Any,
    rng: np.random.Generator,
    tolerance: tuple[float, float],
    name: str,
) -> None:
    y, pullback = vjp(function, *args)
    y_bar = _random(y, rng)
    bars = pullback(y_bar)
    left = _inner(y_bar, slope)
    right = sum(_inner(bar, dot) for bar, dot in zip(bars, dots, strict=True) if dot is not None)
    _compare(right, left, *tolerance, f"the adjoint of {name}: <x_bar, x_dot>", "<y_bar, y_dot>")


def _random(value: Any, rng: np.random.Generator) -> Any:
    def draw(leaf: Any) -> Any:
        array = rng.normal(size=np.shape(leaf))
        if np.iscomplexobj(leaf):
            array = array + 1j * rng.normal(size=np.shape(leaf))
        return array.astype(np.asarray(leaf).dtype) if isinstance(leaf, np.ndarray) else type(leaf)(array)

    return rebuild(value, (draw(leaf) for leaf in leaves(value)))


def _inner(a: Any, b: Any) -> float:
    pairs = zip(leaves(a), leaves(b), strict=True)
    return float(sum(np.real(np.sum(np.asarray(x) * np.asarray(y))) for x, y in pairs))


def _difference(function: Callable[..., Any], args: Sequence[Any], dots: list[Any], eps: float) -> Any:
    ahead = function(*_moved(args, dots, eps))
    behind = function(*_moved(args, dots, -eps))
    quotients = [
        (np.asarray(a) - np.asarray(b)) / (2 * eps)
        for a, b in zip(leaves(ahead), leaves(behind), strict=True)
    ]
    return rebuild(ahead, iter(quotients))


def _moved(args: Sequence[Any], dots: list[Any], step: float) -> list[Any]:
    return [
        snapshot(arg) if dot is None else _shifted(arg, dot, step)
        for arg, dot in zip(args, dots, strict=True)
    ]


def _shifted(arg: Any, dot: Any, step: float) -> Any:
    pairs = zip(leaves(arg), leaves(dot), strict=True)
    return rebuild(snapshot(arg), (x + step * d for x, d in pairs), keep=True)


def _compare(found: Any, wanted: Any, rtol: float, atol: float, what: str, against: str) -> None:
    if not np.allclose(found, wanted, rtol=rtol, atol=atol):
        raise AssertionError(f"{what} is {found}, but {against} give {wanted}")
