"""Which variables a function has: one walk over its nodes, before it is lowered."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import libcst as cst

from s2sad.frontend.parse import FunctionNode

COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
_SKIPPED = {
    "leading_lines",
    "lpar",
    "rpar",
    "comma",
    "semicolon",
    "header",
    "footer",
    "lines_after_decorators",
}
_SKIPPED |= {"lbracket", "rbracket", "lbrace", "rbrace", "colon", "dot", "equal", "annotation", "returns"}


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (item.name for item in dataclasses.fields(kind))
    return tuple(name for name in names if not name.startswith("whitespace") and name not in _SKIPPED)


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes below a node that carry meaning, in the order of the text (nearly: see `Comparison`)."""
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (tuple, list)):
            for item in value:
                if isinstance(item, cst.CSTNode):
                    yield item


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """The variables that an assignment target binds (not those that its subscripts and attributes read)."""
    match target:
        case cst.Name(value=name):
            yield name
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from target_names(element.value)
        case cst.StarredElement(value=value):
            yield from target_names(value)


def parameters(params: cst.Parameters) -> list[cst.Param]:
    """All parameters in order: positional-only, plain, ``*args``, keyword-only, ``**kwargs``."""
    found = [*params.posonly_params, *params.params]
    if isinstance(params.star_arg, cst.Param):
        found.append(params.star_arg)
    found += params.kwonly_params
    if params.star_kwarg is not None:
        found.append(params.star_kwarg)
    return found


@dataclass
class Scope:
    """What one function (not those nested in it) binds, and what is said about names below it."""

    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    # Names read or bound outside of comprehensions that bind them themselves, here or in nested functions.
    plain: set[str] = field(default_factory=set)
    written_below: set[str] = field(default_factory=set)  # nonlocal in a nested function, at any depth
    imports: dict[str, list[cst.Import | cst.ImportFrom]] = field(default_factory=dict)
    rebound: set[str] = field(default_factory=set)  # bound by something else than an import
    has_walrus: bool = False
    is_generator: bool = False

    @property
    def locals(self) -> set[str]:
        return self.bound - self.globals - self.nonlocals


def scope_of(node: FunctionNode) -> Scope:
    scope = Scope()
    for param in parameters(node.params):
        _bind(scope, param.name.value)
    _Walk(scope).visit(node.body)
    return scope


def _bind(scope: Scope, name: str) -> None:
    scope.bound.add(name)
    scope.plain.add(name)
    scope.rebound.add(name)


class _Walk:
    def __init__(self, scope: Scope):
        self.scope = scope
        self.hidden: list[set[str]] = []  # what the comprehensions around this place bind

    def visit(self, node: cst.CSTNode) -> None:
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is not None:
            method(node)
        else:
            self.below(node)

    def below(self, node: cst.CSTNode) -> None:
        for child in children(node):
            self.visit(child)

    def bind(self, *names: str) -> None:
        for name in names:
            _bind(self.scope, name)

    def visit_Name(self, node: cst.Name) -> None:
        if not any(node.value in names for names in self.hidden):
            self.scope.plain.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.visit(node.value)

    def visit_Arg(self, node: cst.Arg) -> None:
        self.visit(node.value)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.visit_target(node.target)

    def visit_target(self, node: cst.CSTNode) -> None:
        self.bind(*target_names(node))
        self.visit(node)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self.visit_target(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.visit_target(node.target)
        self.visit(node.value)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self.scope.has_walrus = True
        self.visit_target(node.target)
        self.visit(node.value)

    def visit_For(self, node: cst.For) -> None:
        self.bind(*target_names(node.target))
        self.below(node)

    def visit_AsName(self, node: cst.AsName) -> None:
        self.visit_target(node.name)

    def visit_Del(self, node: cst.Del) -> None:
        self.visit_target(node.target)

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        if node.name is not None:
            self.bind(node.name.value)
        if node.pattern is not None:
            self.visit(node.pattern)

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        if node.name is not None:
            self.bind(node.name.value)

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        if node.rest is not None:
            self.bind(node.rest.value)
        self.below(node)

    def visit_MatchKeywordElement(self, node: cst.MatchKeywordElement) -> None:
        self.visit(node.pattern)

    def visit_Import(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            name = imported_as(alias)
            self.scope.bound.add(name)
            self.scope.plain.add(name)
            self.scope.imports.setdefault(name, []).append(node)

    visit_ImportFrom = visit_Import

    def visit_Global(self, node: cst.Global) -> None:
        self.scope.globals |= {item.name.value for item in node.names}

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:
        names = {item.name.value for item in node.names}
        self.scope.nonlocals |= names

    def visit_Yield(self, node: cst.Yield) -> None:
        self.scope.is_generator = True
        self.below(node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.bind(node.name.value)
        for decorator in node.decorators:
            self.visit(decorator)
        self.nested(node)

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.nested(node)

    def nested(self, node: FunctionNode) -> None:
        for param in parameters(node.params):
            if param.default is not None:
                self.visit(param.default)
        inner = scope_of(node)
        hidden = set().union(*self.hidden)
        self.scope.plain |= inner.plain - inner.locals - hidden
        self.scope.written_below |= inner.nonlocals | inner.written_below

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.bind(node.name.value)  # refused later

    def comprehension(self, node: cst.BaseComp) -> None:
        first = node.for_in
        self.visit(first.iter)
        self.hidden.append({name for part in for_parts(first) for name in target_names(part.target)})
        part: cst.CompFor | None = first
        while part is not None:
            self.visit(part.target)
            if part is not first:
                self.visit(part.iter)
            for condition in part.ifs:
                self.visit(condition.test)
            part = part.inner_for_in
        match node:
            case cst.DictComp():
                self.visit(node.key)
                self.visit(node.value)
            case cst.BaseSimpleComp():
                self.visit(node.elt)
        self.hidden.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension


def for_parts(first: cst.CompFor) -> Iterator[cst.CompFor]:
    part: cst.CompFor | None = first
    while part is not None:
        yield part
        part = part.inner_for_in


def imported_as(alias: cst.ImportAlias) -> str:
    """The variable that ``import a.b``, ``import a as c`` or ``from m import a`` binds."""
    if alias.asname is not None:
        name = alias.asname.name
        assert isinstance(name, cst.Name)
        return name.value
    node: cst.BaseExpression = alias.name
    while isinstance(node, cst.Attribute):
        node = node.value
    assert isinstance(node, cst.Name)
    return node.value


def contains(node: cst.CSTNode, *kinds: type[cst.CSTNode]) -> bool:
    """Whether a node of these kinds is evaluated with `node` (what nested functions hold is not)."""
    if isinstance(node, kinds):
        return True
    if isinstance(node, cst.Lambda):
        return any(param.default and contains(param.default, *kinds) for param in parameters(node.params))
    return any(contains(child, *kinds) for child in children(node))


def walrus_names(node: cst.CSTNode) -> set[str]:
    """The variables that ``:=`` binds when `node` is evaluated."""
    if isinstance(node, cst.Lambda):
        return set()
    found = set(target_names(node.target)) if isinstance(node, cst.NamedExpr) else set()
    return found.union(*(walrus_names(child) for child in children(node)))


def comments(lines: Iterable[cst.EmptyLine]) -> tuple[str, ...]:
    return tuple(line.comment.value for line in lines if line.comment is not None)


def comment_behind(whitespace: object) -> str:
    comment = getattr(whitespace, "comment", None)
    return comment.value if comment is not None else ""
