"""Statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from s2sad.frontend.denotations import Live, Missing
from s2sad.frontend.fence import ASYNC, Refusal, unknown_import, unsupported
from s2sad.frontend.lower_expr import AUGMENTED
from s2sad.frontend.lower_match import Patterns
from s2sad.frontend.lower_scope import (
    comment_behind,
    comments,
    contains,
    imported_as,
    target_names,
    walrus_names,
)
from s2sad.frontend.parse import comments_between
from s2sad.ir.nodes import (
    Assert,
    Assign,
    Atom,
    AugAttr,
    AugItem,
    AugName,
    Block,
    Break,
    Call,
    Comment,
    Const,
    Continue,
    Delete,
    Expr,
    For,
    GetItem,
    Handler,
    If,
    Notes,
    Raise,
    Ref,
    Return,
    SetAttr,
    SetItem,
    Span,
    Try,
    Unpack,
    Var,
    While,
    With,
    Yield,
)

Suite = cst.BaseSuite
Lines = Sequence[cst.EmptyLine]


class Statements(Patterns):
    # ── suites ───────────────────────────────────────────────────────────────────────────────────────────

    def suite(self, node: Suite, before: Lines = (), header: str = "") -> Block:
        """A suite as a block; comments that stand before it, or on its header, go to its first statement."""
        above = (*comments(before), *([header] if header else ()))

        def write() -> None:
            for text in above:
                self.emit(Comment(text))
            self.statements(node)

        return self.block(write)

    def statements(self, node: Suite) -> None:
        if isinstance(node, cst.SimpleStatementSuite):
            self.small(node.body, (), comment_behind(node.trailing_whitespace))
            return
        assert isinstance(node, cst.IndentedBlock)
        for statement in node.body:
            self.statement(statement)
        for text in comments(node.footer):
            self.emit(Comment(text))

    def statement(self, node: cst.BaseStatement) -> None:
        if isinstance(node, cst.SimpleStatementLine):
            inside = comments_between(self.shared.snippet.source.lines, self.span(node))
            behind = comment_behind(node.trailing_whitespace)
            self.small(node.body, (*comments(node.leading_lines), *inside), behind)
            return
        method = getattr(self, f"stmt_{type(node).__name__}", None)
        if method is None:
            self.refuse(node, unsupported(node))
            return
        start = len(self.out)
        method(node)
        self.annotate(start, comments(getattr(node, "leading_lines", ())), _header(node))

    def small(self, nodes: Sequence[cst.BaseSmallStatement], above: tuple[str, ...], behind: str) -> None:
        start = len(self.out)
        for node in nodes:
            method = getattr(self, f"stmt_{type(node).__name__}", None)
            if method is None:
                self.refuse(node, unsupported(node))
            else:
                method(node)
        if start == len(self.out):  # `pass`, an import: its comments stand alone
            for text in (*above, *([behind] if behind else ())):
                self.emit(Comment(text))
            return
        self.annotate(start, above, behind)

    # ── assignments ──────────────────────────────────────────────────────────────────────────────────────

    def stmt_Assign(self, node: cst.Assign) -> None:
        targets = [target.target for target in node.targets]
        if len(targets) == 1 and isinstance(targets[0], cst.Name):
            self.store_expr(targets[0], self.expr(node.value), self.span(node.value))
            return
        if isinstance(targets[0], (cst.Tuple, cst.List)) and len(targets) == 1:
            self.eager.add(node.value)  # a generator expression is unpacked here, so it may be a list
        value = self.atom(node.value)
        if isinstance(value, Var) and not value.is_temp and self._rebinds(targets, value.name):
            value = self.keep(value, self.span(node.value))
        for target in targets:
            self.store(target, value, self.span(node.value))

    @staticmethod
    def _rebinds(targets: Sequence[cst.CSTNode], name: str) -> bool:
        """Whether a target is read after another one (``x[0], x = x, 1``) has been written to `name`."""
        last = targets[-1]
        names = [found for target in targets for found in target_names(target)]
        names += [found for target in targets for found in walrus_names(target)]
        return name in names and not (len(targets) == 1 and isinstance(last, cst.Name))

    def stmt_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is None:
            return
        if isinstance(node.target, cst.Name):
            self.store_expr(node.target, self.expr(node.value), self.span(node.value))
        else:
            self.store(node.target, self.atom(node.value), self.span(node.value))

    def store_expr(self, target: cst.Name, value: Expr, span: Span) -> None:
        self.emit(Assign(self.variable(target), value, span=span))

    def store(self, target: cst.CSTNode, value: Atom, span: Span) -> None:
        """Assign a value that has been computed to any target."""
        match target:
            case cst.Name():
                self.store_expr(target, value, span)
            case cst.Attribute(value=obj, attr=attr):
                self.emit(SetAttr(self.atom(obj), self.mangle(attr.value), value, span=self.span(target)))
            case cst.Subscript():
                obj_atom, index = self.item(target)
                self.emit(SetItem(obj_atom, index, value, span=self.span(target)))
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                self._unpack(target, elements, value, span)
            case _:
                self.refuse(target, unsupported(target))

    def _unpack(
        self, target: cst.CSTNode, elements: Sequence[cst.BaseElement], value: Atom, span: Span
    ) -> None:
        star = next((at for at, item in enumerate(elements) if isinstance(item, cst.StarredElement)), None)
        variables: list[Var] = []
        pending: list[tuple[cst.CSTNode, Var]] = []
        said: set[str] = set()  # names that targets which are stored afterwards read or bind
        for element in elements:
            inner = element.value
            if isinstance(inner, cst.Name) and inner.value not in said:
                variables.append(self.variable(inner))
                continue
            temp = self.new_temp()
            variables.append(temp)
            pending.append((inner, temp))
            said |= _names_in(inner)
        self.emit(Unpack(tuple(variables), value, star, span=self.span(target)))
        for later, temp in pending:
            self.store(later, temp, span)

    def stmt_AugAssign(self, node: cst.AugAssign) -> None:
        op = AUGMENTED[type(node.operator)]
        span = self.span(node)
        value = node.value
        match node.target:
            case cst.Name() as name:
                self._augment_name(name, op, value, span)
            case cst.Attribute(value=base, attr=attr):
                obj = self._operand(base, [value])
                self.emit(AugAttr(obj, self.mangle(attr.value), op, self.atom(value), span=span))
            case cst.Subscript() as item:
                self._augment_item(item, op, value, span)
            case _:
                self.refuse(node.target, unsupported(node.target))

    def _augment_name(self, target: cst.Name, op: str, value: cst.CSTNode, span: Span) -> None:
        variable = self.variable(target)
        if self.may_change(variable, [value]):  # the old object is read first
            old = self.new_temp()
            self.emit(Assign(old, variable, span=self.span(target)))
            self.emit(AugName(old, op, self.atom(value), span=span))
            self.emit(Assign(variable, old, span=span))
            return
        self.emit(AugName(variable, op, self.atom(value), span=span))

    def _augment_item(self, target: cst.Subscript, op: str, value: cst.CSTNode, span: Span) -> None:
        obj, index = self.item(target, [value])
        if self._may_write(obj, value):  # a[i] is read before the value is computed
            old = self.new_temp()
            self.emit(Assign(old, GetItem(obj, index), span=self.span(target)))
            self.emit(AugName(old, op, self.atom(value), span=span))
            self.emit(SetItem(obj, index, old, span=span))
            return
        self.emit(AugItem(obj, index, op, self.atom(value), span=span))

    def _may_write(self, obj: Atom, value: cst.CSTNode) -> bool:
        """Whether computing `value` may write to the object that stands left of ``+=``."""
        if not isinstance(obj, Var) or obj.name not in self.written_objects:
            return False
        return contains(value, cst.Call)

    # ── simple statements ────────────────────────────────────────────────────────────────────────────────

    def stmt_Expr(self, node: cst.Expr) -> None:
        value = node.value
        if isinstance(value, cst.Yield):
            self._yield(value)
        elif not isinstance(value, (cst.SimpleString, cst.Ellipsis, cst.BaseNumber)):
            expression = self.expr(value)
            if not isinstance(expression, Const) and not (isinstance(expression, Var) and expression.is_temp):
                self.keep(expression, self.span(value))

    def _yield(self, node: cst.Yield) -> None:
        span = self.span(node)
        if isinstance(node.value, cst.From):
            item = self.new_temp()
            iterable = self.iterable(node.value.item)
            self.emit(For(item, iterable, (Yield(item, span=span),), span=span))
            return
        self.emit(Yield(self.atom(node.value) if node.value is not None else Const(None), span=span))

    def stmt_Return(self, node: cst.Return) -> None:
        value = self.atom(node.value) if node.value is not None else Const(None)
        self.emit(Return(value, span=self.span(node)))

    def stmt_Pass(self, node: cst.Pass) -> None:
        pass

    def stmt_Global(self, node: cst.Global) -> None:
        pass

    def stmt_Nonlocal(self, node: cst.Nonlocal) -> None:
        pass

    def stmt_Break(self, node: cst.Break) -> None:
        self.emit(Break(span=self.span(node)))

    def stmt_Continue(self, node: cst.Continue) -> None:
        self.emit(Continue(span=self.span(node)))

    def stmt_Raise(self, node: cst.Raise) -> None:
        value = self.atom(node.exc) if node.exc is not None else None
        cause = self.atom(node.cause.item) if node.cause is not None else None
        self.emit(Raise(value, cause, span=self.span(node)))

    def stmt_Assert(self, node: cst.Assert) -> None:
        test = self.atom(node.test)
        message: list[Atom] = []
        block: Block = ()
        if node.msg is not None:
            text = node.msg
            block = self.block(lambda: message.append(self.atom(text)))
        self.emit(Assert(test, message[0] if message else None, block, span=self.span(node)))

    def stmt_Del(self, node: cst.Del) -> None:
        self._delete(node.target)

    def _delete(self, target: cst.CSTNode) -> None:
        span = self.span(target)
        match target:
            case cst.Name():
                variable = self.variable(target)
                if variable.name not in self.locals:
                    why = f"`{variable.name}` belongs to an enclosing function"
                    self.refuse(target, Refusal("S2S110", why, "set it to None"))
                self.emit(Delete(variable, span=span))
            case cst.Attribute(value=obj, attr=attr):
                self.emit(Delete(self.atom(obj), name=self.mangle(attr.value), span=span))
            case cst.Subscript():
                obj_atom, index = self.item(target)
                self.emit(Delete(obj_atom, index, span=span))
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                for element in elements:
                    self._delete(element.value)
            case _:
                self.refuse(target, unsupported(target))

    def stmt_Import(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            self.refuse(node, unsupported(node.names))
            return
        for alias in node.names:
            name = imported_as(alias)
            target = self.shared.names.imported(node, name, self.code(node))
            local = name in self.locals  # also bound otherwise: an ordinary variable
            if local and isinstance(target, Missing) and target.absent:
                self._failed_import(node, target)
            elif isinstance(target, Missing):
                self.refuse(node, unknown_import(name))
            elif local:
                self.emit(Assign(Var(name), Ref(self.code(alias.name), target), span=self.span(node)))

    def _failed_import(self, node: cst.CSTNode, target: Missing) -> None:
        """``try: import fast`` where it is not installed: the handler says what happens."""
        span = self.span(node)
        message = Const(f"No module named {target.name!r}")
        error = self.keep(Call(Ref("ImportError", Live(ImportError)), (message,)), span)
        self.emit(Raise(error, span=span))

    stmt_ImportFrom = stmt_Import

    # ── compound statements ──────────────────────────────────────────────────────────────────────────────

    def stmt_If(self, node: cst.If, sugar: str = "") -> None:
        test = self.atom(node.test)
        body = self.suite(node.body)
        orelse: Block = ()
        match node.orelse:
            case cst.If() as branch:
                orelse = self.block(lambda: self._elif(branch))
            case cst.Else() as last:
                orelse = self._else(last)
        self.emit(If(test, body, orelse, sugar, span=self.span(node.test)))

    def _elif(self, node: cst.If) -> None:
        start = len(self.out)
        self.stmt_If(node, "elif")
        self._add_notes(len(self.out) - 1, Notes(comments(node.leading_lines), _header(node)))
        assert start < len(self.out)

    def _else(self, node: cst.Else | cst.Finally | None) -> Block:
        return self.suite(node.body, node.leading_lines, _header(node)) if node is not None else ()

    def stmt_While(self, node: cst.While) -> None:
        test: list[Atom] = []
        head = self.block(lambda: test.append(self.atom(node.test)))
        body = self.suite(node.body)
        self.emit(While(head, test[0], body, self._else(node.orelse), span=self.span(node.test)))

    def stmt_For(self, node: cst.For) -> None:
        if node.asynchronous is not None:
            self.refuse(node, ASYNC)
        iterable = self.iterable(node.iter)
        start = len(self.out)
        self.emit_for(node.target, iterable, lambda: self.statements(node.body), ())
        if node.orelse is not None:
            orelse = self._else(node.orelse)
            loop = self.out[start]
            assert isinstance(loop, For)
            self.out[start] = For(loop.target, loop.iterable, loop.body, orelse, loop.sugar, span=loop.span)

    def emit_for(
        self, target: cst.CSTNode, iterable: Atom, body: Callable[[], None], orelse: Block, sugar: str = ""
    ) -> None:
        span = self.span(target)
        if isinstance(target, cst.Name):
            variable = self.variable(target)
            self.emit(For(variable, iterable, self.block(body), orelse, sugar, span=span))
            return
        item = self.new_temp()

        def unpacked() -> None:
            self.store(target, item, span)
            body()

        self.emit(For(item, iterable, self.block(unpacked), orelse, sugar, span=span))

    def stmt_With(self, node: cst.With) -> None:
        if node.asynchronous is not None:
            self.refuse(node, ASYNC)
        self._with(node, list(node.items))

    def _with(self, node: cst.With, items: list[cst.WithItem]) -> None:
        first, *rest = items
        context = self.atom(first.item)
        name = first.asname.name if first.asname is not None else None
        target = None
        if name is not None:
            target = self.variable(name) if isinstance(name, cst.Name) else self.new_temp()

        def body() -> None:
            if name is not None and target is not None and not isinstance(name, cst.Name):
                self.store(name, target, self.span(name))
            if rest:
                self._with(node, rest)
            else:
                self.statements(node.body)

        self.emit(With(context, target, self.block(body), span=self.span(first.item)))

    def stmt_Try(self, node: cst.Try) -> None:
        # Types of handlers are names, which may as well be looked up before.
        types = [self.atom(handler.type) if handler.type is not None else None for handler in node.handlers]
        body = self.suite(node.body)
        handlers = tuple(self._handler(*pair) for pair in zip(node.handlers, types, strict=True))
        statement = Try(
            body, handlers, self._else(node.orelse), self._else(node.finalbody), span=self.span(node)
        )
        self.emit(statement)

    def _handler(self, node: cst.ExceptHandler, kind: Atom | None) -> Handler:
        name = node.name.name if node.name is not None else None
        variable = self.variable(name) if isinstance(name, cst.Name) else None
        return Handler(kind, variable, self.suite(node.body, node.leading_lines, _header(node)))

    def stmt_FunctionDef(self, node: cst.FunctionDef) -> None:
        if node.asynchronous is not None:
            self.refuse(node, ASYNC)
        decorators = [self.atom(decorator.decorator) for decorator in node.decorators]
        value: Expr = self.nested_function(node)
        for decorator in reversed(decorators):
            value = self.call_decorator(decorator, self.as_atom(value, self.span(node.name)), self.span(node))
        self.emit(Assign(self.variable(node.name), value, span=self.span(node.name)))

    def nested_function(self, node: cst.FunctionDef | cst.Lambda) -> Expr:
        raise NotImplementedError

    def call_decorator(self, decorator: Atom, function: Atom, span: Span) -> Expr:
        raise NotImplementedError

    @property
    def written_objects(self) -> set[str]:
        """Variables whose objects a nested function writes to."""
        raise NotImplementedError


def _header(node: Any) -> str:
    body = getattr(node, "body", None)
    return comment_behind(body.header) if isinstance(body, cst.IndentedBlock) else ""


def _names_in(node: cst.CSTNode) -> set[str]:
    if isinstance(node, cst.Name):
        return {node.value}
    return set().union(*(_names_in(child) for child in node.children))
