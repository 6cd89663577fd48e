"""What the parts of the reverse walk share: the function that is walked, its types, the adjoints so far."""

from __future__ import annotations

from typing import Any

from s2sad.analysis.activity import active_variables
from s2sad.analysis.alias import Regions, rebindings
from s2sad.analysis.operands import may_change, mutates, scattered_add
from s2sad.analysis.session import Variant
from s2sad.analysis.shapes import Shapes, deferrable
from s2sad.analysis.specialise import Frame
from s2sad.analysis.values import TOP, Value, varying
from s2sad.analysis.volatile import volatile_names
from s2sad.ir.nodes import (
    NOWHERE,
    Assign,
    AugAttr,
    AugItem,
    Block,
    Const,
    MethodCall,
    Raise,
    Return,
    SetAttr,
    SetItem,
    Stmt,
    Var,
)
from s2sad.ir.walk import deep_defs, placed, walk
from s2sad.optimize.dce import prune
from s2sad.transform.adjoints import Adjoints
from s2sad.transform.attempts import Attempts
from s2sad.transform.away import away_from_zero
from s2sad.transform.distinct import distinct_indices
from s2sad.transform.nests import is_structured
from s2sad.transform.prepare import (
    LoopLiveness,
    as_instances,
    changed_arguments,
    changed_by_calls,
    is_assigned_once,
    loosen,
    passes_objects,
    refuse_written_tuples,
    swaps,
)
from s2sad.transform.pullbacks import Pullbacks
from s2sad.transform.ranks import check_ranks
from s2sad.transform.references import References, without_items
from s2sad.transform.shadows import Shadows, is_array
from s2sad.transform.singular import flows, passed_over, picked, steep_adjoints
from s2sad.transform.tree import Nodes, exposed

SEED = "y_bar"


class Sweep:
    """The state of a reverse walk over one variant, whose function is in canonical form (`transform.canonical`)."""

    def __init__(
        self, session: Any, variant: Variant, wrt: tuple[str, ...], splits: Any, copies: dict[str, str]
    ) -> None:
        self.outermost = variant.key is None
        assert variant.function is not None
        self.session = session
        self.variant = variant
        self.function = variant.function
        self.wrt = wrt
        self.types: dict[str, Value] = variant.types
        self.by_reference = () if self.outermost else tuple(name for name in wrt if mutates(variant, name))
        refuse_written_tuples(self.function, self.by_reference, self.types)
        self.tuples = loosen(self.function.body, self.types)
        if not self.outermost or passes_objects(self.function.body, self.types):
            for name, value in list(self.types.items()):
                self.types[name] = as_instances(value)
        for name in (*self.by_reference, *changed_by_calls(self.function.body)):
            self.types[name] = without_items(self.types.get(name, TOP))
        self.frame = Frame(session, self.function, self.types)
        self.frame.types = self.types
        self.frame.stmt_now = self.function.body[-1]
        self.active = active_variables(variant, wrt, self.by_reference)
        for name in self.active & self.types.keys():
            self.types[name] = varying(self.types[name])
        result = self.function.body[-1]
        assert isinstance(result, (Return, Raise))
        self.result = result.value if isinstance(result, Return) else Const(None)
        names = {}
        if (
            isinstance(self.result, Var)
            and is_assigned_once(self.function, self.result.name)
            and not is_structured(self.types.get(self.result.name, TOP))
        ):
            names[self.result.name] = SEED
        session.taken.add(SEED)
        self.adjoints = Adjoints(self.frame, self.types, names)
        self.adjoints.alias = copies
        self.adjoints.tuples = self.tuples
        counts = rebindings(self.function.body, self.types)
        self.adjoints.rebound = frozenset(name for name, count in counts.items() if count > 1)
        self.adjoints.by_reference = frozenset(self.by_reference)
        self.regions = Regions(variant)
        self.regions.volatile = volatile_names(variant, self.regions)
        references = References(variant, self.regions, self.active, copies, self.by_reference)
        self.adjoints.refs = references.check()
        check_ranks(variant, self.regions, self.active, references.live)
        alone = {name: other for name, other in copies.items() if other not in references.shadowed}
        self.adjoints.alias = alone | references.same
        self.adjoints.shadowed = references.shadowed
        if isinstance(self.result, Var) and self.result.name in references.shadowed:
            names.pop(self.result.name, None)
        self.shadows = Shadows(
            {name for name in references.shadowed if is_array(self.types.get(name, TOP))},
            {name for name in references.shadowed if not is_array(self.types.get(name, TOP))},
            self.types, self.regions, self.adjoints.shadow, lambda: Var(session.fresh_temp()),
        )  # fmt: skip
        self.adjoints.parts = references.parts
        if isinstance(self.result, Var):
            self.frame.types[SEED] = self.types.get(self.result.name, TOP)
            self.frame.env[SEED] = self.frame.types[SEED]  # type: ignore[index]
        self.shapes = Shapes(self.function.body, self.function.param_names(), self.types)
        deferred = deferrable(self.function.body, self.shapes, self.active)
        self.adjoints.deferrable = deferred - self.adjoints.alias.keys() - set(self.by_reference)
        self.pullbacks = Pullbacks(
            self.frame, self.adjoints, self.types, self.active, self.function.origin, splits, self.shapes
        )
        self.pullbacks.distinct = distinct_indices(self.function.body)
        self.pullbacks.away = away_from_zero(self.function.body, self.types, self.regions.all_mutated())
        flowing = flows(self.function.body, self.types, self.pullbacks.away)
        from_callers = [self.result.name] if isinstance(self.result, Var) and not self.outermost else []
        self.pullbacks.passed_over = passed_over(flowing, self.function.body, self.types)
        self.pullbacks.picked = picked(flowing, self.function.body)
        self.pullbacks.steep = steep_adjoints(flowing, self.types, from_callers)
        self.swaps = swaps(self.function.body, self.regions.displays)
        exposed(self.function.body, set(self.function.param_names()), self.adjoints.unsure)
        self.live_at_head = LoopLiveness(self.function.body, self.is_idle)
        self.ahead: list[Stmt] = []  # what the forward sweep runs ahead of the statement that is reversed
        self.attempts = Attempts(self.function, self.frame, self.types, self.active)

    def is_idle(self, stmt: Stmt) -> bool:
        """Whether a statement assigns a value that has no adjoint, and changes nothing that has one."""
        return (
            isinstance(stmt, Assign)
            and stmt.target.name not in self.active
            and not may_change(stmt.value, self.types, self.active)
        )

    def block(self, stmts: Block) -> Nodes:
        """The nodes of a block, walked from its end: control flow walks the blocks that it holds."""
        raise NotImplementedError

    def collect(self, action: Any, gradients: Any = ()) -> list[Stmt]:
        """The statements that an action emits."""
        outer, self.frame.out = self.frame.out, []
        action()
        assert self.frame.stmt_now is not None
        here = self.frame.stmt_now.span
        done = [placed(new, here) if new.span == NOWHERE else new for new in self.frame.out]
        self.frame.out = outer
        return prune(done, lambda name: name in self.adjoints.primal_of or name in gradients)

    def touches(self, stmt: Stmt) -> bool:
        """Whether anything active is assigned or stored inside of a statement."""
        for inner in walk((stmt,)):
            names = [var.name for var in deep_defs((inner,))]
            if isinstance(inner, (SetItem, SetAttr, AugItem, AugAttr)) and isinstance(inner.obj, Var):
                names.append(inner.obj.name)
            if (
                isinstance(inner, Assign)
                and isinstance(inner.value, MethodCall)
                and isinstance(inner.value.obj, Var)
            ):
                names.append(inner.value.obj.name)
            if isinstance(inner, Assign):
                names += changed_arguments(inner.value)
                scatter = scattered_add(inner.value, self.types)
                if scatter is not None and isinstance(scatter[0], Var):
                    names.append(scatter[0].name)
            if any(name in self.active for name in names):
                return True
        return False
