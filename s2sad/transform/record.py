"""TBR: decide what the forward sweep keeps for the reverse sweep, and lay both sweeps out.

A value is *to be recorded* at a point if the adjoint of a statement that has already run reads it.  It is saved only
where it would otherwise be lost:

- before an assignment that overwrites it (a variable that a loop carries, or that a branch reassigns);
- at the end of the block that it lives in, if that block runs several times (a local variable of a loop's body).

Inside of a loop "saved" means appended to a list, and popped by the reverse sweep; elsewhere it means kept under
another name.  A variable that is assigned once, outside of all loops, is simply still there.  Cheap integer expressions
and reads of elements are computed again (`Remat`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from s2sad.analysis.operands import known_function
from s2sad.analysis.refuse import refuse
from s2sad.ir.exits import BREAK, outcomes
from s2sad.ir.nodes import (
    Assign,
    Atom,
    AugName,
    Block,
    Break,
    Build,
    Call,
    Const,
    Delete,
    Expr,
    For,
    If,
    MethodCall,
    Op,
    SliceIndex,
    Stmt,
    Unpack,
    Var,
    While,
    With,
)
from s2sad.ir.walk import blocks, deep_defs, deep_uses, defs, walk
from s2sad.transform.invariant import hoist
from s2sad.transform.survey import Place, Survey
from s2sad.transform.tree import (
    Attempt,
    Branch,
    Guard,
    Loop,
    Node,
    Nodes,
    Opaque,
    Part,
    Step,
    inner,
    raises,
    steps,
)
from s2sad.transform.words import by_width, library


class Recorder(Survey):
    """Decides what is saved where, and writes the two sweeps."""

    def run(self, seeding: list[Stmt]) -> tuple[Block, Block]:
        self.count_rounds(self.nodes)
        self.snapshots.take(self.nodes)
        self.remat.lasting = self.snapshots.lasting
        bound = {var.name for step, _ in steps(self.nodes) for new in step.forward for var in defs(new)}
        self.unset |= self.snapshots.asked & bound - self.params
        self.check_order()
        self.remat.prepare(self.nodes, self.params)
        hoist(self.nodes, self.params, self.remat)
        self.borrow.apply(self.nodes)
        self.collect_primal(self.nodes)
        self.remat.apply(self.nodes)
        self.survey(self.nodes, (), 0)
        for name in self.params:
            self.read(name, ())
        self.flow(self.nodes, set(), set(self.params))
        self.join(self.nodes)
        forward = tuple(self.forward(self.nodes, []))
        started = [Assign(tape, Build("list", ())) for tape in self.tapes.values()]
        forward = (*started, *(Assign(Var(name), Const(None)) for name in sorted(self.unset)), *forward)
        reverse = (*seeding, *self.reverse(self.nodes))
        return forward, reverse

    # ── what is to be recorded ──────────────────────────────────────────────────────────────────────────────

    def flow(self, nodes: Nodes, wanted: set[str], assigned: set[str]) -> set[str]:
        """Walk forward with the set of variables whose present value the reverse sweep will read."""
        for node in nodes:
            match node:
                case Step(forward=forward, reverse=reverse):
                    for new in forward:
                        for var in defs(new):
                            if var.name in wanted and not isinstance(new, AugName):
                                self.before[id(node)].add(var.name)
                                wanted = wanted - {var.name}
                            assigned.add(var.name)
                    wanted = wanted | self.needs(reverse)
                case Branch(stmt=stmt, body=body, orelse=orelse):
                    if id(node) not in self.flags and isinstance(stmt.test, Var):
                        wanted = wanted | {stmt.test.name}
                    one, two = set(assigned), set(assigned)
                    # what is read at the end of a reversed branch is what was there ahead of the branch
                    ahead = wanted | self.needs(node.end_body)
                    first = self.end_block(body, self.flow(body, ahead, one), one)
                    ahead = wanted | self.needs(node.end_orelse)
                    second = self.end_block(orelse, self.flow(orelse, ahead, two), two)
                    assigned |= one & two
                    wanted = first | second
                case Loop():
                    wanted = self.flow_loop(node, wanted, assigned)
                case Guard(body=body):
                    wanted = self.end_block(body, self.flow(body, wanted, assigned), assigned)
                case Part(body=body):
                    # as in a branch; of what has no value yet, it is that of the end
                    ahead = self.needs(node.end_body) & assigned
                    done = self.flow(body, wanted | ahead, assigned) | self.needs(node.end_body)
                    done = self.end_block(body, done, assigned)
                    wanted = wanted | done | self.needs(node.end_orelse)
                case Attempt():
                    wanted = self.flow_attempt(node, wanted, assigned)
                case Opaque(stmt=stmt):
                    lost = {var.name for var in deep_defs((stmt,))} & wanted
                    self.before[id(node)] |= lost
                    wanted = wanted - lost
        return wanted

    def flow_attempt(self, node: Attempt, wanted: set[str], assigned: set[str]) -> set[str]:
        # An exception may stop a loop or a branch after it has assigned a variable: the value from before is kept here.
        inside = {var.name for stmt in node.stmt.body for block in blocks(stmt) for var in deep_defs(block)}
        self.before[id(node)] |= inside & wanted
        wanted = wanted - inside
        ended = []
        after: set[str] = set()
        inside = set(assigned)
        begun = self.flow(node.parts, wanted, inside)
        for number, (way, end) in enumerate(zip(node.ways, node.ends, strict=True)):
            own = set(assigned) if number else inside
            left = self.flow(way, begun, own)
            if not number and node.orelse:
                way, left = node.orelse, self.flow(node.orelse, left, own)
            after |= self.end_block(way, left | self.needs(end), own)
            ended.append(own)
        assigned |= set.intersection(*ended)
        wanted = self.end_block(node.final, self.flow(node.final, after | begun, assigned), assigned)
        return wanted | {node.flag.name} | ({node.done.name} if node.parts else set())

    def check_order(self) -> None:
        """An adjoint that reads a variable ahead of its first assignment was misled by an alias: refuse."""
        reached = self.params | self.bound_by_blocks(self.nodes)
        ahead: set[str] = set()
        for step, depth in steps(self.nodes, 0):
            for new in step.forward:
                names = {var.name for var in defs(new)}
                if depth == 0 and not names.isdisjoint(ahead) and not isinstance(new, AugName):
                    origin = getattr(self.function, "origin", None)
                    refuse(origin, new.span, "S2S010", "a view is made of a view here, and written to in a way that is not followed",
                           "write to the array itself")  # fmt: skip
                reached |= names
            ahead |= {var.name for var in deep_uses(tuple(step.reverse))} - reached

    def bound_by_blocks(self, nodes: Nodes) -> set[str]:
        """What loops, contexts and handlers bind, and statements that are not taken apart."""
        found: set[str] = set()
        for node in nodes:
            if isinstance(node, Opaque):
                found |= {var.name for var in deep_defs((node.stmt,))}
            elif not isinstance(node, (Step, Part)):
                found |= {var.name for var in defs(node.stmt)}
            for block in inner(node):
                found |= self.bound_by_blocks(block)
        return found

    def flow_loop(self, node: Loop, wanted: set[str], assigned: set[str]) -> set[str]:
        at_head = wanted
        while True:
            inside = set(assigned)
            after = self.flow(node.head, at_head, inside)
            after = self.flow(node.body, after, inside) | self.needs(node.end)
            if isinstance(node.stmt, For):
                after = after - {node.stmt.target.name}
            inside |= {node.stmt.target.name} if isinstance(node.stmt, For) else set()
            after = self.end_block(node.body, after, inside) - self.loop_flags(node.body)
            again = at_head | after
            if again == at_head:
                break
            at_head = again
        lost = self.saved_inside(node.body) | self.saved_inside(node.head)
        self.unbound[id(node)] = {name for name in lost if name not in assigned}
        return at_head | self.needs(node.before) | {var.name for var in self.header_needs(node)}

    def saved_inside(self, nodes: Nodes) -> set[str]:
        """Variables that are saved before an assignment somewhere in these nodes, and live outside of them."""
        found: set[str] = set()
        for node in nodes:
            found |= self.before[id(node)]
            for block in inner(node):
                found |= self.saved_inside(block)
        return found

    def end_block(self, nodes: Nodes, wanted: set[str], assigned: set[str]) -> set[str]:
        """At the end of a block inside of a loop: its own variables are saved."""
        place = self.places[id(nodes)]
        local = {name for name in wanted if self.info[name].home == place.where}
        if place.depth:
            place.at_end |= local
            self.unset |= local - assigned  # an exception may have come first
            return wanted - local
        return wanted

    def join(self, nodes: Nodes) -> None:
        """In a loop: what is saved before the last assignments goes on one tape with what is saved at the end."""
        place = self.places[id(nodes)]
        if place.depth and not place.partial and not self.is_left(nodes):
            for position in range(len(nodes)):
                if self.before[id(nodes[position])] and self.saves_all(nodes, place, position):
                    place.joint = position
                    for node in nodes[position:]:
                        place.at_end |= self.before.pop(id(node), set())
                    break
        for node in nodes:
            for block in inner(node):
                self.join(block)

    def is_left(self, nodes: Nodes) -> bool:
        """Whether control may leave a block at its end for the end of the loop."""
        last = nodes[-1] if nodes else None
        return isinstance(last, Branch | Step) and BREAK in outcomes((last.stmt,))

    def saves_all(self, nodes: Nodes, place: Place, position: int) -> bool:
        """Whether all that this place and those behind it save has its value here, and nothing reads a later one."""
        rest = [node for node in nodes[position:] if isinstance(node, Step)]
        names = [name for node in rest for name in self.before[id(node)]]
        if len(rest) < len(nodes) - position or len(set(names)) < len(names):
            return False
        assigned = {var.name for step in rest for new in step.forward for var in defs(new)}
        if len(names) + len(place.at_end) < 2 or not place.at_end.isdisjoint({*assigned, *names}):
            return False
        read: set[str] = set()
        for step in reversed(rest):
            read |= self.needs(step.reverse)
            if not read.isdisjoint(self.before[id(step)]):
                return False
        return True

    # ── layout of the forward sweep ─────────────────────────────────────────────────────────────────────────

    def tape(self, name: str) -> Var:
        if name not in self.tapes:
            self.tapes[name] = Var(
                f"{name}_tape" if name.startswith("%") else self.session.fresh_local(f"{name}_tape")
            )
        return self.tapes[name]

    def push_all(self, place: Place) -> list[Stmt]:
        """Save what a block keeps at its end: one value on a list of its own, several as a tuple, many as several."""
        names = self.kept_at_end(place)
        if len(names) < 2:
            return [self.push(name) for name in names]
        out: list[Stmt] = []
        for group in by_width(names, len(place.where)):
            item = Var(self.session.fresh_temp())
            append = MethodCall(self.shared_tape(place), "append", (item,))
            out += [
                Assign(item, Build("tuple", tuple(map(Var, group)))),
                Assign(Var(self.session.fresh_temp()), append),
            ]
        return out

    def pop_all(self, place: Place) -> list[Stmt]:
        names = self.kept_at_end(place)
        if len(names) < 2:
            return [self.pop(name) for name in names]
        out: list[Stmt] = []
        for group in reversed(by_width(names, len(place.where))):
            item = Var(self.session.fresh_temp())
            out += [
                Assign(item, MethodCall(self.shared_tape(place), "pop")),
                Unpack(tuple(map(Var, group)), item),
            ]
        return out

    def kept_at_end(self, place: Place) -> list[str]:
        """What a block keeps at its end, in the order of the program."""
        if not self.order:
            self.order = {name: number for number, name in enumerate(self.info)}
        return sorted(place.at_end, key=self.order.__getitem__)

    def shared_tape(self, place: Place) -> Var:
        key = f"tape of block {place.where}"
        if key not in self.tapes:
            self.tapes[key] = Var(self.session.fresh_local("tape"))
        return self.tapes[key]

    def push(self, name: str) -> Stmt:
        return Assign(Var(self.session.fresh_temp()), MethodCall(self.tape(name), "append", (Var(name),)))

    def pop(self, name: str) -> Stmt:
        return Assign(Var(name), MethodCall(self.tape(name), "pop"))

    def forward(self, nodes: Nodes, ending: list[Stmt]) -> list[Stmt]:
        """The forward sweep of a block; `ending` is what enclosing blocks save where control leaves this one."""
        place = self.places[id(nodes)]
        out: list[Stmt] = []
        after_def = self.single_definitions(nodes, place) if len(place.at_end) == 1 else {}
        own = [] if after_def else self.push_all(place)
        ending = [*([] if place.joint is not None else own), *ending]
        leaving = bool(nodes) and isinstance(nodes[-1], Branch) and BREAK in outcomes((nodes[-1].stmt,))
        broken = bool(nodes) and isinstance(nodes[-1], Step) and isinstance(nodes[-1].stmt, Break)
        for position, node in enumerate(nodes):
            last = position == len(nodes) - 1
            if last and broken:
                out += ending
            if position == place.joint:
                out += own
            out += [
                save for name in sorted(self.before[id(node)]) for save in self.save_before(node, name, place)
            ]
            match node:
                case Step(forward=forward):
                    out += forward
                case Branch(stmt=stmt, body=body, orelse=orelse):
                    inner = ending if last and leaving else []
                    first, second = self.forward(body, inner), self.forward(orelse, inner)
                    out.append(replace(stmt, body=tuple(first), orelse=tuple(second)))
                case Loop():
                    out += self.forward_loop(node, place)
                case Guard(stmt=stmt, body=body):
                    out.append(replace(stmt, body=tuple(self.forward(body, []))))
                case Part(body=body):
                    out += self.forward(body, [])
                case Attempt():
                    out += self.forward_attempt(node)
                case Opaque(stmt=stmt):
                    out.append(stmt)
            out += [self.push(name) for name, owner in after_def.items() if owner is node]
        if not leaving and not broken:
            out += ending
        return out

    def single_definitions(self, nodes: Nodes, place: Place) -> dict[str, Node]:
        """Variables to save at the end that are assigned once, right here: they are saved where they are assigned."""
        found: dict[str, Node] = {}
        for node in () if place.partial else nodes:
            if isinstance(node, Step):
                for new in node.forward:
                    for var in defs(new):
                        if var.name in place.at_end and self.info[var.name].defs == 1:
                            found[var.name] = node
        return found

    def forward_attempt(self, node: Attempt) -> list[Stmt]:
        parts = self.forward(node.parts, [])
        rest, *handled = [tuple(self.forward(way, [])) for way in node.ways]
        ways = iter(handled)
        handlers = tuple(
            handler if raises(handler.body) else replace(handler, body=next(ways))
            for handler in node.stmt.handlers
        )
        orelse, final = tuple(self.forward(node.orelse, [])), tuple(self.forward(node.final, []))
        body: list[Stmt] = []
        marks: list[Stmt] = []
        if handled:
            marks, undo = self.marks((*parts, *rest))
            handlers = tuple(
                handler if raises(handler.body) else replace(handler, body=(*undo, *handler.body))
                for handler in handlers
            )
        for stmt in (*parts, *rest):
            body += [stmt, *marks] if isinstance(stmt, Assign) and stmt.target == node.done else [stmt]
        return [*marks, replace(node.stmt, body=tuple(body), orelse=orelse, handlers=handlers, final=final)]

    def marks(self, body: Block) -> tuple[list[Stmt], list[Stmt]]:
        """What a loop or a branch has recorded when an exception stops it is not to be read: statements that note the
        lengths of its tapes, and such that bring the tapes back to them."""
        names = {tape.name for tape in self.tapes.values()}
        pushed = sorted(
            {
                inner.value.obj.name
                for stmt in body
                for block in blocks(stmt)
                for inner in walk(block)
                if isinstance(inner, Assign)
                and isinstance(inner.value, MethodCall)
                and isinstance(inner.value.obj, Var)
                and inner.value.name == "append"
                and inner.value.obj.name in names
            }
        )
        marks: list[Stmt] = []
        undo: list[Stmt] = []
        for name in pushed:
            mark = Var(self.session.fresh_local(f"{name}_mark"))
            marks.append(Assign(mark, Call(library("len", len), (Var(name),))))
            undo.append(Delete(Var(name), SliceIndex(mark, None, None)))
        return marks, undo

    def forward_loop(self, node: Loop, place: Place) -> list[Stmt]:
        stmt = node.stmt
        head, body = tuple(self.forward(node.head, [])), tuple(self.forward(node.body, []))
        new = replace(stmt, head=head, body=body) if isinstance(stmt, While) else replace(stmt, body=body)
        if place.depth == 0:
            self.unset |= self.unbound[id(node)]
        return [new]

    def save_before(self, node: Node, name: str, place: Place) -> list[Stmt]:
        if place.depth:
            return [self.push(name)]
        kept = Var(f"{name}_kept" if name.startswith("%") else self.session.fresh_local(f"{name}_kept"))
        self.kept[id(node), name] = kept
        return [Assign(kept, Var(name))]

    # ── layout of the reverse sweep ─────────────────────────────────────────────────────────────────────────

    def restore(self, node: Node, name: str, place: Place) -> Stmt:
        if place.depth:
            return self.pop(name)
        return Assign(Var(name), self.kept[id(node), name])

    def reverse(self, nodes: Nodes) -> list[Stmt]:
        place = self.places[id(nodes)]
        out = self.pop_all(place)
        for node in reversed(nodes):
            match node:
                case Step(reverse=reverse):
                    out += reverse
                case Branch():
                    out += self.reverse_branch(node)
                case Loop():
                    out += node.before
                    out += self.reverse_loop(node)
                case Guard(stmt=stmt, body=body):
                    out += self.reverse_guard(stmt, tuple(self.reverse(body)))
                case Part():
                    out += self.reverse_part(node)
                case Attempt():
                    out += self.reverse_attempt(node)
                case Opaque():
                    pass
            out += [self.restore(node, name, place) for name in sorted(self.before[id(node)])]
        return out

    def reverse_attempt(self, node: Attempt) -> list[Stmt]:
        out = self.reverse(node.final)
        orelse = self.reverse(node.orelse)
        branches = [
            (*(() if number else orelse), *self.reverse(way), *end)
            for number, (way, end) in enumerate(zip(node.ways, node.ends, strict=True))
        ]
        nested: Block = branches[-1]
        for number in range(len(branches) - 2, -1, -1):
            test = Var(self.session.fresh_temp())
            nested = (Assign(test, Op("eq", (node.flag, Const(number)))), If(test, branches[number], nested))
        return [*out, *nested, *self.reverse(node.parts)]

    def reverse_part(self, node: Part) -> list[Stmt]:
        body, orelse = (*self.reverse(node.body), *node.end_body), tuple(node.end_orelse)
        if not body and not orelse:
            return []
        test = Var(self.session.fresh_temp())
        return [Assign(test, Op("ge", (node.done, Const(node.number)))), If(test, body, orelse)]

    def reverse_guard(self, stmt: With, body: Block) -> list[Stmt]:
        """Error handling of NumPy holds for both sweeps; any other context is the forward sweep's affair."""
        definition = self.remat.definitions.get(stmt.context.name) if isinstance(stmt.context, Var) else None
        if not body or not (
            isinstance(definition, Call) and known_function(definition.func, self.types) is np.errstate
        ):
            return list(body)
        context = Var(self.session.fresh_temp())
        return [Assign(context, definition), With(context, None, body, span=stmt.span)]

    def reverse_branch(self, node: Branch) -> list[Stmt]:
        body = [*self.reverse(node.body), *node.end_body]
        orelse = [*self.reverse(node.orelse), *node.end_orelse]
        flag = self.flags.get(id(node))
        if flag is not None:
            body.insert(0, Assign(flag, Const(False)))
        if not body and not orelse:
            return []
        return [If(flag or node.stmt.test, tuple(body), tuple(orelse), span=node.stmt.span)]

    def reverse_loop(self, node: Loop) -> list[Stmt]:
        body = (*self.reverse(node.body), *self.reverse(node.head), *node.end)
        stmt = node.stmt
        args = self.remat.range_args(stmt)
        trips = self.trips.get(id(node))
        setup: list[Stmt] = []
        if trips is not None:
            target, lead = self.counted_target(stmt, args)
            body = (*lead, *body)
            iterable = self.backwards(setup, (trips,))
        elif args is not None:
            target, iterable = stmt.target, self.backwards(setup, args)  # type: ignore[union-attr]
        else:
            assert isinstance(stmt, For)
            target = stmt.target
            turned = (
                self.remat.definitions.get(stmt.iterable.name) if isinstance(stmt.iterable, Var) else None
            )
            if isinstance(turned, Call) and known_function(turned.func, self.types) is reversed:
                return [*setup, For(target, turned.args[0], tuple(body), span=stmt.span)]  # type: ignore[arg-type]
            iterable = self.setup(setup, Call(library("reversed", reversed), (stmt.iterable,)))
        loop = For(target, iterable, tuple(body), span=stmt.span)
        return [*setup, loop]

    def counted_target(self, stmt: For | While, args: tuple[Atom, ...] | None) -> tuple[Var, list[Stmt]]:
        if isinstance(stmt, While):
            return Var(self.session.fresh_temp()), []
        if args is None:
            raise AssertionError("a loop that is left early runs over a range")
        start, _, step = args
        if start == Const(0) and step == Const(1):
            return stmt.target, []
        count = Var(self.session.fresh_temp())
        scaled = Var(self.session.fresh_temp())
        return count, [
            Assign(scaled, Op("mul", (step, count))),
            Assign(stmt.target, Op("add", (start, scaled))),
        ]

    def backwards(self, setup: list[Stmt], args: tuple[Atom, ...]) -> Var:
        """``range(...)`` run from its end."""
        start, stop, step = args if len(args) == 3 else (Const(0), args[0], Const(1))
        rng = library("range", range)
        if step == Const(1):
            return self.setup(
                setup, Call(rng, (self.minus_one(setup, stop), self.minus_one(setup, start), Const(-1)))
            )
        if step == Const(-1):
            return self.setup(setup, Call(rng, (self.plus_one(setup, stop), self.plus_one(setup, start))))
        forward = self.setup(setup, Call(rng, (start, stop, step)))
        return self.setup(setup, Call(library("reversed", reversed), (forward,)))

    def minus_one(self, setup: list[Stmt], atom: Atom) -> Atom:
        if isinstance(atom, Const) and isinstance(atom.value, int):
            return Const(atom.value - 1)
        return self.setup(setup, Op("sub", (atom, Const(1))))

    def plus_one(self, setup: list[Stmt], atom: Atom) -> Atom:
        if isinstance(atom, Const) and isinstance(atom.value, int):
            return Const(atom.value + 1)
        return self.setup(setup, Op("add", (atom, Const(1))))

    def setup(self, setup: list[Stmt], expr: Expr) -> Var:
        temp = Var(self.session.fresh_temp())
        setup.append(Assign(temp, expr))
        return temp
