"""Trying a rule: against finite differences, and its two modes against each other.

This is the rules' meaning in a page: how a tangent and an adjoint are put together from what a rule declares. The
compiler does the same with the bodies' text. Complex numbers: adjoints pair with tangents by Re(sum(conj(x_bar) *
x_dot)), so elementwise pullbacks conjugate their partials.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from s2sad.prelude import _match_dtype, _times, _unbroadcast
from s2sad.rules.declare import Case, Rule, RuleError, assume_known, case, known, must_find

STEPS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)  # the best of several steps counts
TOLERANCE = 2e-6


def tolerance(*values: Any) -> float:
    """What a central difference can resolve in the coarsest number format among the values."""
    eps = max(
        (float(np.finfo(np.result_type(v)).eps) for v in leaves(list(values)) if is_float(v)), default=0.0
    )
    return max(TOLERANCE, 30 * eps ** (2 / 3))


class Call:
    """One call of a rule's function, with its arguments bound to the rule's parameters."""

    def __init__(self, rule: Rule, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.rule, self.function, self.args, self.kwargs = rule, function, args, kwargs
        self.bound = rule.bind(args, kwargs, function=function)
        places = tuple(Place(i) for i in range(len(args)))
        self.places = rule.bind(
            places,
            {k: Place(k) for k in kwargs},
            function=function,
            value=lambda place: place.of(args, kwargs),
        )
        self.active = tuple(name for name in rule.wrt if name in self.bound and has_float(self.bound[name]))
        self.out = self.primal({})

    def primal(self, changed: dict[str, Any]) -> Any:
        """The function's value with some of the bound arguments replaced."""
        args, kwargs = list(self.args), dict(self.kwargs)
        for name, value in changed.items():
            at = self.places[name]
            for place, item in zip(at, value, strict=True) if isinstance(at, tuple) else [(at, value)]:
                if isinstance(place.key, int):
                    args[place.key] = item
                else:
                    kwargs[place.key] = item
        return self.function(*args, **kwargs)

    def jvp(self, dots: dict[str, Any]) -> Any:
        """The rule's tangent, for tangents of some of `wrt`."""
        rule = self.rule
        if rule.kind == "elementwise":
            terms = [
                self.product(partial, dots[name])
                for name, partial in zip(rule.wrt, self.partials(), strict=True)
                if name in dots
            ]
            total = sum(terms[1:], terms[0])  # a constant partial leaves the tangent in its argument's shape
            total = np.broadcast_to(total, np.shape(self.out)) if np.ndim(self.out) else total
            return np.real(total) if rule.real_valued else total
        if rule.kind == "linear":
            zeros = {name: map_floats(lambda x: like(x, 0 * x), self.bound[name]) for name in self.active}
            return self.primal({**zeros, **dots})
        terms = [self._invoke(rule.pushforwards[name], dot, self.out) for name, dot in dots.items()]
        return map_together(lambda *parts: sum(parts[1:], parts[0]), *terms)

    def vjp(self, out_bar: Any) -> dict[str, Any]:
        """The rule's contributions to the adjoints of its active arguments."""
        rule = self.rule
        if rule.kind == "elementwise":
            return {
                name: _unbroadcast(self.product(conj(partial), out_bar), self.bound[name])
                for name, partial in zip(rule.wrt, self.partials(), strict=True)
                if name in self.active
            }
        assert rule.pullback is not None
        first = (out_bar, self.out) if rule.kind == "custom" else (out_bar,)
        contributions = self._invoke(rule.pullback, *first)
        if len(rule.wrt) == 1:
            nested = isinstance(self.bound.get(rule.wrt[0]), list | tuple)
            if isinstance(contributions, tuple) and not nested:
                raise RuleError(f"{rule.name}: {len(contributions)} contributions for 1 argument")
            contributions = (contributions,)
        if len(contributions) != len(rule.wrt):
            raise RuleError(f"{rule.name}: {len(contributions)} contributions for {len(rule.wrt)} arguments")
        return {name: bar for name, bar in zip(rule.wrt, contributions, strict=True) if name in self.active}

    def product(self, partial: Any, seed: Any) -> Any:
        """Zero where the seed is, at the poles; zero where the partial is, if that is a mask."""
        strong = self.rule.strong_zero
        if strong if isinstance(strong, bool) else strong(literals(self.bound)):
            return _times(partial, seed)
        if np.result_type(partial).kind == "b" and not np.isfinite(seed).all():
            return np.where(partial, seed, 0)[()]
        return partial * seed

    def partials(self) -> tuple[Any, ...]:
        assert self.rule.partials is not None
        partials = self._invoke(self.rule.partials)
        return partials if len(self.rule.wrt) > 1 else (partials,)

    def _invoke(self, body: Callable[..., Any], *first: Any) -> Any:
        positional: list[Any] = []
        options: dict[str, Any] = {}
        for name, parameter in self.rule.params.parameters.items():
            if parameter.kind is parameter.VAR_POSITIONAL:
                positional.extend(self.bound.get(name, ()))
            elif name not in self.bound and parameter.default is not parameter.empty:
                if parameter.kind is not parameter.KEYWORD_ONLY:
                    positional.append(parameter.default)
            elif parameter.kind is parameter.KEYWORD_ONLY:
                options[name] = self.bound[name]
            else:
                positional.append(self.bound[name])
        if self.rule.kind != "custom" and self.rule.wants_out:
            options["out"] = self.out
        return body(*first, *positional, **options)


def literals(bound: dict[str, Any]) -> dict[str, Any]:
    """The operands that may be literals in the text of a program."""
    return {name: value for name, value in bound.items() if known(value)}


def conj(partial: Any) -> Any:
    return np.conj(partial) if np.iscomplexobj(partial) else partial


class Place:
    """Where an argument of a call stands: its position or its keyword."""

    def __init__(self, key: int | str) -> None:
        self.key = key

    def of(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return args[self.key] if isinstance(self.key, int) else kwargs[self.key]


# ── structures of numbers ────────────────────────────────────────────────────────────────────────────────


def is_float(value: Any) -> bool:
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fc"
    return isinstance(value, float | complex)


def like(x: Any, value: Any) -> Any:
    """`value` as an array where `x` is one (arithmetic makes numbers of 0-d arrays), in the memory order of `x`."""
    if not isinstance(x, np.ndarray):
        return value
    array = np.empty_like(x, dtype=np.result_type(value))
    array[...] = value
    return array


def leaves(value: Any) -> Iterator[Any]:
    """The numbers and arrays in a nest of lists, tuples (SciPy's and NumPy's named ones too) and dicts."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        yield from leaves(list(value.values()))
    else:
        yield value


def has_float(value: Any) -> bool:
    return any(is_float(leaf) for leaf in leaves(value))


def map_together(function: Callable[..., Any], first: Any, *others: Any) -> Any:
    if isinstance(first, list | tuple):
        items = [map_together(function, *parts) for parts in zip(first, *others, strict=True)]
        return type(first)(*items) if hasattr(first, "_fields") else type(first)(items)
    if isinstance(first, dict):
        return {k: map_together(function, v, *(o[k] for o in others)) for k, v in first.items()}
    return function(first, *others)


def map_floats(function: Callable[[Any], Any], value: Any) -> Any:
    return map_together(lambda leaf: function(leaf) if is_float(leaf) else leaf, value)


def random_like(rng: np.random.Generator, value: Any, zero: bool = True) -> Any:
    """Random numbers of the structure and dtypes of `value`; integers stay (`zero`: turn to zeros)."""

    def draw(leaf: Any) -> Any:
        if not is_float(leaf):
            return 0 * leaf if zero and isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iu" else leaf
        number = rng.normal(size=np.shape(leaf))
        if np.iscomplexobj(leaf):
            number = number + 1j * rng.normal(size=np.shape(leaf))
        if isinstance(leaf, np.ndarray | np.generic):
            return (
                np.asarray(number, dtype=leaf.dtype)[()]
                if np.ndim(leaf) == 0 and isinstance(leaf, np.generic)
                else np.asarray(number, dtype=leaf.dtype)
            )
        return complex(number) if isinstance(leaf, complex) else float(number)

    return map_together(draw, value)


def pair(bar: Any, dot: Any) -> float:
    """Re<bar, dot>, summed over a structure."""
    total = 0.0
    for b, d in zip(leaves(bar), leaves(dot), strict=True):
        if is_float(b) or is_float(d):
            total += float(np.real(np.sum(np.conj(b) * d)))
    return total


def magnitude(*structures: Any) -> float:
    return 1e-30 + sum(
        float(np.sum(np.abs(leaf))) for s in structures for leaf in leaves(s) if is_float(leaf)
    )


# ── the checks ───────────────────────────────────────────────────────────────────────────────────────────


def shifted(call: Call, dots: dict[str, Any], step: float) -> Any:
    def move(x: Any, d: Any) -> Any:
        return like(x, x + step * d) if is_float(x) else x

    return call.primal({name: map_together(move, call.bound[name], dot) for name, dot in dots.items()})


def finite_difference_error(call: Call, dots: dict[str, Any], out_bar: Any) -> float:
    """The relative difference of the rule's tangent and central differences, seen through one random seed.

    Compared leaf by leaf through `out_bar`, so that results of any structure will do; the best step counts.
    """
    wanted = pair(out_bar, call.jvp(dots))
    best = np.inf
    for step in STEPS:
        ahead, behind = shifted(call, dots, step), shifted(call, dots, -step)
        got = (pair(out_bar, ahead) - pair(out_bar, behind)) / (2 * step)
        scale = 1 + abs(wanted) + magnitude(out_bar) * 1e-3
        best = min(best, abs(got - wanted) / scale)
    return float(best)


def check_shapes(call: Call, bars: dict[str, Any]) -> None:
    """Each contribution has the structure, the shapes and (once cast) the dtypes of its argument."""

    def check(x: Any, bar: Any) -> None:
        if is_float(x) and np.shape(bar) != np.shape(x):
            raise RuleError(
                f"{call.rule.name}: adjoint of shape {np.shape(bar)} for an argument of {np.shape(x)}"
            )

    for name, bar in bars.items():
        map_together(check, call.bound[name], bar)


def check_call(
    rule: Rule, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], seed: int = 0
) -> None:
    """Raise RuleError if the rule is wrong at this call."""
    rng = np.random.default_rng(seed)
    call = Call(rule, function, args, kwargs)
    if not call.active:
        return
    for name in (*call.active, None):  # each argument by itself, then all together
        dots = {n: random_like(rng, call.bound[n]) for n in call.active if name in (n, None)}
        out_bar = random_like(rng, call.out)
        error = finite_difference_error(call, dots, out_bar)
        if not error < tolerance(call.out, list(call.bound.values())):
            raise RuleError(
                f"{rule.name}: tangent wrt {name or 'all'} differs from finite differences by {error:.1e}"
            )
        bars = call.vjp(out_bar)
        check_shapes(call, bars)
        bars = {n: map_together(_match_dtype, bars[n], call.bound[n]) for n in bars}
        forward, reverse = pair(out_bar, call.jvp(dots)), sum(pair(bars[n], dots[n]) for n in dots)
        rounding = 1e-4 * tolerance(call.out, list(call.bound.values()))
        if not abs(forward - reverse) <= rounding * (1 + abs(forward) + magnitude(dots, out_bar)):
            raise RuleError(
                f"{rule.name}: pushforward and pullback disagree wrt {name or 'all'}: {forward} {reverse}"
            )


def check_rule(target: Any, *args: Any, **kwargs: Any) -> None:
    """Try the rule of a function (or a rule); RuleError says what is wrong with it.

    Its derivatives are compared with differences of the function, its two modes with each other, the shapes and dtypes of
    what it returns with those of the arguments; no argument may be changed. It is tried with its own cases, or with one
    call, if arguments are given: ``check_rule(f, np.ones(3), axis=0)``. Both answers of `known` are tried.

    What it cannot see: kinks, poles and ties, which random numbers miss, and how fast the rule is.
    """
    rule = target if isinstance(target, Rule) else must_find(target)
    if rule.kind == "zero":
        check_steps(rule, target, args, kwargs)
    if rule.kind in ("zero", "constant"):
        return
    calls = (case(*args, **kwargs),) if args or kwargs else rule.cases
    if not calls:
        raise RuleError(f"{rule.name}: a rule needs cases: calls to try it with")
    rng = np.random.default_rng(0)
    for function in rule.functions if isinstance(target, Rule) else (target,):
        for one in calls:
            given = one(rng)
            before = copy.deepcopy(given)
            with said_by(rule):
                for answer in (False, True):
                    with assume_known(answer):
                        check_call(rule, function, *given)
                check_unchanged(rule, before, given)
                if args or kwargs:
                    check_dtype(rule, function, *map_floats(single, list(given)))
                elif isinstance(one, Case):
                    check_dtype(rule, function, *one(rng, np.float32))


@contextmanager
def said_by(rule: Rule) -> Iterator[None]:
    """Errors of a rule's body, and of what is done with its results, as RuleErrors."""
    try:
        yield
    except RuleError:
        raise
    except Exception as error:
        message = f"{rule.name}: trying the rule raises {type(error).__name__}: {error}"
        raise RuleError(message) from error


def check_steps(rule: Rule, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise RuleError if a function that is declared to vary in steps varies smoothly at this call."""
    rng = np.random.default_rng(0)
    given = [list(args), kwargs]
    dots = random_like(rng, given)

    def moved(step: float) -> Any:
        args, kwargs = map_together(lambda x, d: like(x, x + step * d) if is_float(x) else x, given, dots)
        return function(*args, **kwargs)

    if has_float(given):
        ahead, behind = moved(1e-4), moved(-1e-4)
        if any(
            not np.array_equal(a, b, equal_nan=True)
            for a, b in zip(leaves(ahead), leaves(behind), strict=True)
        ):
            raise RuleError(f"{rule.name}: it is declared to vary in steps, but varies smoothly here")


SINGLE = (np.dtype("f4"), np.dtype("c8"))


def single(x: Any) -> Any:
    """An array in single precision; a number of Python stays, for it does not matter to the dtype."""
    if not isinstance(x, np.ndarray | np.generic):
        return x
    return x.astype(np.complex64 if np.iscomplexobj(x) else np.float32)


def check_dtype(rule: Rule, function: Any, args: Any, kwargs: Any) -> None:
    """Where a function keeps to single precision, so must its derivative."""
    call = Call(rule, function, args, kwargs)
    floats = [leaf for leaf in leaves([*call.bound.values(), call.out]) if is_float(leaf)]
    if not call.active or not has_float(call.out) or not all(is_single(leaf) for leaf in floats):
        return  # Python floats, or a function that always answers in float64
    rng = np.random.default_rng(0)
    dots = {name: random_like(rng, call.bound[name]) for name in call.active}
    for what, values in (("adjoint", call.vjp(random_like(rng, call.out))), ("tangent", call.jvp(dots))):
        for leaf in leaves(list(values.values()) if isinstance(values, dict) else values):
            if is_float(leaf) and np.result_type(leaf) not in SINGLE:
                raise RuleError(
                    f"{rule.name}: the {what} of a {np.result_type(floats[0])} is a {np.result_type(leaf)}; constants of a"
                    " rule should be Python floats (math.log(2), not np.log(2))"
                )


def is_single(leaf: Any) -> bool:
    return isinstance(leaf, np.ndarray | np.generic) and leaf.dtype in SINGLE


def check_unchanged(rule: Rule, before: Any, after: Any) -> None:
    for a, b in zip(leaves(list(before)), leaves(list(after)), strict=True):
        if isinstance(a, np.ndarray | np.generic | float) and not np.array_equal(a, b, equal_nan=is_float(a)):
            raise RuleError(f"{rule.name}: an argument was changed")
