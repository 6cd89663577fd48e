"""`python -m benchmarks rules`: the time of each rule's adjoint over the time of its function, at two sizes.

Small: the first case of the rule as it stands. Large: the same call with every random array enlarged, where the call allows
it. What is timed is the rule's body as plain Python, with the products and sums that the compiler adds; the result of the
function is given. At the small size it is Python's own overhead that is compared.
"""

import dataclasses
import time
import timeit
import warnings
from typing import Any

import numpy as np

from s2sad.rules import all_rules
from s2sad.rules.cases import Case, Sample
from s2sad.rules.check import Call, random_like

WANTED = 100_000  # numbers in a large array of an elementwise function
FACTOR = 30  # by which each side of another array grows, at most


def enlarged(value: Any, factor: int) -> Any:
    """A case's argument with larger samples in it; sides of length 0 and 1 stay."""
    match value:
        case Sample(kind="scalar"):
            return value
        case Sample(shape=shape):
            return dataclasses.replace(value, shape=tuple(n * factor if n > 1 else n for n in shape))
        case list() | tuple():
            return type(value)(enlarged(item, factor) for item in value)
        case _:
            return value


def call_of(rule: Any, case: Any) -> Call | None:
    rng = np.random.default_rng(0)
    try:
        call = Call(rule, rule.functions[0], *case(rng))
        return call if call.active else None
    except (ValueError, TypeError, IndexError, np.linalg.LinAlgError):
        return None  # the call does not fit a larger array


def seconds(action: Any, least: float) -> float:
    timer = timeit.Timer(action, timer=time.process_time)  # of this process, whoever else is at work
    action()
    count = max(1, int(least / max(timer.timeit(1), 1e-7)))
    return min(timer.repeat(3, count)) / count


def ratio(call: Call | None, least: float) -> float:
    """The adjoint's time over the function's; nan where there is no such call."""
    if call is None:
        return np.nan
    out_bar = random_like(np.random.default_rng(1), call.out)
    return seconds(lambda: call.vjp(out_bar), least) / seconds(lambda: call.primal({}), least)


def large(rule: Any) -> Call | None:
    case = rule.cases[0]
    if not isinstance(case, Case) or all(
        sample.kind == "scalar" for sample in case.args if isinstance(sample, Sample)
    ):
        return None
    if rule.kind == "elementwise":
        sizes = [
            dataclasses.replace(s, shape=(WANTED,)) if isinstance(s, Sample) and s.shape else s
            for s in case.args
        ]
        return call_of(rule, Case(tuple(sizes), case.kwargs))
    return call_of(rule, Case(enlarged(case.args, FACTOR), case.kwargs))


def run(least: float, worst: int) -> None:
    rows = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for rule in all_rules():
            if rule.kind in ("zero", "constant") or rule.body is None or not rule.cases:
                continue
            if rule.body.__module__ == "s2sad.rules.helpers":
                continue
            name = f"{rule.body.__module__.rpartition('.')[2]}.{rule.name}"
            rows.append((ratio(large(rule), least), ratio(call_of(rule, rule.cases[0]), least), name))
    rows.sort(key=lambda row: (-np.nan_to_num(row[0]), -row[1]))
    print(f"{'large':>8} {'small':>8}  rule")
    for at_large, at_small, name in rows[:worst] if worst else rows:
        print(f"{at_large:8.1f} {at_small:8.1f}  {name}")
    for what, column in (("large", 0), ("small", 1)):
        found = [row[column] for row in rows if np.isfinite(row[column])]
        print(f"{what}: median {np.median(found):.1f} of {len(found)} rules")
