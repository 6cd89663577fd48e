"""Index arrays whose elements differ: what is added through them is added to each element once.

Those of ``np.arange(n)``, as in ``scores[np.arange(n), labels]``: then ``x_bar[rows, labels] += ...`` loses nothing, and
`np.add.at`, which is slow, is not needed.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from s2sad.ir.nodes import Assign, AugItem, Block, Call, Const, GetItem, Op, Ref, SetItem, Stmt
from s2sad.ir.walk import deep_defs, deep_uses, index_atoms, uses, walk


def distinct_indices(body: Block) -> frozenset[str]:
    """Variables that hold integers from zero on, each once, and are read by operators and as indices only."""
    binds = Counter(var.name for var in deep_defs(body))
    made = {
        stmt.target.name
        for stmt in walk(body)
        if isinstance(stmt, Assign) and binds[stmt.target.name] == 1 and _counts_up(stmt)
    }
    if not made:
        return frozenset()
    reads = Counter(var.name for var in deep_uses(body))
    harmless = Counter(name for stmt in walk(body) for name in _harmless(stmt))
    return frozenset(name for name in made if reads[name] == harmless[name])


def _counts_up(stmt: Assign) -> bool:
    match stmt.value:
        case Call(func=Ref(target=target), args=args, kwargs=()):
            start = args[0] if len(args) == 2 else Const(0)
            natural = isinstance(start, Const) and isinstance(start.value, int) and start.value >= 0
            return getattr(target, "obj", None) is np.arange and len(args) <= 2 and natural
        case _:
            return False


def _harmless(stmt: Stmt) -> list[str]:
    """Variables in a statement that nobody changes there, or gets hold of."""
    match stmt:
        case Assign(value=Op() as value):
            return [var.name for var in uses(value)]
        case Assign(value=GetItem(index=index)) | SetItem(index=index) | AugItem(index=index):
            return [atom.name for atom in index_atoms(index) if hasattr(atom, "name")]
        case _:
            return []
