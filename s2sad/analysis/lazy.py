"""The lazy functions of the standard library as generators that can be written out (see `generators`)."""

from __future__ import annotations

import builtins
import functools
import itertools
from collections.abc import Callable
from typing import Any

from s2sad.analysis.values import Known, Value
from s2sad.frontend.resolve import SourceFunction, denote, from_function
from s2sad.ir.nodes import (
    Assign,
    Build,
    Call,
    Const,
    For,
    Function,
    GetItem,
    If,
    Op,
    Param,
    Ref,
    Return,
    Stmt,
    Var,
    Yield,
)

# Programs to be compiled: without types, and without comments, which would turn up in the generated code.


def enumerated(items, start=0):  # type: ignore[no-untyped-def]
    position = start
    for item in items:
        yield position, item
        position += 1


def mapped(function, items):  # type: ignore[no-untyped-def]
    for item in items:
        yield function(item)


def mapped_stars(function, items):  # type: ignore[no-untyped-def]
    for item in items:
        yield function(*item)


def filtered(keep, items):  # type: ignore[no-untyped-def]
    for item in items:
        if item if keep is None else keep(item):
            yield item


def counted(start=0, step=1):  # type: ignore[no-untyped-def]
    value = start
    while True:
        yield value
        value = value + step


def repeated(item):  # type: ignore[no-untyped-def]
    while True:
        yield item


def repeated_times(item, times):  # type: ignore[no-untyped-def]
    for _ in range(times):
        yield item


def cycled(items):  # type: ignore[no-untyped-def]
    kept = list(items)
    while True:
        yield from kept


def first_items(items, stop):  # type: ignore[no-untyped-def]
    count = 0
    if count < stop:
        for item in items:
            yield item
            count += 1
            if count >= stop:
                return


def sliced_open(items, start, stop, step=1):  # type: ignore[no-untyped-def]
    position = 0
    for item in items:
        if position >= start and (position - start) % step == 0:
            yield item
        position += 1  # noqa: SIM113


def sliced(items, start, stop, step=1):  # type: ignore[no-untyped-def]
    position = 0
    for item in items:
        if position >= stop:
            return
        if position >= start and (position - start) % step == 0:
            yield item
        position += 1  # noqa: SIM113


def taken_while(keep, items):  # type: ignore[no-untyped-def]
    for item in items:
        if not keep(item):
            return
        yield item


def dropped_while(drop, items):  # type: ignore[no-untyped-def]
    dropping = True
    for item in items:
        if dropping:
            dropping = drop(item)
        if not dropping:
            yield item


def accumulated(items):  # type: ignore[no-untyped-def]
    started = False
    total = 0.0
    for item in items:
        total = total + item if started else item
        started = True
        yield total


def accumulated_by(items, function):  # type: ignore[no-untyped-def]
    started = False
    total = 0.0
    for item in items:
        total = function(total, item) if started else item
        started = True
        yield total


def accumulated_from(items, function=None, *, initial=None):  # type: ignore[no-untyped-def]
    total = initial
    yield total
    for item in items:
        total = total + item if function is None else function(total, item)
        yield total


def paired(items):  # type: ignore[no-untyped-def]
    started = False
    before = 0.0
    for item in items:
        if started:
            yield before, item
        before = item
        started = True


def crossed(first, second):  # type: ignore[no-untyped-def]
    others = list(second)
    for a in first:
        for b in others:
            yield a, b


def crossed_self(items, *, repeat):  # type: ignore[no-untyped-def]
    kept = list(items)
    for a in kept:
        for b in kept:
            yield a, b


def crossed_three(first, second, third):  # type: ignore[no-untyped-def]
    others, more = list(second), list(third)
    for a in first:
        for b in others:
            for c in more:
                yield a, b, c


def permuted(items, _):  # type: ignore[no-untyped-def]
    kept = list(items)
    for i in range(len(kept)):
        for j in range(len(kept)):
            if i != j:
                yield kept[i], kept[j]


def filled_up(first, second, fillvalue=None):  # type: ignore[no-untyped-def]
    a, b = list(first), list(second)
    for k in range(max(len(a), len(b))):
        yield (a[k] if k < len(a) else fillvalue), (b[k] if k < len(b) else fillvalue)


def grouped(items):  # type: ignore[no-untyped-def]
    kept, first = list(items), 0
    for k in range(len(kept)):
        if k + 1 == len(kept) or kept[k] != kept[k + 1]:
            yield kept[k], kept[first : k + 1]
            first = k + 1


def grouped_by(items, key):  # type: ignore[no-untyped-def]
    kept, first = list(items), 0
    names = [key(item) for item in kept]
    for k in range(len(kept)):
        if k + 1 == len(kept) or names[k] != names[k + 1]:
            yield names[k], kept[first : k + 1]
            first = k + 1


def combined(items, _):  # type: ignore[no-untyped-def]
    kept = list(items)
    for i in range(len(kept)):
        for j in range(i + 1, len(kept)):
            yield kept[i], kept[j]


def flattened(iterables):  # type: ignore[no-untyped-def]
    for items in iterables:
        yield from items


Chooser = Callable[[list[Value]], Callable[..., Any] | None]

BUILTINS: dict[Any, Chooser] = {  # by the types of the arguments
    builtins.enumerate: lambda values: enumerated,
    builtins.map: lambda values: mapped if len(values) == 2 else None,
    builtins.filter: lambda values: filtered,
}
PRODUCTS: dict[int, Callable[..., Any]] = {2: crossed, 3: crossed_three}
ITERTOOLS: dict[Any, Chooser] = {
    itertools.count: lambda values: counted,
    itertools.repeat: lambda values: repeated if len(values) == 1 else repeated_times,
    itertools.cycle: lambda values: cycled,
    itertools.islice: lambda values: _slicing(values),
    itertools.takewhile: lambda values: taken_while,
    itertools.dropwhile: lambda values: dropped_while,
    itertools.accumulate: lambda values: accumulated if len(values) == 1 else accumulated_by,
    itertools.starmap: lambda values: mapped_stars,
    itertools.chain.from_iterable: lambda values: flattened,
    itertools.pairwise: lambda values: paired,
    itertools.product: lambda values: PRODUCTS.get(len(values)),
    itertools.combinations: lambda values: combined if values[1:] == [Known(2)] else None,
    itertools.permutations: lambda values: permuted if values[1:] == [Known(2)] else None,
    itertools.zip_longest: lambda values: filled_up if len(values) == 2 else None,
    itertools.groupby: lambda values: grouped if len(values) == 1 else grouped_by,
}
#: where keyword arguments need another program
WITH_OPTIONS: dict[Any, Callable[[list[Value], dict[str, Value]], Callable[..., Any] | None]] = {
    itertools.accumulate: lambda values, options: accumulated_from if "initial" in options else None,
    itertools.product: lambda values, options: (
        crossed_self if options["repeat"] == Known(2) and len(values) == 1 else None
    ),
    itertools.groupby: lambda values, options: grouped_by,
}


def _slicing(values: list[Value]) -> Callable[..., Any]:
    if len(values) == 2:
        return first_items
    return sliced_open if values[2] == Known(None) else sliced


@functools.cache
def _source(function: Callable[..., Any]) -> SourceFunction:
    return from_function(function)


def adapter(
    function: Any, values: list[Value], options: dict[str, Value], given: bool
) -> SourceFunction | None:
    """The generator function that does what a lazy library function does; `given` a generator among its arguments."""
    table = {**ITERTOOLS, **BUILTINS} if given else ITERTOOLS
    try:
        if options and function in WITH_OPTIONS:
            found = WITH_OPTIONS[function](values, options)
        else:
            found = table[function](values) if function in table else None
    except TypeError:  # something that cannot be hashed is called
        return None
    return None if found is None else _source(found)


def zipping(count: int, lead: int) -> Function:
    """``zip`` that loops over one iterable and takes the items of the others by position."""
    params = [Var(f"items_{number}") for number in range(count)]
    position, item = Var("position"), Var("item")
    before: list[Stmt] = []
    after: list[Stmt] = []
    parts = []
    for number, items in enumerate(params):
        if number == lead:
            parts.append(item)
            continue
        size, ended, part = Var(f"%size{number}"), Var(f"%ended{number}"), Var(f"%part{number}")
        before += [
            Assign(size, Call(Ref("len", denote(len)), (items,))),
            Assign(ended, Op("ge", (position, size))),
            If(ended, (Return(Const(None)),)),
        ]
        after.append(Assign(part, GetItem(items, position)))
        parts.append(part)
    pair, new = Var("%pair"), Var("%next")
    step: tuple[Stmt, ...] = (
        Assign(pair, Build("tuple", tuple(parts))),
        Yield(pair),
        Assign(new, Op("add", (position, Const(1)))),
        Assign(position, new),
    )
    loop = For(item, params[lead], (*before, *after, *step))
    return _generator("zipped", params, (Assign(position, Const(0)), loop))


def chaining(count: int) -> Function:
    """``itertools.chain``: one loop behind the other."""
    params = [Var(f"items_{number}") for number in range(count)]
    loops = [
        For(Var(f"%item{number}"), items, (Yield(Var(f"%item{number}")),))
        for number, items in enumerate(params)
    ]
    return _generator("chained", params, tuple(loops))


def _generator(name: str, params: list[Var], body: tuple[Stmt, ...]) -> Function:
    return Function(name, tuple(Param(var.name) for var in params), body, is_generator=True)
