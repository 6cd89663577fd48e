"""What one compilation shares: fresh names, the variants of the functions it meets, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from s2sad.analysis.refuse import refuse
from s2sad.analysis.values import NEVER, TOP, Bound, Choice, Fn, Gen, Known, Value, join
from s2sad.analysis.webs import split_webs
from s2sad.errors import Diagnostic, RefusedError
from s2sad.frontend.resolve import SourceFunction
from s2sad.ir.exits import single_exit
from s2sad.ir.nodes import Call, Function, MethodCall, Param, Ref
from s2sad.ir.subst import all_names
from s2sad.ir.walk import functions, stmt_atoms, walk
from s2sad.names import MadeUp

MAX_DEPTH = 80
MAX_ROUNDS = 4


@dataclass(eq=False)
class Variant:
    """A user's function for one pattern of argument types.

    `params` are the values that the variant takes, in order: the function's parameters without those that only steer
    (functions, None, strings, booleans), and with the variables that its function arguments capture.
    """

    name: str
    key: Any
    source: Any  # the SourceFunction or the nested ir.Function it comes from
    params: tuple[str, ...] = ()
    arguments: dict[str, Value] = field(default_factory=dict)
    function: Function | None = None  # specialised; None while in work
    types: dict[str, Value] = field(default_factory=dict)
    result: Value | None = None
    effects: dict[str, Value] = field(default_factory=dict)  # types of the parameters when it returns
    recursive: bool = False
    constants: dict[str, Any] = field(
        default_factory=dict
    )  # operands that stand for the parameters it does not take
    facts: dict[str, Any] = field(default_factory=dict)  # what later stages remember of it


@dataclass(frozen=True)
class Resolved:
    """The target of a call that was bound to a variant; `original` is the call as the user wrote it."""

    variant: Variant
    original: Call | MethodCall


class Generated:
    """A generated function, as the target of calls.

    `function` gives its IR with every call still bound, for analysis and a further transform (None while it is being
    written), and `keywords` tells what its keyword parameters are called there.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.keywords: dict[str, str] = {}
        self.write: Callable[[], Function] | None = None
        self._function: Function | None = None

    def function(self) -> Function | None:
        if self._function is None and self.write is not None:
            self._function = self.write()
        return self._function


class Session:
    derive: Callable[..., Any]  # writes the derivative of a variant (`transform.nested`)

    def __init__(self, specialise: Any) -> None:
        self._derived: dict[Any, Any] = {}
        self.specialise = specialise
        self.keep_constants = False
        self.transposing = False  # in the body of a pullback: only what is known to be complex is conjugated
        self.inline = True  # put a callee that is called once in the place of its call
        self.in_place = False  # put callees that share arrays with their caller in place of their calls
        self.locals: set[str] = set()
        self.counter = 0
        self.owner: dict[str, str] = {}
        self.local_names: dict[str, int] = {}
        self.variants: dict[Any, Variant] = {}
        self.taken: set[str] = set()
        self.made_up = MadeUp()
        self.stack: list[Function] = []
        self.working: list[Variant] = []
        self.restructured: set[Any] = set()  # places of stores that change what is there (`restructure`)
        self.tainted: set[int] = set()  # variants that have seen a provisional result of a caller's
        self.prepared: dict[int, tuple[Any, Function]] = {}
        self.findings: list[Diagnostic] = []  # of the walk that is under way
        self.memo: dict[Any, Any] = {}  # what `generators` remembers from one walk over a loop to the next

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Note what is refused within this block, and go on: `walking` raises it all."""
        try:
            yield
        except RefusedError as error:
            self.findings += [found for found in error.diagnostics if found not in self.findings]
        except Exception:
            if not self.findings:  # else it comes of going on
                raise

    @contextmanager
    def walking(self) -> Iterator[None]:
        """A walk whose findings are raised together at its end."""
        try:
            yield
        except RefusedError as error:
            self.findings += [found for found in error.diagnostics if found not in self.findings]
        except Exception:
            if not self.findings:
                raise
        if self.findings:
            findings, self.findings = self.findings, []
            raise RefusedError(
                *sorted(findings, key=lambda found: (found.filename, found.span.line, found.span.col))
            )

    def derived(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` returns, made once for each key (what the key names by id lives as long as the session)."""
        if key not in self._derived:
            self._derived[key] = make()
        return self._derived[key]

    def function_of(self, variant: Variant) -> Function | None:
        """A variant as a function, to be specialised further; None while it is in work."""
        body = variant.function
        if body is None:
            return None
        params = tuple(map(Param, variant.params))
        _, made = self.derived(
            ("variant", id(variant)),
            lambda: (variant, replace(body, params=params, defaults=(), free=(), doc="", returns="")),
        )
        return made

    def fresh_temp(self) -> str:
        self.counter += 1
        return f"%s{self.counter}"

    def fresh_name(self, wish: str) -> str:
        """A name that nothing else in this compilation has."""
        name, number = wish, 1
        while name in self.taken:
            number += 1
            name = f"{wish}_{number}"
        self.taken.add(name)
        if name != wish:
            self.made_up.wishes[name] = wish
        return name

    def fresh_result(self, wish: str) -> str:
        """A name for what a function returns."""
        name = self.fresh_name(wish)
        self.made_up.results.add(name)
        return name

    def fresh_local(self, wish: str) -> str:
        """A variable name that no function of this compilation has."""
        return self.fresh_name(wish)

    def reserve(self, name: str, key: str) -> str:
        """The name of the adjoint or tangent of variable `key`: as it is, unless the user has a variable so named."""
        return (
            self.fresh_name(name)
            if name in self.taken and self.owner.get(name) != key
            else self.own(name, key)
        )

    def own(self, name: str, key: str) -> str:
        self.taken.add(name)
        self.owner[name] = key
        return name

    def derived_name(self, wish: str, key: str, taken: frozenset[str]) -> str:
        """The name of the adjoint or tangent of variable `key` in a function that has the names `taken`."""
        if key.startswith("%"):
            return wish
        return self.fresh_name(wish) if wish in taken else self.reserve(wish, key)

    @contextmanager
    def exact(self) -> Iterator[None]:
        """Within this block constants given to a function are part of its variant: rule bodies fold on them."""
        before, self.keep_constants = self.keep_constants, True
        try:
            yield
        finally:
            self.keep_constants = before

    @contextmanager
    def transpose(self) -> Iterator[None]:
        """Within this block the body of a pullback is put in place (see `complex_kinds`)."""
        self.transposing = True
        try:
            yield
        finally:
            self.transposing = False

    def local_name(self, name: str) -> str:
        """A name for a variable of an inlined callee."""
        return self.fresh_temp() if self.keep_constants or name.startswith("%") else self.fresh_name(name)

    def prepare(self, source: Any) -> Function:
        """The callee's IR in single-exit form with split webs."""
        found = self.prepared.get(id(source))
        if found is None:
            function = source if isinstance(source, Function) else source.lower()
            if self.keep_constants:
                prepared, wishes = prepared_rule(function)
            else:
                prepared, wishes = prepared_form(function)
                names = {
                    *all_names(function),
                    *all_names(prepared),
                    *outside_names(prepared, functions_too=False),
                }
                self.taken |= {name for name in names if not name.startswith("%")}
            self.made_up.wishes |= wishes
            found = self.prepared[id(source)] = (source, prepared)
        return found[1]

    def complete(self, variant: Variant, function: Function) -> None:
        """Specialise; a recursive function again, until its result type is stable."""
        if len(self.stack) > MAX_DEPTH:
            refuse(
                function.origin,
                function.span,
                "S2S032",
                f"calls of `{function.name}` nest too deeply to compile",
                "write the recursion as a loop",
            )
        provisional: Value = NEVER
        facts: dict[str, Any] = {}
        self.stack.append(function)
        self.working.append(variant)
        try:
            for _ in range(MAX_ROUNDS):
                variant.result = provisional
                self.specialise(self, function, variant.arguments, variant)
                assert variant.result is not None
                if not variant.recursive or (variant.result == provisional and variant.facts == facts):
                    break
                facts = dict(variant.facts)
                provisional = variant.result if provisional == NEVER else join(provisional, variant.result)
                variant.function = None
            else:
                variant.result = TOP
                self.specialise(self, function, variant.arguments, variant)
        finally:
            self.stack.pop()
            self.working.pop()
        if id(variant) in self.tainted:  # right in this round of its caller's only
            self.variants.pop(variant.key, None)

    def recurse(self, variant: Variant) -> None:
        """A call of a variant that is still in work: what is specialised since then has to be done again."""
        variant.recursive = True
        start = next(k for k, active in enumerate(self.working) if active is variant)
        self.tainted |= {id(active) for active in self.working[start + 1 :]}

    def origin(self) -> Any:
        """The source of the function that is being specialised."""
        return self.stack[-1].origin if self.stack else None


def outside_names(function: Function, functions_too: bool = True) -> Iterator[str]:
    """The names of globals and captured values that a function reads: no variable of the derivative may hide them.

    User functions may count or not: the variants of these want their names.
    """
    for body in (function.body, *(inner.body for inner in functions(function.body))):
        for stmt in walk(body):
            for atom in stmt_atoms(stmt):
                if isinstance(atom, Ref) and (functions_too or not isinstance(atom.target, SourceFunction)):
                    yield atom.text.partition(".")[0]


def prepared_form(function: Function) -> tuple[Function, dict[str, str]]:
    """The function in single-exit form with split webs, and what the new names stand for."""
    names = {*all_names(function), *outside_names(function)}

    def fresh(wish: str) -> str:
        name, number = wish, 0
        while name in names:
            number += 1
            name = f"{wish}_{number}"
        names.add(name)
        if name != wish:
            wishes[name] = wish
        return name

    wishes: dict[str, str] = {}
    prepared, webs = split_webs(single_exit(function, fresh))
    return prepared, wishes | {new: old for new, old in webs.items() if new != old}


_rule_bodies: dict[int, tuple[Function, tuple[Function, dict[str, str]]]] = {}


def prepared_rule(function: Function) -> tuple[Function, dict[str, str]]:
    """A rule's body, prepared once in the life of the process."""
    found = _rule_bodies.get(id(function))
    if found is None:
        found = _rule_bodies[id(function)] = (function, prepared_form(function))
    return found[1]


def steers(value: Value) -> bool:
    """Whether an argument of this type is part of the variant's key as itself, and not passed at run time."""
    if isinstance(value, Known):
        return not isinstance(value.value, (int, float, complex)) or isinstance(value.value, bool)
    return isinstance(value, (Fn, Bound, Gen, Choice))
