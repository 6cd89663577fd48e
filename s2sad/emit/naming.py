"""Names for the temporaries that survive: what an expert would have called them, and never a name in use.

`sin_x` for `np.sin(x)`, `x_0` for `x[0]`, `total` for a sum; what belongs to another variable follows it: `%3_bar`,
`%3_dot` and `%3_tape` are `<name of %3>_bar` and so on, also when `%3` itself was merged away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from s2sad.emit.tree import Body, Nested, Tree, bound_names, every_line, every_tree, pattern_names
from s2sad.ir.nodes import BINARY, COMPARE, UNARY
from s2sad.names import RESERVED, Names

LONGEST = 14  # a longer hint says less than `t`
SHORT = 3

CALLS = {
    "sum": "total", "abs": "size", "max": "largest", "min": "smallest", "pow": "power", "round": "rounded",
    "len": "n", "range": "steps", "list": "items", "tuple": "items", "sorted": "ordered", "zip": "pairs",
    "enumerate": "pairs", "float": "value", "int": "number", "str": "text", "repr": "text", "bool": "flag",
    "isinstance": "flag", "any": "flag", "all": "flag", "dict": "table", "set": "members", "slice": "part",
    "solve": "solution", "dot": "product", "matmul": "product", "multiply": "product", "vdot": "product",
    "inner": "product", "prod": "product", "add": "total", "subtract": "diff", "divide": "ratio", "where": "choice",
    "zeros_like": "zeros", "ones_like": "ones", "full_like": "filled", "broadcast_to": "wide", "getattr": "value",
    "array": "values", "asarray": "values", "power": "power", "unbroadcast": "part", "sum_to_shape": "part", "einsum": "product", "copy": "copied",
}  # fmt: skip

OPERATORS = {
    "add": "total", "sub": "diff", "mul": "product", "truediv": "ratio", "floordiv": "quotient", "mod": "rest",
    "pow": "power", "matmul": "product", "neg": "negated", "pos": "value", "invert": "inverse", "not": "flag",
    "and_": "mask", "or_": "mask", "xor": "mask", "lshift": "shifted", "rshift": "shifted",
}  # fmt: skip

SHAPES = {
    "tuple": "items", "list": "items", "set": "members", "dict": "table", "comp": "values", "ifexp": "value",
    "and": "value", "or": "value", "chain": "flag", "format": "text", "slice": "part", "indices": "index",
}  # fmt: skip


def name_all(nested: Nested, taken: frozenset[str] = frozenset()) -> None:
    """Fill `names` of a function and of those nested in it: temporary to printed name."""
    used = set(taken)
    temporaries = dict.fromkeys(_names(nested, used))
    used |= set(nested.names.values())
    Namer(nested, Names(used)).run(temporaries)
    visible = frozenset(used | set(nested.names.values()))
    for inner in nested_in(nested.body):
        inner.names.update({k: nested.names[k] for k in inner.function.free if k in nested.names})
        name_all(inner, visible)


def name_alike(nested: Nested, other: Nested) -> None:
    """Give the temporaries of a function the names that they have in another one, which computed their values."""
    used: set[str] = set()
    own = set(_names(nested, used))
    nested.definitions = other.definitions | nested.definitions
    taken = set(nested.names.values()) | used
    for temporary, name in other.names.items():
        if (
            temporary not in nested.names
            and name not in taken
            and (temporary in own or _split(temporary)[1] == "")
        ):
            nested.names[temporary] = name


def nested_in(body: Body) -> Iterator[Nested]:
    """The functions defined in a block, in order."""
    for line in every_line(body):
        if line.kind == "def":
            yield line.data[1]
    for tree in every_tree(body):
        for inner in walk(tree):
            if inner.head == "lambda":
                yield inner.data


def walk(tree: Tree) -> Iterator[Tree]:
    """A tree and all that is in it, also within comprehensions."""
    yield tree
    for kid in tree.kids:
        yield from walk(kid)
    if tree.head == "comp":
        _, element, clauses = tree.data
        for part in (*element, *(clause[-1] for clause in clauses[1:])):
            yield from walk(part)


def _names(nested: Nested, used: set[str]) -> Iterator[str]:
    """The temporaries of a function, in the order of the text; all other names go to `used`."""
    function = nested.function
    used.update(function.param_names())
    used.update(name for name in function.free if name[0] != "%")
    for line in every_line(nested.body):
        for name in bound_names(line):
            if name[0] == "%":
                yield name
            else:
                used.add(name)
    for param in function.params:
        used.update(re.findall(r"\w+", param.default + " " + param.annotation))
    used.update(re.findall(r"\w+", function.returns))
    for tree in every_tree(nested.body):
        for inner in walk(tree):
            match inner.head:
                case "var" if inner.data[0] != "%":
                    used.add(inner.data)
                case "var":
                    yield inner.data
                case "ref":
                    used.add(inner.data.partition(".")[0])
                case "comp":
                    for clause in inner.data[2]:
                        if clause[0] == "for":
                            yield from _bound(clause[1], used)
    for inner_function in nested_in(nested.body):
        for _ in _names(
            inner_function, used
        ):  # its temporaries are named later; its names are kept free for it
            pass


def _bound(pattern: object, used: set[str]) -> Iterator[str]:
    for name in pattern_names(pattern):
        if name[0] == "%":
            yield name
        else:
            used.add(name)


class Namer:
    """Chooses the names of one function's temporaries."""

    def __init__(self, nested: Nested, names: Names) -> None:
        self.nested, self.names = nested, names
        self.chosen = nested.names
        self.copies: dict[str, str] = {}
        for target, tree in nested.definitions.items():
            if target[0] != "%" and tree.head == "var" and tree.data[0] == "%":
                self.copies.setdefault(tree.data, target)
        self.loops = {
            line.data: line.operands[0]
            for line in every_line(nested.body)
            if line.kind == "for" and isinstance(line.data, str)
        }
        self.defs = {line.data[0]: line.data[1] for line in every_line(nested.body) if line.kind == "def"}

    def run(self, temporaries: dict[str, None]) -> None:
        wanted = [name for name in temporaries if name not in self.chosen]
        for name in sorted(
            wanted, key=lambda name: _split(name)[1] != ""
        ):  # what others are called after goes first
            base, suffix = _split(name)
            hints = self.hints(base) if base else [name[1:]]
            if suffix.startswith("_saved") and hints == ["t"]:
                hints, suffix = [suffix[1:]], ""
            texts = [re.sub(r"\W", "_", hint + suffix) for hint in hints]
            free = next(
                (text for text in texts if text not in self.names and text not in RESERVED), texts[-1]
            )
            self.chosen[name] = self.names.fresh(free)

    def hints(self, base: str) -> list[str]:
        """What to call a temporary, best first."""
        if base in self.chosen:
            return [self.chosen[base]]
        found = [self.copies[base]] if base in self.copies else []
        if base in self.defs:
            name = self.defs[base].function.name
            return [name if name.isidentifier() and name not in ("lambda", "_") else "inner"]
        if base in self.loops and base not in self.nested.definitions:
            iterable = self.loops[base]
            is_range = iterable.head == "call" and iterable.kids[0].data in ("range", "np.ndindex")
            return [*found, "i" if is_range else "item"]
        tree = self.nested.definitions.get(base)
        return [*found, hint(tree, self.called) if tree is not None else "t"]

    def called(self, tree: Tree, depth: int = 0) -> str:
        """A short name for an operand, or "" if it has none."""
        match tree.head:
            case "var" if tree.data[0] != "%":
                return str(tree.data)
            case "var":
                base, suffix = _split(tree.data)
                if tree.data in self.chosen:
                    return self.chosen[tree.data]
                if base in self.copies:
                    return self.copies[base] + suffix
                return ""
            case "const" if type(tree.data) is int and tree.data >= 0:
                return str(tree.data)
            case "ref":
                return str(tree.data).rpartition(".")[2]
        return ""


def _split(name: str) -> tuple[str, str]:
    """`%3_bar` is (`%3`, `_bar`); a temporary with a name of its own (`%left_early`) has no base."""
    match = re.fullmatch(r"(%[so]?\d+)(\D\w*)?", name)
    return (match[1], match[2] or "") if match else ("", "")


def hint(tree: Tree, called: object) -> str:
    """What the value of a one-operation tree is called."""
    assert callable(called)
    names = [called(kid) for kid in tree.kids]
    found = _hint(tree, names)
    return found if found.isidentifier() and len(found) <= LONGEST else _stem(tree)


def _hint(tree: Tree, names: list[str]) -> str:
    match tree.head:
        case "call" | "method":
            function = names[0] if tree.head == "call" else tree.data[0]
            argument = (
                names[1]
                if tree.head == "call" and len(names) > 1
                else names[0]
                if tree.head == "method"
                else ""
            )
            function = function.strip("_")
            if function == "pop" and argument.endswith("_tape"):
                return argument.removesuffix("_tape")
            if function in ("len", "ndim"):
                return "n"
            if function == "shape" and argument:
                return f"{argument}_shape"
            if argument and not argument[0].isdigit() and function not in CALLS and function:
                return f"{function}_{argument}"
            return CALLS.get(function, function)
        case "attr":
            return f"{names[0]}_{tree.data}" if names[0] else str(tree.data)
        case "item":
            simple = all(names) and not names[0][0].isdigit()
            return f"{names[0]}_{names[1]}" if simple else f"{names[0]}_part" if names[0] else "item"
        case "op" if tree.data == "pow" and names[1] in ("2", "3") and names[0]:
            return names[0] + ("_sq" if names[1] == "2" else "_cubed")
        case "op" if tree.data == "mul" and all(n and n[0].isalpha() and len(n) <= SHORT for n in names):
            return "_".join(names)
        case "op" if tree.data == "neg" and names[0] and names[0][0].isalpha():
            return f"neg_{names[0]}"
    return _stem(tree)


def _stem(tree: Tree) -> str:
    match tree.head:
        case "op" if tree.data in COMPARE:
            return "flag"
        case "op" if tree.data in BINARY or tree.data in UNARY:
            return OPERATORS[tree.data]
        case "call" | "method":
            text = str(tree.kids[0].data).rpartition(".")[2] if tree.head == "call" else tree.data[0]
            text = CALLS.get(text.strip("_"), text.strip("_"))
            return text if text.isidentifier() and len(text) <= LONGEST else "value"
        case "attr":
            return str(tree.data)
        case "item":
            return "item"
        case "lambda":
            return "inner"
    return SHAPES.get(tree.head, "t")
