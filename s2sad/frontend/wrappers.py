"""What a decorator's wrapper computes: whether it is what the function that it wraps computes.

``functools.wraps`` says nothing of that: a wrapper may time the call, or scale its result. One that only passes the
arguments on, and gives back what comes, is left out of generated code (timers, loggers, caches). Any other one is
differentiated as the function that it is.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

_Function = ast.FunctionDef | ast.Lambda

# Calls that leave what they are given as it is.
_READERS = {
    "print", "len", "repr", "str", "tuple", "frozenset", "hash", "isinstance", "type", "id", "sorted", "float", "zip",
    "enumerate", "all", "any", "format",
}  # fmt: skip
_READING_OBJECTS = {"log", "logger", "logging", "_log", "_logger", "LOG", "LOGGER", "warnings", "sys"}
_READING_METHODS = {"items", "keys", "values", "get", "copy", "tolist", "item"}


def function_in(text: str) -> ast.AST | None:
    """The function or lambda that a text is, if it can be read by itself."""
    try:
        node = ast.parse(textwrap.dedent(text)).body[0]
    except SyntaxError:
        return None
    return node.value if isinstance(node, ast.Expr) else node


def gives_what_it_wraps(node: ast.AST, wrapped: str) -> bool:
    """Whether a function returns what the function in its variable `wrapped` returns for the same arguments."""
    if not isinstance(node, _Function) or not _plain(node.args):
        return False
    if isinstance(node, ast.Lambda):
        return _passes_on(node.body, node.args, wrapped)
    found = _Results(node, wrapped)
    returned = [item.value for item in _own(node) if isinstance(item, ast.Return)]
    return bool(returned) and all(map(found.is_result, returned)) and _ends(node.body) and found.untouched()


def wrapper_in(decorator: ast.AST | None) -> tuple[ast.FunctionDef, str] | None:
    """The function that a decorator returns, and the name of what it wraps in it; one that takes options: its inner one."""
    if not isinstance(decorator, ast.FunctionDef):
        return None
    inner = {item.name: item for item in decorator.body if isinstance(item, ast.FunctionDef)}
    returned = [item.value for item in _own(decorator) if isinstance(item, ast.Return)]
    names = {item.id for item in returned if isinstance(item, ast.Name)}
    if len(names) != 1 or len(names) != len(returned) or names.isdisjoint(inner):
        return None
    made = inner[names.pop()]
    if decorator.args.args and not any(isinstance(item, ast.FunctionDef) for item in made.body):
        return made, decorator.args.args[0].arg
    return wrapper_in(made)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _own(child)


def _plain(args: ast.arguments) -> bool:
    """Whether what is passed on is what was given: no defaults, which may be others than those of the function."""
    return not args.defaults and not any(args.kw_defaults) and not args.kwonlyargs


def _passes_on(value: ast.AST | None, args: ast.arguments, wrapped: str) -> bool:
    """Whether an expression calls what is wrapped with all arguments as they came."""
    names = [item.arg for item in (*args.posonlyargs, *args.args)]
    expected = [*names, *([f"*{args.vararg.arg}"] if args.vararg else [])]
    keywords = [f"**{args.kwarg.arg}"] if args.kwarg else []
    match value:
        case ast.Call(func=ast.Name(id=name)) if name == wrapped:
            given = [ast.unparse(item) for item in value.args]
            named = [f"**{ast.unparse(item.value)}" if item.arg is None else "" for item in value.keywords]
            return given == expected and named == keywords
        case _:
            return False


class _Results:
    """Which expressions of a wrapper are results of what it wraps."""

    def __init__(self, node: ast.FunctionDef, wrapped: str) -> None:
        self.node, self.wrapped = node, wrapped
        args = node.args
        self.params = {item.arg for item in (*args.posonlyargs, *args.args, args.vararg, args.kwarg) if item}
        self.values: dict[str, list[ast.AST | None]] = {}  # what each place is set to; None: it is not known
        for item in _own(node):
            if isinstance(item, ast.Assign) and len(item.targets) == 1:
                self.values.setdefault(ast.unparse(item.targets[0]), []).append(item.value)
            elif isinstance(item, ast.Name) and isinstance(item.ctx, (ast.Store, ast.Del)):
                self.values.setdefault(item.id, []).append(None)
            elif isinstance(item, (ast.Nonlocal, ast.Global)):  # may hold what an earlier call left
                for name in item.names:
                    self.values[name] = [None, None]

    def is_result(self, value: ast.AST | None) -> bool:
        """Also a variable that only holds results, or an entry of a cache that results are written to."""
        if isinstance(value, ast.NamedExpr):
            return self.is_result(value.value)
        if _passes_on(value, self.node.args, self.wrapped):
            return True
        if not isinstance(value, (ast.Name, ast.Subscript)):
            return False
        if isinstance(value, ast.Subscript) and not self._tells_arguments(value.slice):
            return False
        stored = self.values.get(ast.unparse(value), [])
        known = [item for item in stored if item is not None]
        # An assignment to a name is seen twice: as such, and as the name that is bound.
        twice = len(stored) == 2 * len(known) if isinstance(value, ast.Name) else True
        return bool(known) and twice and all(self._is_call(item, value) for item in known)

    def _is_call(self, value: ast.AST, place: ast.AST) -> bool:
        if isinstance(value, (ast.Name, ast.Subscript)) and ast.unparse(value) == ast.unparse(place):
            return False
        return self.is_result(value)

    def _tells_arguments(self, key: ast.AST) -> bool:
        """Whether the key of a cache is made of all arguments."""
        named = [key]
        if isinstance(key, ast.Name):
            named += [item for item in self.values.get(key.id, []) if item is not None]
        found = {part.id for item in named for part in ast.walk(item) if isinstance(part, ast.Name)}
        return bool(self.params) and self.params <= found

    def untouched(self) -> bool:
        """Whether neither the arguments nor what came back are changed, as far as can be seen."""
        held = self.params | {name for name in self.values if name.isidentifier() and self._holds(name)}
        return not any(self._changes(item, held) for item in _own(self.node))

    def _holds(self, name: str) -> bool:
        return self.is_result(ast.Name(name, ast.Load()))

    def _changes(self, item: ast.AST, held: set[str]) -> bool:
        match item:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                return name in self.params
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                return _root(item) in held
            case ast.AugAssign(target=target):
                return _root(target) in held
            case ast.Call() if not _passes_on(item, self.node.args, self.wrapped):
                return self._may_change(item, held)
            case _:
                return False

    def _may_change(self, call: ast.Call, held: set[str]) -> bool:
        match call.func:
            case ast.Name(id=name) if name in _READERS:
                return False
            case ast.Attribute(value=value, attr=method) if _root(value) in held:
                return method not in _READING_METHODS
            case ast.Attribute() if _root(call.func) in _READING_OBJECTS:
                return False
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return any(
            isinstance(part, ast.Name) and part.id in held for value in given for part in ast.walk(value)
        )


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _ends(body: list[ast.stmt]) -> bool:
    """Whether a block cannot be left at its end, where a function would return None."""
    match body[-1]:
        case ast.Return() | ast.Raise():
            return True
        case ast.With(body=inner):
            return _ends(inner)
        case ast.If(body=inner, orelse=other):
            return bool(other) and _ends(inner) and _ends(other)
        case ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=final):
            whole = _ends(other or inner) and all(_ends(handler.body) for handler in handlers)
            return whole or (bool(final) and _ends(final))
        case _:
            return False
