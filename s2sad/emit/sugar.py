"""Short forms of statements: `elif`, a loop over a pattern, `while test`, early returns, code after a branch that leaves.

`shapes` has done the expressions by now.  Every rewrite here keeps the order of what is executed.
Float comparisons are never turned round (`not a < b` is not `a >= b` when one is nan), and `x = x + e` never becomes
`x += e` (it would write into an array that somebody else may hold).
"""

from __future__ import annotations

from s2sad.emit.counts import Counts, comments
from s2sad.emit.shapes import loop_pattern
from s2sad.emit.tree import STATE, Body, Line, Nested, Tree, every_line, merge_notes, single_target
from s2sad.ir.nodes import NO_NOTES

NEGATION = {"is": "is_not", "is_not": "is", "in": "not_in", "not_in": "in"}
LEAVES = ("break", "continue", "return", "raise")


def tidy(body: Body, counts: Counts) -> None:
    """Rewrite the lines of a function in place."""
    _block(body, counts)
    _early_returns(body, counts)
    _end_of_function(body)


def negated(tree: Tree) -> Tree:
    """`not tree`, as short as can be said without changing what it computes."""
    if tree.head == "op" and tree.data in NEGATION:
        return Tree("op", NEGATION[tree.data], tree.kids, tree.flags)
    if tree.head == "op" and tree.data == "not":
        return tree.kids[0]  # where only the truth counts
    return Tree("op", "not", (tree,), STATE)


def _block(body: Body, counts: Counts, in_chain: bool = False) -> None:
    """`in_chain`: the block is an `else` that holds the rest of an `elif` chain, and must stay a single statement."""
    out: list[Line] = []
    for line in _chains(body.lines, counts):
        chain = line.kind == "if" and is_elif(line.blocks[1])
        for block in line.blocks:
            _block(block, counts, chain and block is line.blocks[1])
        match line.kind:
            case "if":
                out += _if(line, in_chain)
            case "while":
                out += unrolled(line, counts)
            case "for":
                line.data, line.blocks[0].lines = loop_pattern(line, counts)
                out.append(line)
            case "assert" if line.blocks[0].lines:
                out.append(_long_assert(line))
            case "assign" if line.operands[0].head == "lambda" and single_target(line) is not None:
                out.append(_definition(line))
            case "assign":
                _draw_in(out, line, counts)
            case _:
                out.append(line)
    body.lines = out


def is_elif(body: Body) -> bool:
    return len(body.lines) == 1 and body.lines[0].kind == "if" and body.lines[0].sugar == "elif"


def _if(line: Line, in_chain: bool) -> list[Line]:
    """Empty branches, and branches that leave."""
    body, orelse = line.blocks
    if not _active(body) and _active(orelse):
        line.operands = [negated(line.operands[0])]
        line.blocks = [orelse, Body(body.lines)]
        body, orelse = line.blocks
    if orelse.lines and not _active(orelse):
        body.lines += orelse.lines
        orelse.lines = []
    if not orelse.lines:
        return [line]
    if leaves(body) and not in_chain and not is_elif(orelse):
        rest, orelse.lines = orelse.lines, []
        return [line, *rest]
    return [line]


def _active(body: Body) -> bool:
    return any(line.kind not in ("comment", "pass") for line in body.lines)


def leaves(body: Body) -> bool:
    """Does control never reach the end of this block?"""
    if not body.lines:
        return False
    last = body.lines[-1]
    if last.kind == "if":
        return bool(last.blocks[1].lines) and leaves(last.blocks[0]) and leaves(last.blocks[1])
    return last.kind in LEAVES


def unrolled(line: Line, counts: Counts) -> list[Line]:
    """`while test`, or where the test takes statements of its own, `while True` with the test inside."""
    head, body, orelse = line.blocks
    if not head.lines:
        return [line]
    stop = Line(
        "if", None, [negated(head.tail[0])], [Body([Line("break", span=line.span)]), Body()], span=line.span
    )
    loop = Line("while", None, [], [Body([], [_true()]), body, Body()], span=line.span, notes=line.notes)
    lines = [loop]
    if orelse.lines and not any(inner.kind in ("break", "continue") for inner in every_line(orelse)):
        stop.blocks[0].lines[:0] = orelse.lines
    elif orelse.lines:  # a jump in there means the loop around this one
        number = sum(name.startswith("%ended") for name in counts.binds)
        flag = f"%ended{number or ''}"
        counts.binds[flag] = 2
        stop.blocks[0].lines.insert(0, Line("assign", (flag,), [_true()], span=line.span))
        test = Tree("var", flag, (), 0, frozenset((flag,)))
        lines.insert(0, Line("assign", (flag,), [Tree("const", False, ())], span=line.span))
        lines.append(Line("if", None, [test], [orelse, Body()], span=line.span))
    body.lines = [*head.lines, stop, *body.lines]
    return lines


def _definition(line: Line) -> Line:
    """A function bound to a name is a `def`, whether it was one or not."""
    tree = line.operands[0]
    name = line.data[0]
    if name[0] == "%" and lambda_value(tree.data) is not None:
        return line
    return Line("def", (name, tree.data), list(tree.kids), span=line.span, notes=line.notes)


def lambda_value(nested: Nested) -> Tree | None:
    """What a function returns, if it can be written as a lambda."""
    function, lines = nested.function, nested.body.lines
    if not function.is_lambda or function.nonlocals or function.is_generator:
        return None
    if not lines:
        return Tree("const", None, ())
    if len(lines) == 1 and lines[0].kind == "return" and lines[0].notes == NO_NOTES:
        return lines[0].operands[0]
    return None


def _true() -> Tree:
    return Tree("const", True, ())


def _long_assert(line: Line) -> Line:
    """An assertion whose message takes statements to compute."""
    message = line.blocks[0]
    error = Tree("call", (), (Tree("ref", "AssertionError", ()), *message.tail))
    failure = [*message.lines, Line("raise", None, [error], span=line.span)]
    return Line(
        "if", None, [negated(line.operands[0])], [Body(failure), Body()], span=line.span, notes=line.notes
    )


def _draw_in(out: list[Line], line: Line, counts: Counts) -> None:
    """`a, t = value; b, c = t` as `a, (b, c) = value`, where nobody else reads `t`."""
    before = out[-1] if out else None
    if before is not None and before.kind == "assign" and not isinstance(before.data[-1], str):
        holder = Line("for", before.data[-1], [], [Body([line]), Body()])
        pattern, rest = loop_pattern(holder, counts)
        if not rest:
            before.data = (*before.data[:-1], pattern)
            return
    out.append(line)


def _chains(lines: list[Line], counts: Counts) -> list[Line]:
    """`t = value; a = t; b = t` as `a = b = value`, where nobody else reads `t`; with one `a` only, as `a = value`."""
    out: list[Line] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        out.append(line)
        name = single_target(line)
        if name is None or name[0] != "%" or counts.binds[name] != 1:
            continue
        end = position
        while end < len(lines) and _copies(lines[end], name):
            end += 1
        if end - position == counts.reads[name] >= 2:
            copies = lines[position:end]
            line.data = tuple(target for copy in copies for target in copy.data)
            for copy in copies:
                line.notes = merge_notes(line.notes, copy.notes)
            position = end
    return out


def _copies(line: Line, name: str) -> bool:
    return line.kind == "assign" and line.operands[0].head == "var" and line.operands[0].data == name


def adopt_names(body: Body, counts: Counts, fixed: frozenset[str], guarded: bool = False) -> dict[str, str]:
    """`t = value; ..; a = t`, both bound only here: the temporary *is* `a`. Drops the copy; the result renames `t`.

    `fixed` are variables that nested functions see, and parameters. In between nobody may read `a` (which could hold
    its value of the round before), nor leave; inside of a `try` (`guarded`) any line may, so nothing may be there.
    """
    found: dict[str, str] = {}
    lines = body.lines
    position = 0
    while position < len(lines):
        line = lines[position]
        for block in line.blocks:
            found |= adopt_names(block, counts, fixed, guarded or line.kind == "try")
        name, value = single_target(line), line.operands[0] if line.operands else None
        copied = (
            value is not None
            and value.head == "var"
            and value.data[0] == "%"
            and counts.binds[value.data] == 1
        )
        if not copied or name is None or name[0] == "%" or counts.binds[name] != 1 or name in fixed:
            position += 1
            continue
        assert value is not None
        start = position - 1
        while (
            start >= 0
            and single_target(lines[start]) != value.data
            and not guarded
            and _passes(lines[start], name)
        ):
            start -= 1
        if start >= 0 and single_target(lines[start]) == value.data and value.data not in found:
            found[value.data] = name
            lines[start].notes = merge_notes(lines[start].notes, line.notes)
            del lines[position]
        else:
            position += 1
    return found


def _passes(line: Line, name: str) -> bool:
    """Neither reads `name` nor leaves the block."""
    if line.kind in (*LEAVES, "try", "with", "yield") or any(name in tree.reads for tree in line.operands):
        return False
    return all(
        all(_passes(inner, name) for inner in block.lines)
        and not any(name in tree.reads for tree in block.tail)
        for block in line.blocks
    )


# ── function ends ────────────────────────────────────────────────────────────────────────────────────────


def _early_returns(body: Body, counts: Counts) -> None:
    """`if c: y = a else: y = b` before the final `return y` (`y` a temporary): return where the value is known."""
    while len(body.lines) >= 2 and body.lines[-1].kind == "return" and body.lines[-2].kind == "if":
        end, branch = body.lines[-1], body.lines[-2]
        value = end.operands[0]
        if value.head != "var" or value.data[0] != "%" or counts.reads[value.data] != 1:
            return
        if end.notes != NO_NOTES or not all(_sets_last(block, value.data) for block in branch.blocks):
            return
        for block in branch.blocks:
            _return_from(block, value.data)
        counts.reads[value.data] = 0
        del body.lines[-1]
        rest = branch.blocks[1].lines
        branch.blocks[1].lines = []
        if is_elif(Body(rest)):
            branch.blocks[1].lines = rest
            return
        body.lines += rest


def _sets_last(body: Body, name: str) -> bool:
    """Does every way through the block end with an assignment to `name`?"""
    if not body.lines:
        return False
    last = body.lines[-1]
    if last.kind == "if":
        return all(_sets_last(block, name) for block in last.blocks)
    return single_target(last) == name or last.kind in ("return", "raise")


def _return_from(body: Body, name: str) -> None:
    last = body.lines[-1]
    if last.kind == "if":
        for block in last.blocks:
            _return_from(block, name)
        if last.blocks[1].lines and last.blocks[1].lines[0].sugar != "elif":
            rest, last.blocks[1].lines = last.blocks[1].lines, []
            body.lines += rest
    elif single_target(last) == name:
        last.kind, last.data = "return", None


def _end_of_function(body: Body) -> None:
    """A final `return None` says nothing."""
    if body.lines and body.lines[-1].kind == "return":
        value = body.lines[-1].operands[0]
        if value.head == "const" and value.data is None:
            last = body.lines.pop()
            body.lines += comments(last)
