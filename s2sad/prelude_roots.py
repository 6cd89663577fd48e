"""Roots that SciPy finds, as functions of what their equations depend on: the implicit function theorem.

At a root x of f(x, p) = 0 the derivative by p is minus (f by x)^-1 times (f by p). So a root moves as one step of Newton's
method from it does: x - (f by x)^-1 f(x, p), in which x itself is taken as it was found. That is written here, with a step
whose value is taken off again. Where the result is differentiated once more, `_as_found` changes nothing, and the root
in it is a root again; so it holds for every order. A minimum inside of its bounds is a root of the gradient.
"""

# mypy: no-check-untyped-defs, allow-untyped-defs, allow-incomplete-defs

import numpy as np
from scipy import optimize

from s2sad.prelude_transforms import _as_found, by_columns, jvp, vjp


def _brentq(f, a, b, args=(), **options):
    return _moved(
        f, _as_found(optimize.brentq(f, _as_found(a), _as_found(b), args=_as_found(args), **options)), args
    )


def _brenth(f, a, b, args=(), **options):
    return _moved(
        f, _as_found(optimize.brenth(f, _as_found(a), _as_found(b), args=_as_found(args), **options)), args
    )


def _bisect(f, a, b, args=(), **options):
    return _moved(
        f, _as_found(optimize.bisect(f, _as_found(a), _as_found(b), args=_as_found(args), **options)), args
    )


def _ridder(f, a, b, args=(), **options):
    return _moved(
        f, _as_found(optimize.ridder(f, _as_found(a), _as_found(b), args=_as_found(args), **options)), args
    )


def _toms748(f, a, b, args=(), **options):
    return _moved(
        f, _as_found(optimize.toms748(f, _as_found(a), _as_found(b), args=_as_found(args), **options)), args
    )


def _newton(func, x0, fprime=None, args=(), **options):
    return _moved(
        func,
        _as_found(optimize.newton(func, _as_found(x0), fprime=fprime, args=_as_found(args), **options)),
        args,
    )


def _root_scalar(f, args=(), **options):
    """The root, and whether it was found: the fields of SciPy's result that have a meaning for derivatives."""
    found = optimize.root_scalar(f, args=_as_found(args), **options)
    return _moved(f, _as_found(found, "root"), args), _as_found(found, "converged")


def _fsolve(func, x0, args=(), **options):
    return _moved_together(
        func, _as_found(optimize.fsolve(func, _as_found(x0), args=_as_found(args), **options)), args
    )


def _root(fun, x0, args=(), **options):
    found = optimize.root(fun, _as_found(x0), args=_as_found(args), **options)
    return _moved_together(fun, _as_found(found, "x"), args), _as_found(found, "success")


def _minimize(fun, x0, args=(), **options):
    """The minimum, whether it was found, and the value there. The minimum is a root of the gradient."""
    found = optimize.minimize(fun, _as_found(x0), args=_as_found(args), **options)
    x = _moved_together(lambda t: _gradient(fun, t, args), _as_found(found, "x"), args=())
    return x, _as_found(found, "success"), fun(x, *args)


def _minimize_scalar(fun, args=(), **options):
    """The same for a function of one number."""
    found = optimize.minimize_scalar(fun, args=_as_found(args), **options)
    x = _moved(lambda t: _slope(fun, t, args), _as_found(found, "x"), args=())
    return x, _as_found(found, "success"), fun(x, *args)


def _gradient(f, x, args):
    _, pullback = vjp(lambda t: f(t, *args), x)
    (x_bar,) = pullback(1.0)
    return x_bar


def _slope(f, x, args):
    _, slope = jvp(lambda t: f(t, *args), (x,), (1.0,))
    return slope


def _moved(f, x, args):
    """The root of a function of one number, with the derivative that the equation gives it."""
    if np.ndim(x) != 0:
        raise TypeError(
            "s2sad: roots of several equations at once are differentiated with scipy.optimize.root"
        )
    y, slope = jvp(lambda t: f(t, *args), (x,), (1.0,))
    step = y / slope
    return x - (step - _as_found(step))


def _moved_together(f, x, args):
    """The root of a system of equations."""
    matrix = by_columns(lambda t: np.asarray(f(t, *args)), x)  # what it varies by meets f(x), which is zero
    step = np.linalg.solve(_as_found(matrix), np.asarray(f(x, *args)))
    return x - (step - _as_found(step))
