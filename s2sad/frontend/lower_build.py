"""What all of lowering stands on: the block being written, temporaries, what a name is, findings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import libcst as cst

from s2sad.errors import Diagnostics
from s2sad.frontend.denotations import Denotation
from s2sad.frontend.fence import Refusal, captured_write, global_write
from s2sad.frontend.lower_scope import Scope, walrus_names
from s2sad.frontend.parse import FunctionNode, Snippet
from s2sad.ir.nodes import NO_NOTES, Assign, Atom, Block, Const, Expr, For, If, Notes, Ref, Span, Stmt, Var

Import = cst.Import | cst.ImportFrom


class Names(Protocol):
    """Where lowering asks what names from outside stand for; `resolve` answers."""

    def outside(self, name: str) -> Denotation: ...
    def attribute(self, denotation: Denotation, name: str) -> Denotation | None: ...
    def imported(self, node: Import, name: str, text: str) -> Denotation: ...
    def default(self, name: str, text: str) -> Denotation | None: ...
    def owner(self) -> tuple[str, Denotation] | None: ...


class Shared:
    """What a function and all functions nested in it have in common."""

    def __init__(self, snippet: Snippet, names: Names, findings: Diagnostics, class_name: str):
        self.snippet = snippet
        self.names = names
        self.findings = findings
        self.class_name = class_name.lstrip("_")
        self.temps = itertools.count(1)
        self.refs: dict[str, Ref] = {}


class Builder:
    def __init__(self, shared: Shared, node: FunctionNode, scope: Scope, parent: Builder | None):
        self.shared = shared
        self.spans = shared.snippet.spans
        self.node = node
        self.scope = scope
        self.parent = parent
        self.locals = scope.locals - self.static_imports(scope)
        self.free: dict[str, None] = {}  # in order of first use
        self.volatile: set[str] = (
            scope.written_below | scope.nonlocals | (parent.volatile if parent else set())
        )
        self.comprehension_names: list[dict[str, str]] = []
        self.comprehension_uses: dict[str, bool] = {}  # name -> whether a nested function captures it
        self.out: list[Stmt] = []

    @staticmethod
    def static_imports(scope: Scope) -> set[str]:
        """Imports inside of a function whose names never stand for anything else: they are read like globals."""
        return {
            name for name, nodes in scope.imports.items() if len(nodes) == 1 and name not in scope.rebound
        }

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    def span(self, node: cst.CSTNode) -> Span:
        return self.spans[node]

    def code(self, node: cst.CSTNode) -> str:
        return self.shared.snippet.code(node)

    def emit(self, statement: Stmt) -> None:
        self.out.append(statement)

    def block(self, write: Callable[[], object]) -> Block:
        """The statements that `write` emits, as a block of their own."""
        outer, self.out = self.out, []
        try:
            write()
            return tuple(self.out)
        finally:
            self.out = outer

    def new_temp(self) -> Var:
        return Var(f"%{next(self.shared.temps)}")

    def keep(self, value: Expr, span: Span) -> Atom:
        """The value in a temporary of its own."""
        temp = self.new_temp()
        self.emit(Assign(temp, value, span=span))
        return temp

    def as_atom(self, value: Expr, span: Span) -> Atom:
        return value if isinstance(value, (Var, Const, Ref)) else self.keep(value, span)

    def annotate(self, start: int, above: Sequence[str], behind: str) -> None:
        """Hang comments on the statements emitted since `start`: above the first that shows, behind the last."""
        if not (above or behind):
            return
        if start == len(self.out):
            return
        if behind:
            self._add_notes(len(self.out) - 1, Notes((), behind))
        if above:
            shows = (at for at in range(start, len(self.out)) if not _is_temporary(self.out[at]))
            self._add_notes(next(shows, len(self.out) - 1), Notes(tuple(above)))

    def _add_notes(self, at: int, notes: Notes) -> None:
        self.out[at] = with_notes(self.out[at], notes)

    # ── findings ─────────────────────────────────────────────────────────────────────────────────────────

    def refuse(self, node: cst.CSTNode, refusal: Refusal) -> Const:
        self.shared.findings.add(refusal.code, self.span(node), refusal.message, refusal.help)
        return Const(None)

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────

    def mangle(self, name: str) -> str:
        """``__name`` inside of a class stands for ``_Class__name``."""
        private = name.startswith("__") and not name.endswith("__") and self.shared.class_name
        return f"_{self.shared.class_name}{name}" if private else name

    def resolve(self, name: str) -> Atom:
        """What a name stands for here: a variable, or something from outside of the function."""
        name = self.mangle(name)
        for names in reversed(self.comprehension_names):
            if name in names:
                return Var(names[name])
        if name in self.locals:
            return Var(name)
        if name in self.scope.bound and name in self.scope.imports and name not in self.scope.globals:
            return self._import_ref(name)
        if name not in self.scope.globals and self.parent is not None:
            found = self.parent.resolve(name)
            if isinstance(found, Var):
                self.free[found.name] = None
                if self.parent.comprehension_names:
                    self.parent.captured(found.name)
            return found
        return self._outside(name)

    def captured(self, name: str) -> None:
        if name in self.comprehension_uses:
            self.comprehension_uses[name] = True

    def _outside(self, name: str) -> Ref:
        ref = self.shared.refs.get(name)
        if ref is None:
            ref = self.shared.refs[name] = Ref(name, self.shared.names.outside(name))
        return ref

    def _import_ref(self, name: str) -> Ref:
        node = self.scope.imports[name][0]
        return Ref(name, self.shared.names.imported(node, name, self.code(node)))

    def path(self, ref: Ref, attribute: str) -> Ref | None:
        """``np.linalg`` and ``solve`` make one `Ref`; None where the attribute is one of an object."""
        found = self.shared.names.attribute(ref.target, attribute)
        return None if found is None else Ref(f"{ref.text}.{attribute}", found)

    def variable(self, node: cst.Name) -> Var:
        """The variable that an assignment to this name writes."""
        name = self.mangle(node.value)
        if name in self.scope.globals:
            self.refuse(node, global_write(name))
            return Var(name)
        found = self.resolve(name)
        if isinstance(found, Var):
            return found
        self.refuse(
            node, captured_write(name)
        )  # nonlocal, and the owner is not part of what is differentiated
        return Var(name)

    # ── the order of evaluation ──────────────────────────────────────────────────────────────────────────

    def may_change(self, atom: Atom, later: Sequence[cst.CSTNode]) -> bool:
        """Whether evaluating `later` operands can rebind a variable that was read as an earlier operand."""
        if not isinstance(atom, Var) or atom.is_temp or not later:
            return False
        if self.scope.has_walrus and any(atom.name in walrus_names(node) for node in later):
            return True
        return atom.name in self.volatile and any(
            not isinstance(node, (cst.Name, cst.BaseNumber)) for node in later
        )


def _is_temporary(statement: Stmt) -> bool:
    """Whether `emit` will most likely write a statement as part of the expression of a later one."""
    match statement:
        case Assign(target=target):
            return target.is_temp
        case If(sugar=sugar) | For(sugar=sugar):
            return sugar not in ("", "elif")
    return False


def with_notes(statement: Stmt, notes: Notes) -> Stmt:
    """The statement with more comments."""
    if notes == NO_NOTES:
        return statement
    old: Any = statement.notes
    behind = "  ".join(text for text in (old.behind, notes.behind) if text)
    return replace(statement, notes=Notes(notes.above + old.above, behind))
