"""How each library is asked for a case's gradient: `PREPARE[library](case)` is a call without arguments.

What it returns is (value, gradients), or (value, tangent) for a case with a direction. Each library is
prepared in a process of its own (worker.py), so what one imports can't disturb another.
"""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import Case

Run = Callable[[], Any]


class Refused(Exception):
    """The library can't differentiate this program."""


def primal(case: Case) -> Run:
    """The user's program alone."""
    function, args = case.plain, case.args
    return lambda: function(*args)


def s2sad(case: Case) -> Run:
    """The compiler, called as its users call it."""
    from s2sad import jvp, value_and_grad

    function = getattr(importlib.import_module(f"samples.{case.sample}"), case.function)
    args = case.args
    if case.direction is not None:
        dots = dict(zip(case.wrt, case.direction, strict=True))
        tangents = tuple(dots.get(i) for i in range(len(args)))
        return lambda: jvp(function, args, tangents)
    gradient = value_and_grad(function, argnums=case.wrt)
    return lambda: gradient(*args)


def emitted(case: Case) -> Run:
    """The file that `s2sad gen` wrote, called directly."""
    module = importlib.import_module(f"samples.{case.sample}_ad")
    args = case.args
    if case.direction is not None:
        names = case.plain.__code__.co_varnames
        dots = {f"{names[i]}_dot": dot for i, dot in zip(case.wrt, case.direction, strict=True)}
        tangent = getattr(module, f"{case.function}_jvp")
        return lambda: tangent(*args, **dots)
    if case.sample == "black_scholes":  # the emitted function is that of the prices, the case sums them
        seed = np.ones_like(args[0])
        prices = module.call_price_vjp

        def summed() -> Any:
            y, gradients = prices(*args, y_bar=seed)
            return np.sum(y), gradients

        return summed
    adjoint = getattr(module, f"{case.function}_vjp")
    return lambda: adjoint(*args)


def hand(case: Case) -> Run:
    """The adjoint as an expert writes it."""
    from benchmarks.hand import HAND

    function, args = HAND[case.sample], case.args
    if case.direction is not None:
        args = (*args, *case.direction)
    return lambda: function(*args)


def autograd(case: Case) -> Run:
    import autograd as library

    from benchmarks.rebind import rebound

    function, args = rebound(case.plain, "autograd"), case.args
    if case.direction is not None:
        (position,), (direction,) = case.wrt, case.direction
        return lambda: library.make_jvp(function, position)(*args)(direction)
    gradient = library.value_and_grad(function, argnum=case.wrt)
    return lambda: gradient(*args)


def tangent(case: Case) -> Run:
    """tangent-ad, which reads the source as s2sad does."""
    import tangent as library

    if case.direction is not None:
        raise Refused("its forward mode takes no dicts")
    gradient = library.grad(case.plain, wrt=case.wrt, preserve_result=True)
    args = case.args

    def run() -> Any:
        *gradients, value = gradient(*args)
        return value, tuple(gradients)

    return run


def jax(case: Case) -> Run:
    import jax as library

    from benchmarks.jax_versions import version

    library.config.update("jax_enable_x64", True)
    function = version(case)
    differentiated = tuple(library.tree.map(library.numpy.asarray, case.args[i]) for i in case.wrt)
    if case.direction is not None:
        direction = library.tree.map(library.numpy.asarray, case.direction)
        run = library.jit(lambda *args: library.jvp(function, args, direction))
    elif case.sample == "newton":  # no adjoint of a `while_loop`: all tangents
        jacobian = library.jacfwd(function, argnums=tuple(range(len(case.wrt))))
        run = library.jit(lambda *args: (function(*args), jacobian(*args)))
    else:
        run = library.jit(library.value_and_grad(function, argnums=tuple(range(len(case.wrt)))))
    return lambda: library.block_until_ready(run(*differentiated))


PREPARE: dict[str, Callable[[Case], Run]] = {
    "primal": primal,
    "s2sad": s2sad,
    "emitted": emitted,
    "hand": hand,
    "autograd": autograd,
    "tangent": tangent,
    "jax": jax,
}


def fingerprint(result: Any) -> list[float]:
    """Three numbers that tell whether two libraries found the same gradient."""
    parts: list[np.ndarray] = []

    def walk(nest: Any) -> None:
        if isinstance(nest, dict):
            for key in sorted(nest):
                walk(nest[key])
        elif isinstance(nest, (tuple, list)):
            for item in nest:
                walk(item)
        elif nest is not None:
            parts.append(np.ravel(np.asarray(nest, dtype=float)))

    walk(result)
    whole = np.concatenate(parts)
    largest = float(np.max(np.abs(whole), initial=0.0))
    weights = np.cos(np.arange(whole.size))
    return [float(np.sum(whole)), largest, float(whole @ weights)]
