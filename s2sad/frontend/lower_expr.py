"""Expressions: strictly from left to right, each operation on atoms."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from s2sad.frontend.fence import (
    SUPER,
    consumes_at_once,
    consuming_method,
    refused_call,
    unsupported,
)
from s2sad.frontend.lower_build import Builder
from s2sad.frontend.lower_scope import contains, parameters
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    BuildDict,
    Call,
    Const,
    Expr,
    Format,
    GetAttr,
    GetItem,
    If,
    Index,
    MakeSlice,
    MethodCall,
    Op,
    Ref,
    SliceIndex,
    Star,
    TupleIndex,
    Var,
)

_BINARY: dict[type[cst.CSTNode], str] = {
    cst.Add: "add", cst.Subtract: "sub", cst.Multiply: "mul", cst.Divide: "truediv", cst.FloorDivide: "floordiv",
    cst.Modulo: "mod", cst.Power: "pow", cst.MatrixMultiply: "matmul", cst.BitAnd: "and_", cst.BitOr: "or_",
    cst.BitXor: "xor", cst.LeftShift: "lshift", cst.RightShift: "rshift",
}  # fmt: skip
AUGMENTED: dict[type[cst.CSTNode], str] = {
    cst.AddAssign: "add", cst.SubtractAssign: "sub", cst.MultiplyAssign: "mul", cst.DivideAssign: "truediv",
    cst.FloorDivideAssign: "floordiv", cst.ModuloAssign: "mod", cst.PowerAssign: "pow",
    cst.MatrixMultiplyAssign: "matmul", cst.BitAndAssign: "and_", cst.BitOrAssign: "or_", cst.BitXorAssign: "xor",
    cst.LeftShiftAssign: "lshift", cst.RightShiftAssign: "rshift",
}  # fmt: skip
_UNARY: dict[type[cst.CSTNode], str] = {
    cst.Minus: "neg", cst.Plus: "pos", cst.BitInvert: "invert", cst.Not: "not",
}  # fmt: skip
_COMPARE: dict[type[cst.CSTNode], str] = {
    cst.LessThan: "lt", cst.LessThanEqual: "le", cst.GreaterThan: "gt", cst.GreaterThanEqual: "ge",
    cst.Equal: "eq", cst.NotEqual: "ne", cst.Is: "is", cst.IsNot: "is_not", cst.In: "in", cst.NotIn: "not_in",
}  # fmt: skip
_LITERAL_NAMES = {"None": Const(None), "True": Const(True), "False": Const(False)}


class Expressions(Builder):
    def expr(self, node: cst.CSTNode) -> Expr:
        """The expression's last operation; what it needs is emitted before."""
        method = getattr(self, f"expr_{type(node).__name__}", None)
        if method is None:
            return self.refuse(node, unsupported(node))
        return method(node)

    def atom(self, node: cst.CSTNode) -> Atom:
        return self.as_atom(self.expr(node), self.span(node))

    def assign(self, target: Var, node: cst.CSTNode) -> None:
        self.emit(Assign(target, self.expr(node), span=self.span(node)))

    def atoms(self, nodes: Sequence[cst.CSTNode]) -> list[Atom]:
        """Operands from left to right; a variable that a later operand rebinds is copied first."""
        found = []
        for at, node in enumerate(nodes):
            atom = self.atom(node)
            if self.may_change(atom, nodes[at + 1 :]):
                atom = self.keep(atom, self.span(node))
            found.append(atom)
        return found

    def into(self, target: Var, node: cst.CSTNode) -> Callable[[], None]:
        return lambda: self.assign(target, node)

    # ── literals and names ───────────────────────────────────────────────────────────────────────────────

    def expr_Name(self, node: cst.Name) -> Expr:
        literal = _LITERAL_NAMES.get(node.value)
        return literal if literal is not None else self.resolve(node.value)

    def expr_Integer(self, node: cst.Integer | cst.Float | cst.Imaginary) -> Expr:
        return Const(number(node))

    expr_Float = expr_Imaginary = expr_Integer

    def expr_SimpleString(self, node: cst.SimpleString) -> Expr:
        return Const(ast.literal_eval(node.value))

    def expr_Ellipsis(self, node: cst.Ellipsis) -> Expr:
        return Const(...)

    def expr_ConcatenatedString(self, node: cst.ConcatenatedString) -> Expr:
        parts = _string_parts(node)
        if any(isinstance(part, cst.TemplatedString) for part in parts):
            return self.refuse(node, unsupported(parts[0]))
        if any(isinstance(part, cst.FormattedString) for part in parts):
            return self._format([piece for part in parts for piece in self._pieces(part)])
        values: list[Any] = [
            ast.literal_eval(part.value) for part in parts if isinstance(part, cst.SimpleString)
        ]
        return Const(values[0][:0].join(values))

    def expr_FormattedString(self, node: cst.FormattedString) -> Expr:
        return self._format(self._pieces(node))

    def _pieces(self, node: cst.CSTNode) -> list[str | tuple[Atom, str, Any]]:
        if isinstance(node, cst.SimpleString):
            return [ast.literal_eval(node.value)]
        assert isinstance(node, cst.FormattedString)
        return [piece for part in node.parts for piece in self._piece(part, node)]

    def _piece(
        self, part: cst.BaseFormattedStringContent, string: cst.FormattedString
    ) -> list[str | tuple[Atom, str, Any]]:
        if isinstance(part, cst.FormattedStringText):
            return [_plain_text(part.value, string)]
        assert isinstance(part, cst.FormattedStringExpression)
        value = self.atom(part.expression)
        spec: Any = ""
        if part.format_spec is not None:
            spec = self._format([piece for item in part.format_spec for piece in self._piece(item, string)])
        conversion = part.conversion or ""
        if part.equal is None:
            return [(value, conversion, spec)]
        shown = self._debug_text(part)
        return [shown, (value, conversion or ("" if part.format_spec is not None else "r"), spec)]

    def _debug_text(self, part: cst.FormattedStringExpression) -> str:
        tree = self.shared.snippet.tree
        pieces = (part.whitespace_before_expression, part.expression, part.equal)
        return "".join(tree.code_for_node(piece) for piece in pieces if piece is not None)

    @staticmethod
    def _format(pieces: list[str | tuple[Atom, str, Any]]) -> Format:
        merged: list[str | tuple[Atom, str, Any]] = []
        for piece in pieces:
            if isinstance(piece, str) and merged and isinstance(merged[-1], str):
                merged[-1] += piece
            elif piece != "":
                merged.append(piece)
        return Format(tuple(merged))

    # ── operators ────────────────────────────────────────────────────────────────────────────────────────

    def expr_BinaryOperation(self, node: cst.BinaryOperation) -> Expr:
        left, right = self.atoms((node.left, node.right))
        return Op(_BINARY[type(node.operator)], (left, right))

    def expr_UnaryOperation(self, node: cst.UnaryOperation) -> Expr:
        if isinstance(node.operator, cst.Minus) and isinstance(node.expression, cst.BaseNumber):
            return Const(-number(node.expression))
        return Op(_UNARY[type(node.operator)], (self.atom(node.expression),))

    def expr_BooleanOperation(self, node: cst.BooleanOperation) -> Expr:
        sugar = "and" if isinstance(node.operator, cst.And) else "or"
        result = self.new_temp()
        operands = _flat(node)
        self.assign(result, operands[0])
        for operand in operands[1:]:
            self.choose(result, self.into(result, operand), sugar, node)
        return result

    def choose(self, result: Var, otherwise: Callable[[], None], sugar: str, node: cst.CSTNode) -> None:
        """``result and otherwise`` or ``result or otherwise``, with `result` already evaluated."""
        block = self.block(otherwise)
        body, orelse = (block, ()) if sugar == "and" else ((), block)
        self.emit(If(result, body, orelse, sugar, span=self.span(node)))

    def expr_Comparison(self, node: cst.Comparison) -> Expr:
        first, *rest = node.comparisons
        operands = [node.left, first.comparator]
        if not rest:
            left, right = self.atoms(operands)
            return Op(_COMPARE[type(first.operator)], (left, right))
        result = self.new_temp()
        later = [part.comparator for part in rest]
        left, right = self.atoms(operands)
        if self.may_change(right, later):
            right = self.keep(right, self.span(first.comparator))
        self.emit(Assign(result, Op(_COMPARE[type(first.operator)], (left, right)), span=self.span(node)))
        self._chain(result, right, rest, node)
        return result

    def _chain(self, result: Var, left: Atom, rest: list[cst.ComparisonTarget], node: cst.Comparison) -> None:
        def compare() -> None:
            part = rest[0]
            right = self.atom(part.comparator)
            if self.may_change(right, [item.comparator for item in rest[1:]]):
                right = self.keep(right, self.span(part.comparator))
            self.emit(Assign(result, Op(_COMPARE[type(part.operator)], (left, right)), span=self.span(node)))
            if rest[1:]:
                self._chain(result, right, rest[1:], node)

        self.choose(result, compare, "and", node)

    def expr_IfExp(self, node: cst.IfExp) -> Expr:
        test = self.atom(node.test)
        result = self.new_temp()
        body = self.block(self.into(result, node.body))
        orelse = self.block(self.into(result, node.orelse))
        self.emit(If(test, body, orelse, "ifexp", span=self.span(node)))
        return result

    def expr_NamedExpr(self, node: cst.NamedExpr) -> Expr:
        assert isinstance(node.target, cst.Name)
        # Evaluated before the target is looked up: a comprehension's own variable may not be its target.
        value = self.expr(node.value)
        hidden, self.comprehension_names = self.comprehension_names, []
        target = self.variable(node.target)
        self.comprehension_names = hidden
        self.emit(Assign(target, value, span=self.span(node.value)))
        return target

    # ── attributes, subscripts ───────────────────────────────────────────────────────────────────────────

    def expr_Attribute(self, node: cst.Attribute) -> Expr:
        obj = self.expr(node.value)
        name = self.mangle(node.attr.value)
        if isinstance(obj, Ref):
            path = self.path(obj, name)
            if path is not None:
                return path
        return GetAttr(self.as_atom(obj, self.span(node.value)), name)

    def expr_Subscript(self, node: cst.Subscript) -> Expr:
        obj, index = self.item(node)
        return GetItem(obj, index)

    def item(self, node: cst.Subscript, later: Sequence[cst.CSTNode] = ()) -> tuple[Atom, Index]:
        """An object and an index; both keep their value while `later` is evaluated."""
        nodes = [node.value, *_index_nodes(node)]
        atoms: list[Atom] = []
        for at, part in enumerate(nodes):
            atom = self.atom(part)
            if self.may_change(atom, [*nodes[at + 1 :], *later]):
                atom = self.keep(atom, self.span(part))
            atoms.append(atom)
        obj, *rest = atoms
        return obj, self._index(node, iter(rest))

    def _index(self, node: cst.Subscript, atoms: Any) -> Index:
        parts = [self._index_part(node, element.slice, atoms) for element in node.slice]
        starred = any(isinstance(part, Star) for part in parts)
        if starred:  # x[i, *rest]: only a display can hold a star
            items = tuple(self._as_item(part, node) for part in parts)
            return self.keep(Build("tuple", items), self.span(node))
        plain: Any = parts
        if len(parts) == 1 and isinstance(node.slice[-1].comma, cst.MaybeSentinel):
            return plain[0]
        return TupleIndex(tuple(plain))

    def _index_part(self, node: cst.Subscript, part: cst.BaseSlice, atoms: Any) -> Index | Star:
        if isinstance(part, cst.Slice):
            bounds = [
                next(atoms) if bound is not None else None for bound in (part.lower, part.upper, part.step)
            ]
            return SliceIndex(*bounds)
        assert isinstance(part, cst.Index)
        if _whole_tuple(node):
            return TupleIndex(tuple(next(atoms) for _ in part.value.elements))  # type: ignore[attr-defined]
        return Star(next(atoms)) if part.star else next(atoms)

    def _as_item(self, part: Index | Star, node: cst.CSTNode) -> Atom | Star:
        if isinstance(part, SliceIndex):
            return self.keep(MakeSlice(part), self.span(node))
        if isinstance(part, TupleIndex):
            return self.keep(
                Build("tuple", tuple(self._as_item(item, node) for item in part.items)), self.span(node)
            )
        return part

    # ── displays ─────────────────────────────────────────────────────────────────────────────────────────

    def expr_Tuple(self, node: cst.Tuple) -> Expr:
        return Build("tuple", self.items(node.elements))

    def expr_List(self, node: cst.List) -> Expr:
        return Build("list", self.items(node.elements))

    def expr_Set(self, node: cst.Set) -> Expr:
        return Build("set", self.items(node.elements))

    def items(self, elements: Sequence[Any]) -> tuple[Atom | Star, ...]:
        """Elements of a display or positional arguments, of which some may be starred."""
        found: list[Atom | Star] = []
        nodes = [element.value for element in elements]
        for at, (element, node) in enumerate(zip(elements, nodes, strict=True)):
            starred = isinstance(element, cst.StarredElement) or getattr(element, "star", "") == "*"
            if starred:
                self.eager.add(node)
            atom, later = self.atom(node), nodes[at + 1 :]
            if starred and self._may_grow(atom, later):
                atom = self.keep(Build("tuple", (Star(atom),)), self.span(node))
            elif self.may_change(atom, later):
                atom = self.keep(atom, self.span(node))
            found.append(Star(atom) if starred else atom)
        return tuple(found)

    def _may_grow(self, atom: Atom, later: Sequence[cst.CSTNode]) -> bool:
        """Whether ``*atom``, read when the call is made, may see what later operands do to the object."""
        star_arg = self.node.params.star_arg
        if isinstance(star_arg, cst.Param) and atom == Var(star_arg.name.value):
            return self.may_change(atom, later)  # a tuple
        return any(contains(node, cst.Call, cst.NamedExpr) for node in later)

    def expr_Dict(self, node: cst.Dict) -> Expr:
        nodes: list[cst.CSTNode] = []
        for element in node.elements:
            nodes += [element.key, element.value] if isinstance(element, cst.DictElement) else [element.value]
        atoms = iter(self.atoms(nodes))
        items = [
            (next(atoms) if isinstance(element, cst.DictElement) else None, next(atoms))
            for element in node.elements
        ]
        return BuildDict(tuple(items))

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────

    def expr_Call(self, node: cst.Call) -> Expr:
        if _is_plain_super(node) and self.resolve("super").__class__ is Ref:
            return self._super(node)
        short = self.short_circuit(node)
        if short is not None:
            return short
        positional = [arg for arg in node.args if arg.keyword is None and arg.star != "**"]
        named = [arg for arg in node.args if arg.keyword is not None or arg.star == "**"]
        values = [arg.value for arg in (*positional, *named)]
        if isinstance(node.func, cst.Attribute):
            func, name = self._method(node.func, values)
        else:
            func, name = self._operand(node.func, values), ""
        self._check_call(node, func, name)
        # Starred and plain positional arguments are evaluated before keywords, wherever they stand.
        args = self.items([*positional, *named])
        kwargs = tuple(
            (arg.keyword.value if arg.keyword is not None else None, value)
            for arg, value in zip(named, args[len(positional) :], strict=True)
            if not isinstance(value, Star)
        )
        if name:
            return MethodCall(func, name, args[: len(positional)], kwargs)
        return Call(func, args[: len(positional)], kwargs)

    def _operand(self, node: cst.CSTNode, later: Sequence[cst.CSTNode]) -> Atom:
        atom = self.atom(node)
        return self.keep(atom, self.span(node)) if self.may_change(atom, later) else atom

    def _method(self, node: cst.Attribute, later: Sequence[cst.CSTNode]) -> tuple[Atom, str]:
        """The callee of ``obj.name(...)``: an object and a name, or one function and no name."""
        name = self.mangle(node.attr.value)
        obj = self.expr(node.value)
        if isinstance(obj, Ref):
            path = self.path(obj, name)
            if path is not None:
                return path, ""
        atom = self.as_atom(obj, self.span(node.value))
        return (self.keep(atom, self.span(node.value)) if self.may_change(atom, later) else atom), name

    def _check_call(self, node: cst.Call, func: Atom, method: str) -> None:
        target = func.target if isinstance(func, Ref) and not method else None
        refusal = refused_call(target, len(node.args))
        if refusal is not None:
            self.refuse(node, refusal)
        for arg in node.args:
            if isinstance(arg.value, cst.GeneratorExp):
                eager = consuming_method(method) if method else consumes_at_once(target)
                if eager:
                    self.eager.add(arg.value)

    def _super(self, node: cst.Call) -> Expr:
        owner = self.shared.names.owner()
        params = parameters(self.node.params)
        if owner is None or not params or self.parent is not None:
            return self.refuse(node, SUPER)
        name, target = owner
        function = self.resolve("super")
        return Call(function, (Ref(name, target), Var(params[0].name.value)))

    @property
    def eager(self) -> set[cst.CSTNode]:
        """Generator expressions that are consumed at once where they stand."""
        raise NotImplementedError

    def short_circuit(self, node: cst.Call) -> Expr | None:
        raise NotImplementedError


def number(node: cst.BaseExpression) -> Any:
    return ast.literal_eval(node.value)  # type: ignore[attr-defined]


def _flat(node: cst.BooleanOperation) -> list[cst.BaseExpression]:
    """``a and b and c`` as one list."""
    left = node.left
    same = isinstance(left, cst.BooleanOperation) and type(left.operator) is type(node.operator)
    return [*(_flat(left) if same else [left]), node.right]  # type: ignore[arg-type]


def _string_parts(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.ConcatenatedString):
        return [node.left, *_string_parts(node.right)]
    return [node]


def _plain_text(text: str, string: cst.FormattedString) -> str:
    """The characters that a piece of an f-string stands for."""
    text = text.replace("{{", "{").replace("}}", "}")
    if "\\" not in text or "r" in string.prefix.lower():
        return text
    return ast.literal_eval(f"{string.quote}{text}{string.quote}")


def _whole_tuple(node: cst.Subscript) -> bool:
    """Whether the index is written as a tuple in parentheses: ``x[(i, j)]`` is ``x[i, j]``."""
    part = node.slice[0].slice
    alone = len(node.slice) == 1 and isinstance(node.slice[0].comma, cst.MaybeSentinel)
    if not (alone and isinstance(part, cst.Index) and isinstance(part.value, cst.Tuple)):
        return False
    return not part.star and not any(isinstance(item, cst.StarredElement) for item in part.value.elements)


def _index_nodes(node: cst.Subscript) -> list[cst.BaseExpression]:
    found: list[cst.BaseExpression] = []
    for element in node.slice:
        part = element.slice
        if isinstance(part, cst.Slice):
            found += [bound for bound in (part.lower, part.upper, part.step) if bound is not None]
        elif isinstance(part, cst.Index):
            whole = _whole_tuple(node)
            found += [item.value for item in part.value.elements] if whole else [part.value]  # type: ignore[attr-defined]
    return found


def _is_plain_super(node: cst.Call) -> bool:
    return isinstance(node.func, cst.Name) and node.func.value == "super" and not node.args
