"""How a derivative is declared, and how it is found again.

A rule is ordinary Python. The compiler parses its body with its own front end and inlines it, so what is
written here is what stands in the emitted file, with the user's names put in:

    @elementwise(np.log)                        # one partial for each argument; serves both modes
    def log(x):
        return 1 / x

    @elementwise(np.exp)
    def exp(x, *, out):                         # `out` is the result, kept only if it is named
        return out

    @linear(np.sum, cases=[case(array(2, 3), axis=1)])
    def sum(out_bar, x, axis=None, keepdims=False):     # the tangent is np.sum itself; this is its transpose
        ...

    @rule(np.linalg.solve, wrt=("a", "b"))
    class solve:
        def a(a_dot, out, a, b): ...            # what one argument's tangent adds to the result's
        def b(b_dot, out, a, b): ...
        def vjp(out_bar, out, a, b): ...        # one contribution for each of `wrt`, in that order

    zero(np.floor)                              # derivative zero by nature
    constant(np.shape)                          # the result is not a number that varies

A parameter that the function has and the rule does not list (`dtype`, `out`, ...) may only be given at its
default; any other value is refused by name (`Rule.bind`). A `*operands` parameter may be differentiated: its
tangent and adjoint are tuples.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import BuiltinFunctionType, MappingProxyType, MethodType
from typing import Any, Literal, TypeVar

import numpy as np

from s2sad.rules.cases import Case, CaseMaker, Sample, array, case, distinct, scalar, spd
from s2sad.rules.options import anything, assume_known, float_type, known
from s2sad.rules.reading import (
    POSITIONAL,
    BindError,
    Form,
    RuleError,
    active_parameters,
    check_partial_count,
    flat_arguments,
    functions_of,
    is_default,
    match_signature,
    mentions,
    name_of,
    names_read,
    parameters_of,
    refuse_out,
    rule_name,
    taken,
    without_default,
)

__all__ = [
    "POSITIONAL",
    "BindError",
    "Case",
    "Rule",
    "RuleError",
    "Sample",
    "all_attributes",
    "all_methods",
    "all_rules",
    "anything",
    "array",
    "assume_known",
    "attribute",
    "case",
    "constant",
    "constant_owner",
    "distinct",
    "elementwise",
    "find",
    "find_attribute",
    "find_method",
    "float_type",
    "known",
    "linear",
    "load_optional",
    "method",
    "must_find",
    "rule",
    "same",
    "scalar",
    "spd",
    "twin",
    "zero",
]

Words = tuple[Any, ...] | Callable[[Any], bool]  # a test's docstring says what passes it
Strong = bool | Callable[[Mapping[str, Any]], bool]  # or: whether it is so for these literal operands
Kind = Literal["elementwise", "linear", "custom", "zero", "constant"]
Batch = Literal["elementwise", "axis", "native", "none"]
AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Rule:
    """The derivative of one function (or of several that mean the same)."""

    name: str
    functions: tuple[Any, ...]
    kind: Kind
    params: inspect.Signature = field(default_factory=inspect.Signature)  # of the call: no out, no out_bar
    wrt: tuple[str, ...] = ()
    partials: Callable[..., Any] | None = None  # elementwise
    pullback: Callable[..., Any] | None = None  # linear, custom
    pushforwards: Mapping[str, Callable[..., Any]] = field(default_factory=dict)  # custom: by argument
    real_only: bool = False  # complex operands are refused
    steps_if_real: bool = False  # of real numbers the result varies in steps, so that its derivative is zero
    real_valued: bool = False  # a real result of a complex operand: the tangent is real(partial * x_dot)
    batch: Batch = "none"
    view: bool = False  # the result may share memory with an argument
    fresh: bool = False  # what the pullback returns shares memory with nothing
    poles: str = ""  # where a partial is infinite or undefined
    strong_zero: Strong = False  # the function is finite at its poles: a zero seed gives zero there
    chooses: bool = False  # takes some of the elements that it is given, and leaves out the others
    kinks: str = ""  # where the derivative is chosen by convention
    refuses: tuple[str, ...] = ()  # zero, constant: parameters that must not be given
    takes_active: bool = True  # constant: may an argument vary? (a random draw's parameters may not)
    aliases: Mapping[str, str] = field(
        default_factory=dict
    )  # further names of parameters, NumPy's to the rule's
    accepts: Mapping[str, Words] = field(default_factory=dict)  # what an option may be
    cases: tuple[CaseMaker, ...] = ()
    domain: tuple[tuple[float, float], ...] = ()

    def __repr__(self) -> str:
        return f"<{self.kind} rule {self.name}>"

    @property
    def body(self) -> Callable[..., Any] | None:
        """The function that says the reverse mode: partials or pullback."""
        return self.partials or self.pullback

    @cached_property
    def wants_out(self) -> bool:
        """Does the reverse rule ask for the result?"""
        if self.body is None:
            return False
        if self.kind == "custom":
            return mentions(self.body, "out")
        return "out" in inspect.signature(self.body).parameters

    @cached_property
    def structured(self) -> frozenset[str]:
        """Parameters that some case gives a nest: of the others the rule makes arrays before it calculates."""
        found: set[str] = set()
        for maker in self.cases:
            args, kwargs = maker(np.random.default_rng(0))
            for function in self.functions:
                bound = self.bind(args, kwargs, function=function)
                found.update(name for name in self.wrt if isinstance(bound.get(name), list | tuple | dict))
        return frozenset(found)

    @cached_property
    def saves(self) -> frozenset[str]:
        """Names whose values the reverse rule reads (for the docs; the compiler works on the inlined body)."""
        if self.body is None:
            return frozenset()
        names = frozenset((*self.params.parameters, "out"))
        return names & names_read(self.body)

    def bind(
        self,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        *,
        function: Any = None,
        value: Callable[[Any], Any] = lambda operand: operand,
    ) -> dict[str, Any]:
        """Which parameter of the rule gets which argument of a call of `function` (one of the rule's).

        Arguments may be any objects (the compiler passes operands of its IR); `value` tells the Python value of
        one where the rule needs it, to see that a parameter it does not support is at its default.
        A `*name` parameter is bound to a tuple. Raises BindError, which names the argument that is not covered.
        """
        function = self.functions[0] if function is None else function
        if self.kind in ("zero", "constant"):
            refuse_out(function, args, kwargs or {}, value, self.refuses)
            return {}
        keywords = kwargs or {}
        operands = (*args, *keywords.values())
        key = (id(self), _key(function), len(args), tuple(keywords))
        form = _forms.get(key) or _forms.setdefault(key, self._form(function, len(args), tuple(keywords)))
        for name, slot in form.unsupported:
            if not is_default(form.signature, name, value(taken(operands, slot))):
                raise BindError(f"`{name}=` of `{self.name}` is not supported", name)
        if form.error:
            raise BindError(*form.error)
        for name, slot in form.words:
            self._check_word(name, value(taken(operands, slot)))
        return {name: taken(operands, slot) for name, slot in form.slots.items()}

    def _form(self, function: Any, positional: int, keywords: tuple[str, ...]) -> Form:
        """How a call with so many positional arguments, and with these keywords, is bound."""
        signature, names = match_signature(function, self.params, self.aliases)
        numbers = range(positional + len(keywords))
        try:
            bound = signature.bind(
                *numbers[:positional], **dict(zip(keywords, numbers[positional:], strict=True))
            )
        except TypeError as error:
            unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
            text = (
                f"`{unknown[1]}=` of `{self.name}` is not supported" if unknown else f"`{self.name}`: {error}"
            )
            return Form(signature, {}, (), (), (text,))
        given = dict(flat_arguments(signature, bound))
        slots = {names[name]: slot for name, slot in given.items() if name in names}
        unsupported = tuple(
            (name, slot) for name, slot in given.items() if name not in names and name not in self.accepts
        )
        words = tuple((name, slot) for name, slot in given.items() if name in self.accepts)
        for parameter in self.params.parameters.values():
            required = parameter.default is parameter.empty and parameter.kind in POSITIONAL
            if required and parameter.name not in slots:
                missing = f"{self.name}: argument `{parameter.name}` is missing"
                return Form(signature, slots, unsupported, words, (missing, parameter.name))
        return Form(signature, slots, unsupported, words, ())

    def _check_word(self, name: str, word: Any) -> None:
        """Refuse an option that is not one of those that it may be (or of which that is not known)."""
        words = self.accepts[name]
        if isinstance(words, tuple) and word not in words:
            listed = ", ".join(map(repr, words))
            raise BindError(f"`{name}=` of `{self.name}` must be one of {listed}, written as such", name)
        if callable(words) and not words(word):
            raise BindError(f"`{name}=` of `{self.name}` must be {words.__doc__}", name)


_forms: dict[tuple[int, Any, int, tuple[str, ...]], Form] = {}


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────

# by identity (`_key`): a callable need not be hashable, nor compare sanely
_table: dict[Any, tuple[Any, Rule]] = {}
_methods: dict[str, Rule] = {}  # of ndarray
_attributes: dict[str, Rule] = {}  # of ndarray
_constant_owners: list[type] = []


def _key(function: Any) -> Any:
    """What a callable is known by; ``np.add.reduce`` is a new object each time that it is read."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc) or type(owner).__module__.startswith("scipy.stats"):
        return (id(owner), function.__name__)
    return id(function)


def find(function: Any) -> Rule | None:
    """The rule of a live callable, or None. Takes any object."""
    key = _key(function)
    entry = _table.get(key)
    if entry is not None and (entry[0] is function or isinstance(key, tuple)):
        return entry[1]
    if _is_optional(function) and load_optional():
        return find(function)
    if isinstance(function, BuiltinFunctionType | MethodType) and isinstance(
        function.__self__, tuple(_constant_owners)
    ):
        return _table[id(type(function.__self__))][1]
    return None


# These are slow to import: the rules of each are declared when a program that is differentiated has imported it.
OPTIONAL = {
    "scipy.special": "s2sad.rules.scipy_special",
    "scipy.linalg": "s2sad.rules.scipy_linalg",
    "scipy.fft": "s2sad.rules.scipy_fft",
    "scipy.interpolate": "s2sad.rules.scipy_interpolate",
    "scipy.integrate": "s2sad.rules.scipy_integrate",
    "scipy.optimize": "s2sad.rules.scipy_optimize",
    "scipy.signal": "s2sad.rules.scipy_signal",
    "scipy.ndimage": "s2sad.rules.scipy_ndimage",
    "scipy.sparse": "s2sad.rules.scipy_sparse",
    "scipy.stats": "s2sad.rules.scipy_stats",
    "numpy.testing": "s2sad.rules.numpy_testing",
}


def _is_optional(function: Any) -> bool:
    module = getattr(function, "__module__", None)
    if isinstance(module, str) and module.startswith(("scipy", "numpy.testing")):
        return True
    special = sys.modules.get("scipy.special")
    return (
        special is not None
        and isinstance(function, np.ufunc)
        and getattr(special, function.__name__, None) is function
    )


def is_own(body: Callable[..., Any]) -> bool:
    """Is it a rule that comes with s2sad?"""
    return body.__module__.startswith("s2sad.rules.")


def load_optional() -> bool:
    """Declare the rules of the optional libraries that are imported; whether there were any to declare."""
    wanted = [rules for package, rules in OPTIONAL.items() if package in sys.modules]
    missing = [rules for rules in wanted if rules not in sys.modules]
    for rules in missing:
        importlib.import_module(rules)
    return bool(missing)


def find_method(name: str) -> Rule | None:
    """The rule of ``array.name(...)``; the array is its first parameter."""
    return _methods.get(name)


def find_attribute(name: str) -> Rule | None:
    """The rule of ``array.name``; the array is its only argument."""
    return _attributes.get(name)


def all_rules() -> tuple[Rule, ...]:
    """Every declared rule, in the order of declaration."""
    return tuple({id(entry[1]): entry[1] for entry in _table.values()}.values())


def all_methods() -> Mapping[str, Rule]:
    return MappingProxyType(_methods)


def all_attributes() -> Mapping[str, Rule]:
    return MappingProxyType(_attributes)


def method(name: str, function: Any) -> None:
    """``array.name(...)`` is ``function(array, ...)``: one rule serves both."""
    _methods[name] = must_find(function)
    descriptor = getattr(np.ndarray, name, None)
    if descriptor is not None:
        _table[id(descriptor)] = (descriptor, _methods[name])


def attribute(name: str, function: Any) -> None:
    """``array.name`` is ``function(array)``."""
    _attributes[name] = must_find(function)


def same(function: Any, twin: Any) -> None:
    """A function of another library that does what `twin` does, whose rule serves both."""
    _table[_key(function)] = (function, must_find(twin))


def twin(function: Any, other: Any, *, cases: Sequence[CaseMaker] = (), **accepts: Words) -> None:
    """A function of another library that does what `other` does under the same parameters: its rule, with further options
    that do not matter (`accepts`). Unlike `same`, it is a rule of its own, tried with `cases`, or those of the other."""
    known = must_find(other)
    _register(
        replace(
            known,
            functions=(function,),
            accepts={**known.accepts, **accepts},
            cases=tuple(cases) or known.cases,
        )
    )


def must_find(function: Any) -> Rule:
    """The rule of a function that is declared already."""
    found = find(function)
    if found is None:
        raise RuleError(f"declare a rule for {name_of(function)} first")
    return found


def _register(new: Rule) -> None:
    for function in new.functions:
        old = find(function)
        if old is not None and _origin(old) != _origin(new):
            raise RuleError(f"{name_of(function)} has a rule already: {old.name} in {_origin(old)[0]}")
    for function in new.functions:
        _table[_key(function)] = (function, new)


def _origin(declared: Rule) -> tuple[str, str]:
    """Where a rule was declared: declaring it there again (a notebook cell run twice) replaces it."""
    return (getattr(declared.body, "__module__", ""), declared.name)


# ── declarations ─────────────────────────────────────────────────────────────────────────────────────────


def elementwise(
    *functions: Any,
    wrt: Iterable[str] | None = None,
    domain: Sequence[tuple[float, float]] = (),
    real_only: bool = False,
    real_valued: bool = False,
    poles: str = "",
    strong_zero: Strong = False,
    chooses: bool = False,
    kinks: str = "",
    aliases: Mapping[str, str] | None = None,
    cases: Sequence[CaseMaker] = (),
) -> Callable[[AnyFunction], AnyFunction]:
    """Declare the partials of a function that acts on each element by itself, with broadcasting.

    The body returns one partial for each parameter of `wrt` (all parameters, unless said otherwise; a keyword
    with a default is an option). It may ask for the result as keyword-only `out`.
    `domain`, an interval for each of `wrt`, says where tests draw from. `poles` says where a partial is infinite; with
    `strong_zero`, the function itself is finite there (the square root at 0), and a zero seed or tangent gives zero.
    `chooses`: the function takes an element of one of its operands and leaves the others; the partials are masks.
    """

    def declare(body: AnyFunction) -> AnyFunction:
        params = parameters_of(body, skip=())
        active = active_parameters(body, params, wrt, default=without_default(params))
        if not is_own(body):  # reading sources is slow: those of s2sad's own rules are read by their tests
            check_partial_count(body, len(active))
        if len(domain) not in (0, 1, len(active)):
            raise RuleError(
                f"{body.__name__}: domain has {len(domain)} intervals for {len(active)} arguments"
            )
        intervals = tuple(domain) * (len(active) if len(domain) == 1 else 1) or ((-2.0, 2.0),) * len(active)
        examples = tuple(cases) or (case(*(array(2, 3, low=lo, high=hi) for lo, hi in intervals)),)
        _register(
            Rule(
                rule_name(body, functions),
                functions_of(body, functions),
                "elementwise",
                params,
                active,
                partials=body,
                real_only=real_only,
                real_valued=real_valued,
                batch="elementwise",
                fresh=True,
                poles=poles,
                strong_zero=strong_zero,
                chooses=chooses,
                kinks=kinks,
                aliases=aliases or {},
                cases=examples,
                domain=intervals,
            )
        )
        return body

    return declare


def linear(
    *functions: Any,
    wrt: Iterable[str] | None = None,
    real_only: bool = False,
    batch: Batch = "none",
    view: bool = False,
    fresh: bool = False,
    chooses: bool = False,
    aliases: Mapping[str, str] | None = None,
    accepts: Mapping[str, Words] | None = None,
    cases: Sequence[CaseMaker] = (),
) -> Callable[[AnyFunction], AnyFunction]:
    """Declare the transpose of a function that is linear in the arguments `wrt`, jointly (default: the first).

    Its tangent is the function itself, with tangents in these places (zeros for inactive ones).
    `accepts` says what an option may be, where not everything has a derivative: ``accepts={"mode": ("edge",)}``. An
    option that is no parameter of the body does not matter to it (`kind` of a sort).
    The body takes `out_bar`, then the parameters; it returns one contribution for each of `wrt`, each exactly
    of its argument's shape.
    """

    def declare(body: AnyFunction) -> AnyFunction:
        params = parameters_of(body, skip=("out_bar",))
        active = active_parameters(body, params, wrt, default=tuple(params.parameters)[:1])
        _register(
            Rule(
                rule_name(body, functions),
                functions_of(body, functions),
                "linear",
                params,
                active,
                pullback=body,
                real_only=real_only,
                batch=batch,
                view=view,
                fresh=fresh,
                chooses=chooses,
                aliases=aliases or {},
                accepts=accepts or {},
                cases=tuple(cases),
            )
        )
        return body

    return declare


def rule(
    *functions: Any,
    wrt: Iterable[str] | None = None,
    real_only: bool = False,
    steps_if_real: bool = False,
    batch: Batch = "none",
    view: bool = False,
    fresh: bool = False,
    chooses: bool = False,
    poles: str = "",
    kinks: str = "",
    aliases: Mapping[str, str] | None = None,
    accepts: Mapping[str, Words] | None = None,
    cases: Sequence[CaseMaker] = (),
) -> Callable[[type], type]:
    """Declare both modes by hand, as a class of plain functions (no `self`).

    `vjp(out_bar, out, *parameters)` returns a contribution for each of `wrt`, in order; for each of them a
    function of its name, `x(x_dot, out, *parameters)`, returns what its tangent adds to the result's tangent.
    """

    def declare(body: type) -> type:
        members = {k: v for k, v in vars(body).items() if inspect.isfunction(v)}
        pullback = members.pop("vjp", None)
        if pullback is None:
            raise RuleError(f"{body.__name__}: a rule needs a function vjp(out_bar, out, ...)")
        params = parameters_of(pullback, skip=("out_bar", "out"))
        active = active_parameters(body, params, wrt, default=tuple(members))
        missing = [name for name in active if name not in members]
        if missing:
            raise RuleError(f"{body.__name__}: no tangent for {missing[0]}: add `def {missing[0]}(...)`")
        for name in active:
            own = parameters_of(members[name], skip=(f"{name}_dot", "out"))
            if list(own.parameters) != list(params.parameters):
                raise RuleError(f"{body.__name__}.{name}: its parameters differ from those of vjp")
        _register(
            Rule(
                rule_name(body, functions),
                functions_of(body, functions),
                "custom",
                params,
                active,
                pullback=pullback,
                pushforwards={name: members[name] for name in active},
                real_only=real_only,
                steps_if_real=steps_if_real,
                batch=batch,
                view=view,
                fresh=fresh,
                chooses=chooses,
                poles=poles,
                kinks=kinks,
                aliases=aliases or {},
                accepts=accepts or {},
                cases=tuple(cases),
            )
        )
        return body

    return declare


def zero(*functions: Any, refuses: Iterable[str] = ()) -> None:
    """Declare functions whose results vary in steps, so that their derivative is zero by nature.

    Calls that give a parameter of `refuses` (a histogram's `weights`, in which it does vary) are not covered.
    """
    for function in functions:
        new = Rule(name_of(function), (function,), "zero", batch="elementwise", refuses=tuple(refuses))
        _register(new)


def constant(*functions: Any, takes_active: bool = True) -> None:
    """Declare functions whose results carry no derivative: shapes, types, fresh constants, random numbers."""
    for function in functions:
        _register(Rule(name_of(function), (function,), "constant", takes_active=takes_active))


def constant_owner(*classes: type) -> None:
    """Declare that every method of an instance of these classes has a constant result (random generators).

    An argument that varies is refused there: a draw does depend on its distribution's parameters.
    """
    constant(*classes, takes_active=False)
    _constant_owners.extend(classes)
