"""From LibCST to the IR."""

from __future__ import annotations

import inspect
from dataclasses import replace

import libcst as cst

from s2sad.errors import Diagnostics
from s2sad.frontend.fence import ASYNC
from s2sad.frontend.lower_build import Names, Shared
from s2sad.frontend.lower_scope import comment_behind, parameters, scope_of
from s2sad.frontend.lower_stmt import Statements
from s2sad.frontend.parse import FunctionNode, Snippet
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Call,
    Const,
    Expr,
    Function,
    MakeFunction,
    MethodCall,
    Notes,
    Param,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Span,
    Var,
)
from s2sad.ir.walk import walk


def lower(snippet: Snippet, names: Names, name: str, class_name: str = "", origin: object = None) -> Function:
    """The IR of a function. Raises `RefusedError` with every finding, if there are any."""
    findings = Diagnostics(snippet.source.filename, snippet.source.lines)
    shared = Shared(snippet, names, findings, class_name)
    node = snippet.node
    lowering = Lowering(shared, node, scope_of(node), None)
    function = lowering.function(name)
    findings.raise_if_any()
    notes = Notes(snippet.source.comments_above(snippet.first_line), function.notes.behind)
    defaults = tuple(lowering.outer_defaults())
    return replace(function, defaults=defaults, notes=notes, origin=origin)


class Lowering(Statements):
    """One function; those nested in it get a `Lowering` of their own, whose parent is this one."""

    def function(self, name: str) -> Function:
        node = self.node
        if isinstance(node, cst.FunctionDef) and node.asynchronous is not None:
            self.refuse(node.name, ASYNC)
        doc, notes, returns = "", Notes(), ""
        if isinstance(node, cst.Lambda):
            body = self.block(lambda: self._return(node.body))
        else:
            doc = _docstring(node)
            body = self.suite(node.body)
            notes = Notes((), _header_comment(node))
            if node.returns is not None and node.type_parameters is None:
                returns = self.code(node.returns.annotation)
        return Function(
            name,
            self._params(),
            body,
            doc=doc,
            returns=returns,
            free=tuple(self.free),
            nonlocals=tuple(sorted(self.scope.nonlocals)),
            is_lambda=isinstance(node, cst.Lambda),
            is_generator=self.scope.is_generator,
            span=self.span(node),
            notes=notes,
        )

    def _return(self, node: cst.BaseExpression) -> None:
        self.emit(Return(self.atom(node), span=self.span(node)))

    def _params(self) -> tuple[Param, ...]:
        params = self.node.params
        found = [self._param(param, "posonly") for param in params.posonly_params]
        found += [self._param(param, "plain") for param in params.params]
        if isinstance(params.star_arg, cst.Param):
            found.append(self._param(params.star_arg, "varargs"))
        found += [self._param(param, "kwonly") for param in params.kwonly_params]
        if params.star_kwarg is not None:
            found.append(self._param(params.star_kwarg, "varkw"))
        return tuple(found)

    def _param(self, param: cst.Param, kind: str) -> Param:
        annotation = param.annotation
        generic = isinstance(self.node, cst.FunctionDef) and self.node.type_parameters is not None
        return Param(
            self.mangle(param.name.value),
            kind,  # type: ignore[arg-type]
            self.code(annotation.annotation) if annotation is not None and not generic else "",
            self.code(param.default) if param.default is not None else "",
        )

    def outer_defaults(self) -> list[tuple[str, Atom]]:
        """What the defaults of the outermost function evaluate to, where it is known."""
        found: list[tuple[str, Atom]] = []
        for param in parameters(self.node.params):
            if param.default is None:
                continue
            text = self.code(param.default)
            target = self.shared.names.default(param.name.value, text)
            if target is not None:
                found.append((param.name.value, _literal(target, text)))
        return found

    # ── nested functions ─────────────────────────────────────────────────────────────────────────────────

    def expr_Lambda(self, node: cst.Lambda) -> Expr:
        return self.nested_function(node)

    def nested_function(self, node: FunctionNode) -> Expr:
        with_default = [param for param in parameters(node.params) if param.default is not None]
        values = self.atoms([param.default for param in with_default if param.default is not None])
        defaults = tuple((param.name.value, value) for param, value in zip(with_default, values, strict=True))
        name = node.name.value if isinstance(node, cst.FunctionDef) else "<lambda>"
        inner = Lowering(self.shared, node, scope_of(node), self)
        function = inner.function(name)
        return MakeFunction(function, defaults)

    def call_decorator(self, decorator: Atom, function: Atom, span: Span) -> Expr:
        return Call(decorator, (function,))

    @property
    def written_objects(self) -> set[str]:
        """Variables whose objects nested functions, as far as they have been lowered, write to."""
        return _objects_written_by_nested(tuple(self.out))


def _objects_written_by_nested(block: Block) -> set[str]:
    found: set[str] = set()
    for statement in walk(block):
        if isinstance(statement, Assign) and isinstance(statement.value, MakeFunction):
            inner = statement.value.function
            found |= _objects_written(inner.body) & set(inner.free)
            found |= _objects_written_by_nested(inner.body)
    return found


def _objects_written(block: Block) -> set[str]:
    found: set[str] = set()
    for statement in walk(block):
        match statement:
            case SetItem(obj=Var(name=name)) | SetAttr(obj=Var(name=name)) | AugItem(obj=Var(name=name)):
                found.add(name)
            case AugAttr(obj=Var(name=name)) | AugName(target=Var(name=name)):
                found.add(name)
            case Assign(value=MethodCall(obj=Var(name=name))):
                found.add(name)
    return found


def _docstring(node: cst.FunctionDef) -> str:
    text = node.get_docstring(clean=False)
    return inspect.cleandoc(text) if text else ""


def _header_comment(node: cst.FunctionDef) -> str:
    return comment_behind(node.body.header) if isinstance(node.body, cst.IndentedBlock) else ""


def _literal(target: object, text: str) -> Atom:
    value = getattr(target, "obj", target)
    literal = value is None or type(value) in (bool, int, float, complex, str, bytes, type(...))
    return Const(value) if literal else Ref(text, target)  # type: ignore[arg-type]
