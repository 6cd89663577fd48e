"""Numbers that are the same in every round of a loop are computed ahead of it, if the reverse sweep reads them.

``-r`` and ``1 + 2 * r``, say, as the arguments of a callee that stands in the loop.  Left there they would be saved, or
computed again, round by round.
"""

from __future__ import annotations

from s2sad.analysis.values import TOP, Known, Tensor, number
from s2sad.ir.nodes import Assign, For, Op, Var
from s2sad.ir.walk import deep_uses, defs, uses
from s2sad.transform.remat import Remat
from s2sad.transform.tree import Attempt, Loop, Nodes, Opaque, Step, inner

TOTAL = frozenset({"neg", "add", "sub", "mul"})  # a loop without a round must not raise for them


def hoist(nodes: Nodes, params: set[str], remat: Remat) -> None:
    """Move such statements of the forward sweep ahead of their loops; those of the reverse sweep stay."""
    read = _read_in_reverse(nodes)
    _Hoist(remat, read).block(nodes, set(params))


class _Hoist:
    def __init__(self, remat: Remat, read: set[str]) -> None:
        self.remat = remat
        self.read = read

    def block(self, nodes: Nodes, assigned: set[str]) -> None:
        """`assigned`: the variables that have a value for sure."""
        position = 0
        while position < len(nodes):
            node = nodes[position]
            if isinstance(node, Step):
                assigned |= {var.name for stmt in node.forward for var in defs(stmt)}
            elif isinstance(node, Loop):
                target = {node.stmt.target.name} if isinstance(node.stmt, For) else set()
                self.block(node.body, assigned | target)
                for moved in self.out_of(node.body, assigned):
                    nodes.insert(position, moved)
                    position += 1
            elif not isinstance(node, Attempt | Opaque):
                for block in inner(node):
                    self.block(block, set(assigned))
            position += 1

    def out_of(self, body: Nodes, assigned: set[str]) -> list[Step]:
        """The statements that leave a loop, as nodes of the block around it."""
        found: list[tuple[Step, Assign]] = []
        inside: set[str] = set()
        for node in (node for node in body if isinstance(node, Step)):
            for stmt in node.forward:
                if isinstance(stmt, Assign) and self.is_invariant(stmt, assigned | inside):
                    found.append((node, stmt))
                    inside.add(stmt.target.name)
        wanted = set(self.read)
        moved: list[Step] = []
        for node, stmt in reversed(found):
            if stmt.target.name in wanted:
                wanted |= {var.name for var in uses(stmt)}
                node.forward.remove(stmt)
                moved.insert(0, Step(stmt, [stmt], []))
        self.remat.invariant |= {var.name for node in moved for var in defs(node.stmt)}
        assigned |= self.remat.invariant & inside
        return moved

    def is_invariant(self, stmt: Assign, assigned: set[str]) -> bool:
        if not isinstance(stmt.value, Op) or stmt.value.kind not in TOTAL:
            return False
        operands = [arg.name for arg in stmt.value.args if isinstance(arg, Var)]
        if all(
            isinstance(self.remat.types.get(name), Known) for name in operands
        ):  # `2 * np.pi` says more there
            return False
        return assigned.issuperset(operands) and all(map(self.is_number, (stmt.target.name, *operands)))

    def is_number(self, name: str) -> bool:
        """Whether a variable is a number that is assigned once."""
        kind = number(self.remat.types.get(name, TOP))
        plain = isinstance(kind, Tensor) and kind.dims == () and kind.kind in "fci"
        return plain and self.remat.counts[name] <= 1 and not self.remat.is_mutated(name)


def _read_in_reverse(nodes: Nodes) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Step):
            found |= {var.name for var in deep_uses(tuple(node.reverse))}
        for block in inner(node):
            found |= _read_in_reverse(block)
    return found
