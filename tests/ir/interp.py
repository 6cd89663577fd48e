"""An interpreter of the IR, as an oracle: a lowered function must do what the original does."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Generator
from typing import Any

from s2sad.frontend.resolve import Live, SourceClass, SourceFunction, SourceValue
from s2sad.ir import nodes as ir

_OPERATORS: dict[str, Callable[..., Any]] = {
    **{kind: getattr(operator, kind) for kind in (*ir.BINARY, "neg", "pos", "invert", "lt", "le", "gt", "ge", "eq", "ne")},
    "not": operator.not_, "is": operator.is_, "is_not": operator.is_not,
    "in": lambda a, b: a in b, "not_in": lambda a, b: a not in b,
}  # fmt: skip
_INPLACE = {kind: getattr(operator, "i" + kind.rstrip("_")) for kind in ir.BINARY}
_KINDS = {
    "posonly": inspect.Parameter.POSITIONAL_ONLY, "plain": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "varargs": inspect.Parameter.VAR_POSITIONAL, "kwonly": inspect.Parameter.KEYWORD_ONLY,
    "varkw": inspect.Parameter.VAR_KEYWORD,
}  # fmt: skip
Steps = Generator[Any, None, tuple[str, Any] | None]


class Env:
    """The variables of one call; those captured live in the caller's."""

    def __init__(self, function: ir.Function, outer: Env | None):
        self.values: dict[str, Any] = {}
        self.outer, self.free = outer, set(function.free)

    def home(self, name: str) -> Env:
        return self.outer.home(name) if name in self.free and self.outer is not None else self

    def read(self, name: str) -> Any:
        try:
            return self.home(name).values[name]
        except KeyError:
            raise UnboundLocalError(name) from None

    def write(self, var: ir.Var, value: Any) -> None:
        self.home(var.name).values[var.name] = value


def make(
    function: ir.Function, outer: Env | None = None, defaults: dict[str, Any] | None = None
) -> Callable[..., Any]:
    """The function as a Python callable that interprets the IR."""
    if defaults is None:
        defaults = {name: Run(Env(function, None)).atom(value) for name, value in function.defaults}
    empty = inspect.Parameter.empty
    signature = inspect.Signature(
        [
            inspect.Parameter(p.name, _KINDS[p.kind], default=defaults.get(p.name, empty))
            for p in function.params
        ]
    )

    def call(*args: Any, **kwargs: Any) -> Any:
        env = Env(function, outer)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        env.values.update(bound.arguments)
        steps = Run(env).body(function.body)
        if function.is_generator:
            return steps
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("a yield outside of a generator")

    call.__name__ = function.name
    return call


class Run:
    def __init__(self, env: Env):
        self.env = env

    # ── expressions ──────────────────────────────────────────────────────────────────────────────────────

    def atom(self, atom: ir.Atom) -> Any:
        match atom:
            case ir.Var(name):
                return self.env.read(name)
            case ir.Const(value):
                return value
            case ir.Ref(text, target):
                match target:
                    case Live(obj=obj):
                        return obj
                    case SourceFunction() | SourceClass():
                        assert target.live is not None
                        return target.live
                    case SourceValue():
                        return eval(target.text)
                raise NameError(text)

    def index(self, index: ir.Index) -> Any:
        match index:
            case ir.SliceIndex(lo, hi, step):
                return slice(*(None if part is None else self.atom(part) for part in (lo, hi, step)))
            case ir.TupleIndex(items):
                return tuple(self.index(item) for item in items)
        return self.atom(index)

    def items(self, items: tuple[ir.Atom | ir.Star, ...]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            found += list(self.atom(item.value)) if isinstance(item, ir.Star) else [self.atom(item)]
        return found

    def keywords(self, kwargs: tuple[tuple[str | None, ir.Atom], ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in kwargs:
            found.update(self.atom(value) if name is None else {name: self.atom(value)})
        return found

    def expr(self, expr: ir.Expr) -> Any:
        match expr:
            case ir.Op(kind, args):
                return _OPERATORS[kind](*map(self.atom, args))
            case ir.Call(func, args, kwargs):
                return self.atom(func)(*self.items(args), **self.keywords(kwargs))
            case ir.MethodCall(obj, name, args, kwargs):
                return getattr(self.atom(obj), name)(*self.items(args), **self.keywords(kwargs))
            case ir.GetAttr(obj, name):
                return getattr(self.atom(obj), name)
            case ir.GetItem(obj, index):
                return self.atom(obj)[self.index(index)]
            case ir.Build(kind, items):
                return {"tuple": tuple, "list": list, "set": set}[kind](self.items(items))
            case ir.BuildDict(items):
                found: dict[Any, Any] = {}
                for key, value in items:
                    found.update(self.atom(value) if key is None else {self.atom(key): self.atom(value)})
                return found
            case ir.MakeSlice(index):
                return self.index(index)
            case ir.Format():
                return self.format(expr)
            case ir.MakeFunction(function, defaults):
                return make(function, self.env, {name: self.atom(value) for name, value in defaults})
        return self.atom(expr)

    def format(self, expr: ir.Format) -> str:
        conversions = {"": lambda value: value, "r": repr, "s": str, "a": ascii}
        text = ""
        for part in expr.parts:
            if isinstance(part, str):
                text += part
            else:
                spec = self.format(part[2]) if isinstance(part[2], ir.Format) else part[2]
                text += format(conversions[part[1]](self.atom(part[0])), spec)
        return text

    # ── statements: a block ends with None, ("break", ...), ("continue", ...) or ("return", value) ───────

    def body(self, block: ir.Block) -> Generator[Any, None, Any]:
        end = yield from self.block(block)
        return end[1] if end is not None else None

    def block(self, block: ir.Block) -> Steps:
        for stmt in block:
            end = yield from self.statement(stmt)
            if end is not None:
                return end
        return None

    def statement(self, stmt: ir.Stmt) -> Steps:
        match stmt:
            case ir.Assign(target=target, value=value):
                self.env.write(target, self.expr(value))
            case ir.Unpack(targets=targets, value=value, star=star):
                self.unpack(targets, self.atom(value), star)
            case ir.SetItem(obj=obj, index=index, value=value):
                self.atom(obj)[self.index(index)] = self.atom(value)
            case ir.SetAttr(obj=obj, name=name, value=value):
                setattr(self.atom(obj), name, self.atom(value))
            case ir.AugName(target=target, op=op, value=value):
                self.env.write(target, _INPLACE[op](self.atom(target), self.atom(value)))
            case ir.AugItem(obj=obj, index=index, op=op, value=value):
                base, at = self.atom(obj), self.index(index)
                base[at] = _INPLACE[op](base[at], self.atom(value))
            case ir.AugAttr(obj=obj, name=name, op=op, value=value):
                base = self.atom(obj)
                setattr(base, name, _INPLACE[op](getattr(base, name), self.atom(value)))
            case ir.Delete(obj=obj, index=index, name=name):
                self.delete(obj, index, name)
            case ir.Break():
                return "break", None
            case ir.Continue():
                return "continue", None
            case ir.Return(value=value):
                return "return", self.atom(value)
            case ir.Yield(value=value):
                yield self.atom(value)
            case ir.If(test=test, body=body, orelse=orelse):
                return (yield from self.block(body if self.atom(test) else orelse))
            case ir.For() | ir.While():
                return (yield from self.loop(stmt))
            case ir.Raise(value=value, cause=cause):
                self.throw(value, cause)
            case ir.Assert(test=test, message=message, message_block=block):
                if not self.atom(test):
                    yield from self.block(block)
                    raise AssertionError(*([self.atom(message)] if message is not None else []))
            case ir.Try():
                return (yield from self.attempt(stmt))
            case ir.With(context=context, target=target, body=body):
                with self.atom(context) as value:
                    if target is not None:
                        self.env.write(target, value)
                    return (yield from self.block(body))
        return None

    def unpack(self, targets: tuple[ir.Var, ...], value: Any, star: int | None) -> None:
        values = list(value)
        if star is None:
            if len(values) != len(targets):
                raise ValueError("unpack")
        else:
            after = len(targets) - star - 1
            if len(values) < star + after:
                raise ValueError("unpack")
            values[star : len(values) - after] = [values[star : len(values) - after]]
        for target, item in zip(targets, values, strict=True):
            self.env.write(target, item)

    def delete(self, obj: ir.Atom, index: ir.Index | None, name: str | None) -> None:
        if index is not None:
            del self.atom(obj)[self.index(index)]
        elif name is not None:
            delattr(self.atom(obj), name)
        else:
            assert isinstance(obj, ir.Var)
            del self.env.values[obj.name]

    def loop(self, stmt: ir.For | ir.While) -> Steps:
        rounds = iter(self.atom(stmt.iterable)) if isinstance(stmt, ir.For) else None
        while True:
            if rounds is not None and isinstance(stmt, ir.For):
                try:
                    self.env.write(stmt.target, next(rounds))
                except StopIteration:
                    break
            elif isinstance(stmt, ir.While):
                yield from self.block(stmt.head)
                if not self.atom(stmt.test):
                    break
            end = yield from self.block(stmt.body)
            if end is not None and end[0] == "break":
                return None
            if end is not None and end[0] == "return":
                return end
        return (yield from self.block(stmt.orelse))

    def throw(self, value: ir.Atom | None, cause: ir.Atom | None) -> None:
        if value is None:
            raise
        if cause is not None:
            raise self.atom(value) from self.atom(cause)
        raise self.atom(value)

    def attempt(self, stmt: ir.Try) -> Steps:
        try:
            try:
                end = yield from self.block(stmt.body)
            except BaseException as error:
                for handler in stmt.handlers:
                    if handler.type is None or isinstance(error, self.atom(handler.type)):
                        if handler.name is not None:
                            self.env.write(handler.name, error)
                        end = yield from self.block(handler.body)
                        break
                else:
                    raise
            else:
                if end is None:
                    end = yield from self.block(stmt.orelse)
        finally:
            final = yield from self.block(stmt.final)
            if final is not None:
                return final  # noqa: B012 - as Python does
        return end
