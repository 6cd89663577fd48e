"""Integrals that SciPy computes, as functions of their bounds and of what their integrands depend on.

The derivative of an integral is that of the Gauss-Kronrod sum, of 21 points, over the intervals that SciPy's quad ended
with: the integral of the integrand's derivative on that mesh, and the integrand at the bounds times their derivatives.
The value is SciPy's. As with roots (`prelude_roots`), it holds for every order.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np
from scipy import integrate

from s2sad.prelude_transforms import _as_found


def _quad(f, a, b, args=(), **options):
    """`scipy.integrate.quad`: the integral, and the error that is estimated."""
    nodes, weights, value, error = _mesh(f, _as_found(a), _as_found(b), _as_found(args), options)
    if np.isinf(a) and np.isinf(b):
        start, width = 0.0, 1.0
    elif np.isinf(b):
        start, width = a, 1.0
    elif np.isinf(a):
        start, width = b, 1.0
    else:
        start, width = a, b - a
    total = 0.0
    for k in range(len(nodes)):
        total += weights[k] * f(start + width * nodes[k], *args)
    total = total * width
    return value + (total - _as_found(total)), error


def _fixed_quad(func, a, b, args=(), n=5):
    """`scipy.integrate.fixed_quad`: Gauss-Legendre of n points."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    at = (b - a) * (nodes + 1) / 2 + a
    return (b - a) / 2 * np.sum(weights * func(at, *args), axis=-1), None


def _mesh(f, a, b, args, options):
    """Nodes and weights of the sum (in parts of the interval, or as distances from its finite end), and what SciPy found."""
    value, error, info = integrate.quad(f, a, b, args=args, full_output=1, **options)[:3]
    lower, upper = info["alist"][: info["last"]], info["blist"][: info["last"]]
    finite = np.isfinite(a) and np.isfinite(b)
    if finite and a != b:
        lower, upper = (lower - a) / (b - a), (upper - a) / (b - a)
    elif finite:  # nothing between them, but they may move
        lower, upper = np.zeros(1), np.ones(1)
    half = np.abs(upper - lower)[:, None] / 2
    points, shares = _kronrod()
    t = np.ravel((lower + upper)[:, None] / 2 + half * points)
    weights = np.ravel(half * shares)
    start, width = (
        (a, b - a) if finite else (0.0 if np.isinf(a) and np.isinf(b) else b if np.isinf(a) else a, 1.0)
    )
    if not finite:  # QUADPACK's change of variables
        t, weights = (1 - t) / t, weights / t**2
        if np.isinf(a) and np.isinf(b):
            t, weights = np.concatenate((t, -t)), np.concatenate((weights, weights))
        elif np.isinf(a):
            t = -t
    total = width * sum(w * f(start + width * u, *args) for u, w in zip(t, weights, strict=True))
    if not abs(total - value) <= 1e-7 * abs(value) + 100 * error + 1e-12:
        raise ValueError(
            "s2sad: this integral is more than the sum over its intervals (a singularity, or bounds in reverse): "
            "split or substitute it"
        )
    return t, weights, value, error


def _kronrod():
    """The 21 points on (-1, 1), and their weights (R. Piessens et al., "QUADPACK", 1983)."""
    nodes = np.array([
        0.995657163025808080735527280689003, 0.973906528517171720077964012084452, 0.930157491355708226001207180059508,
        0.865063366688984510732096688423493, 0.780817726586416897063717578345042, 0.679409568299024406234327365114874,
        0.562757134668604683339000099272694, 0.433395394129247190799265943165784, 0.294392862701460198131126603103866,
        0.148874338981631210884826001129720,
    ])  # fmt: skip
    weights = np.array([
        0.011694638867371874278064396062192, 0.032558162307964727478818972459390, 0.054755896574351996031381300244580,
        0.075039674810919952767043140916190, 0.093125454583697605535065465083366, 0.109387158802297641899210590325805,
        0.123491976262065851077958109585166, 0.134709217311473325928054001771707, 0.142775938577060080797094273138717,
        0.147739104901338491374841515972068,
    ])  # fmt: skip
    return (
        np.concatenate((nodes, [0.0], -nodes[::-1])),
        np.concatenate((weights, [0.149445554002916905664936468389821], weights[::-1])),
    )
