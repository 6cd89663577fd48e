"""The whole intermediate representation on one screen.

A function is a tree of structured statements whose operands are atoms (A-normal form).
Nodes are frozen; what an analysis finds out is kept in dictionaries beside them, never on them.

Names. A variable the user wrote keeps its name; a temporary that lowering made starts with ``%`` (``%3``) and is
assigned once, except where a sugar tag says otherwise.  `emit.naming` gives a temporary that survives a real name.

Sugar. Lowering writes every short form out (a conditional expression is an `If`, a comprehension a `For` with
`append`) and tags it; `emit` writes the short form back when the tagged statement still has its original shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the user's file: 1-based lines, 0-based columns, `end_col` exclusive.

    `caller`: the place of the statement that the place's function was put into.
    """

    line: int = 0
    col: int = 0
    end_line: int = 0
    end_col: int = 0
    file: str = field(default="", compare=False, repr=False)
    caller: Span | None = field(default=None, compare=False, repr=False)


NOWHERE = Span()


# ── atoms ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Var:
    """A local variable, a parameter, or a variable captured from an enclosing function."""

    name: str

    @property
    def is_temp(self) -> bool:
        return self.name.startswith("%")


@dataclass(frozen=True, slots=True)
class Const:
    """A literal. Equal values of different types (1, 1.0, True) are different constants."""

    value: bool | int | float | complex | str | bytes | EllipsisType | None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Const)
            and type(self.value) is type(other.value)
            and repr(self.value) == repr(other.value)
        )

    def __hash__(self) -> int:
        return hash((type(self.value), repr(self.value)))


@dataclass(frozen=True, slots=True)
class Ref:
    """A name from outside of the function (a global, a builtin, a dotted path into a module).

    `text` is how it is printed (``np.linalg.solve``); `target` is a `frontend.resolve` denotation:
    what the name stands for.
    """

    text: str
    target: Any = field(compare=False, default=None)


Atom = Var | Const | Ref


@dataclass(frozen=True, slots=True)
class Star:
    """``*value`` in a call or a display."""

    value: Atom


# ── indices ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SliceIndex:
    lo: Atom | None
    hi: Atom | None
    step: Atom | None


@dataclass(frozen=True, slots=True)
class TupleIndex:
    items: tuple[Index, ...]


Index = Atom | SliceIndex | TupleIndex


# ── expressions: one operation on atoms ──────────────────────────────────────────────────────────────────

BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
UNARY = {"neg": "-", "pos": "+", "invert": "~", "not": "not "}
COMPARE = {
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=",
    "is": "is", "is_not": "is not", "in": "in", "not_in": "not in",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Op:
    """An operator: a key of `BINARY`, `UNARY` or `COMPARE` applied to one or two atoms."""

    kind: str
    args: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Call:
    func: Atom
    args: tuple[Atom | Star, ...] = ()
    kwargs: tuple[tuple[str | None, Atom], ...] = ()  # a key of None is ``**value``


@dataclass(frozen=True, slots=True)
class MethodCall:
    obj: Atom
    name: str
    args: tuple[Atom | Star, ...] = ()
    kwargs: tuple[tuple[str | None, Atom], ...] = ()


@dataclass(frozen=True, slots=True)
class GetAttr:
    obj: Atom
    name: str


@dataclass(frozen=True, slots=True)
class GetItem:
    obj: Atom
    index: Index


@dataclass(frozen=True, slots=True)
class Build:
    """A tuple, list or set display."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Atom | Star, ...]


@dataclass(frozen=True, slots=True)
class BuildDict:
    items: tuple[tuple[Atom | None, Atom], ...]  # a key of None is ``**value``


@dataclass(frozen=True, slots=True)
class MakeSlice:
    """A ``slice`` object held in a variable (``s = slice(1, -1)`` stays a Call; this is for lowering's own use)."""

    index: SliceIndex


@dataclass(frozen=True, slots=True)
class Format:
    """An f-string: literal text, or (value, conversion such as ``"r"`` or ``""``, format spec as a Format or "")."""

    parts: tuple[str | tuple[Atom, str, Any], ...]


@dataclass(frozen=True, slots=True)
class MakeFunction:
    """A nested ``def`` or a lambda. Its free variables are read (and, if nonlocal, written) when it is called."""

    function: Function
    defaults: tuple[tuple[str, Atom], ...] = ()


Expr = (
    Atom | Op | Call | MethodCall | GetAttr | GetItem | Build | BuildDict | MakeSlice | Format | MakeFunction
)


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Notes:
    """What rides on a statement: comment lines above it, a comment behind it (both with their ``#``)."""

    above: tuple[str, ...] = ()
    behind: str = ""


NO_NOTES = Notes()
Block = tuple["Stmt", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stmt:
    span: Span = field(default=NOWHERE, compare=False)
    notes: Notes = field(default=NO_NOTES, compare=False)


@dataclass(frozen=True, slots=True)
class Assign(_Stmt):
    """``target = value``. An expression statement assigns to a temporary that nobody reads.

    `sugar` is "augmented" where the user wrote ``target += ...`` of a number.
    """

    target: Var
    value: Expr
    sugar: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Unpack(_Stmt):
    """``a, *b, c = value``: `star` is the position of the starred target, or None. Nested targets go via temps."""

    targets: tuple[Var, ...]
    value: Atom
    star: int | None = None


@dataclass(frozen=True, slots=True)
class SetItem(_Stmt):
    obj: Atom
    index: Index
    value: Atom


@dataclass(frozen=True, slots=True)
class SetAttr(_Stmt):
    obj: Atom
    name: str
    value: Atom


@dataclass(frozen=True, slots=True)
class AugName(_Stmt):
    """``target op= value``: in place when the target is a mutable object, a rebinding when it is a number."""

    target: Var
    op: str
    value: Atom


@dataclass(frozen=True, slots=True)
class AugItem(_Stmt):
    obj: Atom
    index: Index
    op: str
    value: Atom


@dataclass(frozen=True, slots=True)
class AugAttr(_Stmt):
    obj: Atom
    name: str
    op: str
    value: Atom


@dataclass(frozen=True, slots=True)
class Delete(_Stmt):
    """``del name``, ``del obj[index]``, ``del obj.name``."""

    obj: Atom
    index: Index | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class If(_Stmt):
    """`sugar` is "ifexp", "and", "or" for expressions written out; "elif" where it stands alone in an else."""

    test: Atom
    body: Block
    orelse: Block = ()
    sugar: str = ""


@dataclass(frozen=True, slots=True)
class For(_Stmt):
    """`sugar` is "listcomp", "setcomp", "dictcomp" or "genexp" for comprehensions written out."""

    target: Var
    iterable: Atom
    body: Block
    orelse: Block = ()
    sugar: str = ""


@dataclass(frozen=True, slots=True)
class While(_Stmt):
    """Before each round `head` runs, then `test` decides."""

    head: Block
    test: Atom
    body: Block
    orelse: Block = ()


@dataclass(frozen=True, slots=True)
class Break(_Stmt):
    pass


@dataclass(frozen=True, slots=True)
class Continue(_Stmt):
    pass


@dataclass(frozen=True, slots=True)
class Return(_Stmt):
    value: Atom


@dataclass(frozen=True, slots=True)
class Yield(_Stmt):
    value: Atom


@dataclass(frozen=True, slots=True)
class Raise(_Stmt):
    value: Atom | None
    cause: Atom | None = None


@dataclass(frozen=True, slots=True)
class Assert(_Stmt):
    """``assert test, message``: `message_block` computes the message, only when the test fails."""

    test: Atom
    message: Atom | None = None
    message_block: Block = ()


@dataclass(frozen=True, slots=True)
class Handler:
    type: Atom | None
    name: Var | None
    body: Block


@dataclass(frozen=True, slots=True)
class Try(_Stmt):
    body: Block
    handlers: tuple[Handler, ...] = ()
    orelse: Block = ()
    final: Block = ()


@dataclass(frozen=True, slots=True)
class With(_Stmt):
    context: Atom
    target: Var | None
    body: Block


@dataclass(frozen=True, slots=True)
class Comment(_Stmt):
    """A comment line of its own (generated code, or the last comment of a block)."""

    text: str


Stmt = (
    Assign | Unpack | SetItem | SetAttr | AugName | AugItem | AugAttr | Delete | If | For | While | Break | Continue
    | Return | Yield | Raise | Assert | Try | With | Comment
)  # fmt: skip


# ── functions ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    kind: Literal["posonly", "plain", "varargs", "kwonly", "varkw"] = "plain"
    annotation: str = ""  # source text
    default: str = ""  # source text; what it evaluates to is in Function.defaults where it is known


@dataclass(frozen=True, slots=True)
class Function:
    """A function's IR. `origin` is the `frontend.resolve.SourceFunction` it was lowered from, or None.

    `is_reverse`: its statements are adjoint statements, all of them. `forward`: the function that computed what they
    read; values have the same names in both.
    """

    name: str
    params: tuple[Param, ...]
    body: Block
    doc: str = ""  # the docstring's text, or ""
    returns: str = ""  # source text of the return annotation
    free: tuple[
        str, ...
    ] = ()  # variables of enclosing functions that are in the IR as Var (nested defs only)
    nonlocals: tuple[str, ...] = ()
    is_lambda: bool = False
    is_generator: bool = False
    is_reverse: bool = False
    forward: Function | None = field(default=None, compare=False, repr=False)
    defaults: tuple[tuple[str, Atom], ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    notes: Notes = field(default=NO_NOTES, compare=False)
    origin: Any = field(default=None, compare=False, repr=False)

    def param_names(self) -> Iterator[str]:
        return (param.name for param in self.params)
