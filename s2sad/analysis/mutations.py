"""What a finished variant does to its parameters: which it may write to, and which its result may share objects with."""

from __future__ import annotations

from s2sad.analysis.alias import Node, Path, Regions, holds_references
from s2sad.analysis.session import Variant
from s2sad.analysis.values import TOP, Tup, Value
from s2sad.ir.nodes import Return, Var


def note_mutations(variant: Variant) -> None:
    """Record which parameters a finished variant may write to, and which its result may share objects with."""
    if variant.function is None:
        return
    regions = Regions(variant)
    variant.facts["mutates"] = frozenset(name for name in variant.params if regions.is_mutated_inside(name))
    variant.facts["mutates_itself"] = frozenset(name for name in variant.params if regions.is_mutated(name))
    variant.facts["mutates_inside"] = frozenset(
        name for name in variant.params if name in regions.nodes
        and any(node.mutated for node in regions.reachable(regions.node(name))[1:])
    )  # fmt: skip
    sources = [
        (name, path, node)
        for name in variant.params if regions.refers(Var(name))
        for path, node in _parts(regions, regions.node(name), variant.types.get(name, TOP))
    ]  # fmt: skip
    returned: dict[Path, frozenset[tuple[str, Path]]] = {}
    for stmt in variant.function.body:
        if isinstance(stmt, Return) and isinstance(stmt.value, Var) and regions.refers(stmt.value):
            result = stmt.value.name
            for path, node in _parts(regions, regions.node(result), variant.types.get(result, TOP)):
                reach = {id(part) for part in regions.reachable(node)}
                shared = {
                    (name, place) for name, place, source in sources
                    if any(id(part) in reach for part in regions.reachable(source))
                }  # fmt: skip
                returned[path] = returned.get(path, frozenset()) | shared
    variant.facts["returns"] = returned


def _parts(regions: Regions, node: Node, value: Value, path: Path = ()) -> list[tuple[Path, Node]]:
    """The parts of a value that is a tuple, or of tuples, each with its place."""
    if not isinstance(value, Tup) or regions.find(node).inside is not None:
        return [(path, node)]
    found = []
    for position, item in enumerate(value.items):
        if holds_references(item):
            found += _parts(regions, regions.field(node, position), item, (*path, position))
    return found
