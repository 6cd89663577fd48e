"""The passes over one generated function, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from s2sad.analysis.values import Value
from s2sad.ir.nodes import Function
from s2sad.names import MadeUp
from s2sad.optimize.accumulate import accumulate
from s2sad.optimize.again import compute_again
from s2sad.optimize.algebra import simplify
from s2sad.optimize.branches import simplify_branches
from s2sad.optimize.common import share
from s2sad.optimize.copies import coalesce, propagate
from s2sad.optimize.counters import drop_counters
from s2sad.optimize.dce import prune_function
from s2sad.optimize.facts import Facts
from s2sad.optimize.first import store_first
from s2sad.optimize.liveness import drop_unread
from s2sad.optimize.merge import fold_single, merge_sums, turn_signs
from s2sad.optimize.motion import gather, unpack_parts
from s2sad.optimize.rejoin import rejoin
from s2sad.optimize.spread import respread
from s2sad.optimize.tapes import read_backwards
from s2sad.optimize.through import write_through


def optimise(
    function: Function,
    types: Mapping[str, Value],
    tapes: Iterable[str] = (),
    finished: Mapping[str, Function] | None = None,
    options: Any = None,
    made_up: MadeUp | None = None,
) -> Function:
    """The function, easier to read and quicker to run.

    `types`: what is known of its variables, names unknown to it may hold anything. `tapes`: the lists that hold what
    the reverse sweep reads; nothing else refers to them. `finished`: the generated functions so far.
    """

    def enabled(name: str) -> bool:
        return getattr(options, name, True)

    function = prune_function(function)
    facts = Facts(function, dict(types), tapes, finished)
    idle: dict[Pass, Function] = {}  # what a pass has seen, and found nothing to do in
    for _ in range(2):
        for switch, rewrite in PASSES:
            if not enabled(switch) or idle.get(rewrite) is function:
                continue
            changed = rewrite(function, facts)
            if changed is function:
                idle[rewrite] = function
            else:
                function, facts = changed, facts.after(changed)
    for rewrite in ENDING if enabled("merge") else ():
        changed = rewrite(function, facts)
        if changed is not function:
            function, facts = changed, facts.after(changed)
    if enabled("copyprop"):
        function = rejoin(function, facts, made_up or MadeUp())
    return prune_function(function)


Pass = Callable[[Function, Facts], Function]


PASSES: tuple[tuple[str, Pass], ...] = (
    ("counters", read_backwards),
    ("counters", drop_counters),
    ("branches", simplify_branches),
    ("copyprop", unpack_parts),
    ("copyprop", propagate),
    ("dce", drop_unread),
    ("fold", respread),
    ("fold", simplify),
    ("cse", share),
    ("copyprop", gather),
    ("copyprop", coalesce),
    ("accumulate", accumulate),
    ("accumulate", write_through),
    ("accumulate", store_first),
    ("dce", drop_unread),
)
ENDING: tuple[Pass, ...] = (
    compute_again,
    turn_signs,
    drop_unread,
    fold_single,
    merge_sums,
    gather,
)  # what goes on one line
