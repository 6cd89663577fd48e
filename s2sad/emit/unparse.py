"""Functions to text: fuse, name, print; and Black, when somebody is going to read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from s2sad.emit.expressions import Expressions
from s2sad.emit.fuse import fuse
from s2sad.emit.naming import name_alike, name_all
from s2sad.emit.remarks import Statements, starts_reverse_sweep
from s2sad.emit.tree import NO_NAMES, Body, Line, Nested, Tree
from s2sad.ir.nodes import BINARY, NO_NOTES, Function, Notes, Ref, Span
from s2sad.optimize.width import LINE_LENGTH

INDENT = "    "


def to_source(
    function: Function,
    fmt: bool = False,
    *,
    line_length: int = LINE_LENGTH,
    scalars: frozenset[str] = NO_NAMES,
    is_pure: Callable[[Ref], bool] | None = None,
) -> str:
    """The Python text of a function. `fmt`: laid out by Black, which takes its time; the code is the same."""
    text, _ = to_source_map(function, scalars=scalars, is_pure=is_pure)
    return format_source(text, line_length) if fmt else text


def to_source_map(
    function: Function, *, scalars: frozenset[str] = NO_NAMES, is_pure: Callable[[Ref], bool] | None = None
) -> tuple[str, list[Span]]:
    """The unformatted text, and for each of its lines the span of the user's code that it came from."""
    nested = fuse(function, scalars, is_pure)
    if function.forward is not None:
        forward = fuse(function.forward, scalars, is_pure)
        name_all(forward)
        name_alike(nested, forward)
    name_all(nested)
    remarks = Statements(function.origin)
    printer = Printer(nested.names, remarks=remarks)
    printer.in_reverse = function.is_reverse and remarks.several(nested.body.lines)
    name = function.name if function.name.isidentifier() else "function"
    printer.definition(name, nested, [], function.span, function.notes)
    return "\n".join(printer.lines) + "\n", printer.spans


def format_source(text: str, line_length: int = LINE_LENGTH) -> str:
    """Lay out Python text as Black does."""
    import black  # heavy, and needed only when somebody reads the text

    return black.format_str(
        text, mode=black.Mode(line_length=line_length, target_versions={black.TargetVersion.PY311})
    )


class Printer:
    """Prints lines. `spans` runs beside `lines`."""

    def __init__(self, names: dict[str, str], depth: int = 0, remarks: Statements | None = None) -> None:
        self.lines: list[str] = []
        self.spans: list[Span] = []
        self.depth = depth
        self.remarks = remarks
        self.named: set[int] = set()  # statements that the comments around this block have named
        self.in_reverse = False  # are these adjoint statements, which say what they belong to?
        self.trees = Expressions(names)

    def put(self, text: str, span: Span, notes: Notes = NO_NOTES) -> None:
        """A line with its comments."""
        for comment in notes.above:
            self._append(comment, span)
        self._append(f"{text}  {notes.behind}" if notes.behind else text, span)

    def _append(self, text: str, span: Span) -> None:
        self.lines.append(INDENT * self.depth + text if text else "")
        self.spans.append(span)

    def definition(
        self, name: str, nested: Nested, defaults: Sequence[Tree], span: Span, notes: Notes
    ) -> None:
        function = nested.function
        parameters = self.trees.parameters(nested, defaults)
        returns = f" -> {function.returns}" if function.returns else ""
        head, behind = f"def {self.trees.name(name)}({parameters}){returns}:", notes.behind
        room = LINE_LENGTH - len(INDENT) * self.depth - len(head)
        moved = behind and 0 <= room < 2 + len(behind)
        self.put(head, span, Notes(notes.above) if moved else notes)
        inside = Printer(nested.names, self.depth + 1, self.remarks)
        if moved:  # into the body: behind the head it would break that over several lines
            inside._append(behind, span)
        inside.in_reverse = self.in_reverse
        if function.doc:
            inside.docstring(function.doc, span)
        if function.nonlocals:
            inside.put(f"nonlocal {', '.join(map(inside.trees.name, function.nonlocals))}", span)
        if not inside.lines or nested.body.lines:
            inside.body(nested.body, span)
        self.lines += inside.lines
        self.spans += inside.spans

    def docstring(self, doc: str, span: Span) -> None:
        text = doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        if text.endswith('"'):
            text = text[:-1] + '\\"'
        first, *rest = f'"""{text}"""'.split("\n")
        self._append(first, span)
        self.lines += rest
        self.spans += [span] * len(rest)

    # ── statements ───────────────────────────────────────────────────────────────────────────────────────

    def body(self, body: Body, span: Span) -> None:
        for number, line in enumerate(body.lines):
            if self.in_reverse and self.remarks is not None:
                self.remarked(body.lines[number:], self.remarks)
                break
            self.line(line)
            if starts_reverse_sweep(line) and self.remarks is not None:
                self.in_reverse = self.remarks.several(body.lines[number:])
        if all(line.kind == "comment" for line in body.lines):
            self.put("pass", span)

    def remarked(self, lines: list[Line], remarks: Statements) -> None:
        """Adjoint statements: each group of them with the statement that it belongs to."""
        outer, self.named = self.named, set(self.named)
        for text, group in remarks.groups(lines, self.named):
            first = group[0]
            if text and len(group) == 1 and not first.notes.behind and first.kind != "def":
                plain = self.simple(first)
                if len(INDENT) * self.depth + len(plain) + len(text) + 4 <= LINE_LENGTH:
                    self.put(plain, first.span, Notes(first.notes.above, f"# {text}"))
                    continue
            if text:
                self._append(f"# {text}", first.span)
            for line in group:
                self.line(line)
        self.named = outer

    def block(self, body: Body, span: Span) -> None:
        self.depth += 1
        self.body(body, span)
        self.depth -= 1

    def line(self, line: Line) -> None:
        match line.kind:
            case "if":
                self.branches(line)
            case "for":
                head = f"for {self.trees.pattern(line.data)} in {self.trees.text(line.operands[0])}:"
                self.loop(head, line, line.blocks[0], line.blocks[1])
            case "while":
                self.loop(
                    f"while {self.trees.text(line.blocks[0].tail[0])}:", line, line.blocks[1], line.blocks[2]
                )
            case "try":
                self.try_(line)
            case "with":
                self.with_(line)
            case "def":
                name, nested = line.data
                self.definition(name, nested, line.operands, line.span, line.notes)
            case _:
                self.put(self.simple(line), line.span, line.notes)

    def simple(self, line: Line) -> str:
        """A statement of one line."""
        text = self.trees.text
        match line.kind:
            case "assign":
                bare = not isinstance(line.data[-1], str)
                targets = " = ".join(self.trees.pattern(pattern) for pattern in line.data)
                return f"{targets} = {self.value(line.operands[0], bare)}"
            case "expr":
                return text(line.operands[0])
            case "setitem":
                value, obj, index = line.operands
                return f"{self.trees.base(obj)}[{self.trees.index(index)}] = {text(value)}"
            case "setattr":
                return f"{self.trees.base(line.operands[1])}.{line.data} = {text(line.operands[0])}"
            case "augname":
                name, op = line.data
                return f"{self.trees.name(name)} {BINARY[op]}= {text(line.operands[0])}"
            case "augitem":
                obj, index, value = line.operands
                return f"{self.trees.base(obj)}[{self.trees.index(index)}] {BINARY[line.data]}= {text(value)}"
            case "augattr":
                name, op = line.data
                return f"{self.trees.base(line.operands[0])}.{name} {BINARY[op]}= {text(line.operands[1])}"
            case "delete":
                obj = line.operands[0]
                if len(line.operands) > 1:
                    return f"del {self.trees.base(obj)}[{self.trees.index(line.operands[1])}]"
                return f"del {self.trees.base(obj)}.{line.data}" if line.data else f"del {text(obj)}"
            case "return":
                value = line.operands[0]
                return f"return {self.value(value, True)}"
            case "yield":
                return f"yield {self.value(line.operands[0], True)}"
            case "raise":
                return "raise" + "".join(
                    word + text(tree) for word, tree in zip((" ", " from "), line.operands, strict=False)
                )
            case "assert":
                message = "".join(f", {text(tree)}" for tree in line.blocks[0].tail)
                return f"assert {text(line.operands[0])}{message}"
            case "comment":
                return str(line.data)
            case _:
                return line.kind

    def value(self, tree: Tree, bare: bool) -> str:
        """A value; a tuple of two or more goes without parentheses where that is the custom."""
        if bare and tree.head == "tuple" and len(tree.kids) > 1:
            return self.trees.commas(tree.kids)
        return self.trees.text(tree)

    def branches(self, line: Line) -> None:
        word = "if"
        while True:
            self.put(f"{word} {self.trees.text(line.operands[0])}:", line.span, line.notes)
            self.block(line.blocks[0], line.span)
            orelse = line.blocks[1]
            if len(orelse.lines) != 1 or orelse.lines[0].kind != "if":
                break
            line, word = orelse.lines[0], "elif"
        if orelse.lines:
            self.put("else:", line.span)
            self.block(orelse, line.span)

    def loop(self, head: str, line: Line, body: Body, orelse: Body) -> None:
        self.put(head, line.span, line.notes)
        self.block(body, line.span)
        if orelse.lines:
            self.put("else:", line.span)
            self.block(orelse, line.span)

    def with_(self, line: Line) -> None:
        items, inner = [self.context(line)], line.blocks[0]
        while len(inner.lines) == 1 and inner.lines[0].kind == "with" and inner.lines[0].notes == NO_NOTES:
            items.append(self.context(inner.lines[0]))
            inner = inner.lines[0].blocks[0]
        self.put(f"with {', '.join(items)}:", line.span, line.notes)
        self.block(inner, line.span)

    def context(self, line: Line) -> str:
        target = f" as {self.trees.pattern(line.data, inside=True)}" if line.data is not None else ""
        return f"{self.trees.text(line.operands[0])}{target}"

    def try_(self, line: Line) -> None:
        body, *handlers, orelse, final = line.blocks
        self.put("try:", line.span, line.notes)
        self.block(body, line.span)
        for number, (_, name) in enumerate(line.data):
            kinds, handler = handlers[2 * number : 2 * number + 2]
            kind = "".join(f" {self.trees.text(tree)}" for tree in kinds.tail)
            name = f" as {self.trees.name(name)}" if name else ""
            self.put(f"except{kind}{name}:", line.span)
            self.block(handler, line.span)
        for word, block in (("else:", orelse), ("finally:", final)):
            if block.lines or (word == "finally:" and not line.data):
                self.put(word, line.span)
                self.block(block, line.span)
