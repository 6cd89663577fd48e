"""Expression trees to text, with the fewest parentheses that keep the structure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from s2sad.emit.sugar import lambda_value
from s2sad.emit.tree import Nested, Pattern, Tree
from s2sad.ir.nodes import BINARY, COMPARE, UNARY

# How tightly an expression holds together; an operand that is looser than its place asks for gets parentheses.
(
    BARE,
    TEST,
    LAMBDA,
    OR,
    AND,
    NOT,
    COMPARISON,
    BIT_OR,
    BIT_XOR,
    BIT_AND,
    SHIFT,
    SUM,
    PRODUCT,
    SIGN,
    POWER,
    ATOM,
) = range(16)

BINDING = {
    "or_": BIT_OR, "xor": BIT_XOR, "and_": BIT_AND, "lshift": SHIFT, "rshift": SHIFT, "add": SUM, "sub": SUM,
    "mul": PRODUCT, "truediv": PRODUCT, "floordiv": PRODUCT, "mod": PRODUCT, "matmul": PRODUCT, "pow": POWER,
}  # fmt: skip

NEGATED = {"in": "not_in", "is": "is_not"}


class Expressions:
    """Prints trees; `names` says what temporaries are called."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def name(self, name: str) -> str:
        return self.names.get(name, name)

    def text(self, tree: Tree, place: int = TEST) -> str:
        """The text of `tree` where something that holds as tightly as `place` is needed."""
        text, binding = self.bound(tree)
        return text if binding >= place else f"({text})"

    def bound(self, tree: Tree) -> tuple[str, int]:
        """The text and how tightly it holds."""
        kids = tree.kids
        match tree.head:
            case "var":
                return self.name(tree.data), ATOM
            case "const":
                return constant(tree.data)
            case "ref":
                return tree.data, ATOM
            case "op":
                return self.operator(tree)
            case "chain":
                parts = [self.text(kids[0], BIT_OR)]
                for op, kid in zip(tree.data, kids[1:], strict=True):
                    parts += [COMPARE[op], self.text(kid, BIT_OR)]
                return " ".join(parts), COMPARISON
            case "and":
                return " and ".join(self.text(kid, NOT) for kid in kids), AND
            case "or":
                return " or ".join(self.text(kid, AND) for kid in kids), OR
            case "ifexp":
                test, first, second = kids
                return f"{self.text(first, OR)} if {self.text(test, OR)} else {self.text(second, TEST)}", TEST
            case "call":
                return f"{self.text(kids[0], ATOM)}({self.arguments(kids[1:], tree.data, kids[0])})", ATOM
            case "method":
                name, keywords = tree.data
                return f"{self.base(kids[0])}.{name}({self.arguments(kids[1:], keywords, None)})", ATOM
            case "attr":
                return f"{self.base(kids[0])}.{tree.data}", ATOM
            case "item":
                return f"{self.text(kids[0], ATOM)}[{self.index(kids[1])}]", ATOM
            case "slice":
                given = iter(kids)
                parts = [self.text(next(given)) if there else "None" for there in tree.data]
                return f"slice({', '.join(parts)})", ATOM
            case "indices":
                return f"({self.commas(kids)})", ATOM
            case "tuple":
                return f"({self.commas(kids)})", ATOM
            case "list":
                return f"[{', '.join(self.text(kid) for kid in kids)}]", ATOM
            case "set":
                return f"{{{', '.join(self.text(kid) for kid in kids)}}}" if kids else "set()", ATOM
            case "dict":
                return f"{{{', '.join(self.text(kid) for kid in kids)}}}", ATOM
            case "pair":
                return f"{self.text(kids[0])}: {self.text(kids[1])}", ATOM
            case "star":
                inner = kids[0]
                if inner.head == "tuple" and len(inner.kids) == 1 and inner.kids[0].head == "star":
                    return self.bound(inner.kids[0])  # lowering's copy of the values, made just here
                return f"*{self.text(inner, BIT_OR)}", ATOM
            case "dstar":
                return f"**{self.text(kids[0], BIT_OR)}", ATOM
            case "format":
                return self.format(tree), ATOM
            case "comp":
                return self.comprehension(tree, lazy=False), ATOM
            case "lambda":
                return self.function(tree), LAMBDA
            case _:
                raise AssertionError(f"no way to print a tree of kind {tree.head!r}")

    # ── operators ────────────────────────────────────────────────────────────────────────────────────────

    def operator(self, tree: Tree) -> tuple[str, int]:
        kind, kids = tree.data, tree.kids
        if kind == "not":
            inner = kids[0]
            if inner.head == "op" and inner.data in (
                "in",
                "is",
            ):  # `not a in b` reads badly, and linters say so
                return self.operator(Tree("op", NEGATED[inner.data], inner.kids))
            return f"not {self.text(inner, NOT)}", NOT
        if kind in UNARY:
            text = self.text(kids[0], SIGN)
            return (f"{UNARY[kind]}({text})" if text[0] in "+-~" else f"{UNARY[kind]}{text}"), SIGN
        if kind in COMPARE:
            return f"{self.text(kids[0], BIT_OR)} {COMPARE[kind]} {self.text(kids[1], BIT_OR)}", COMPARISON
        if kind == "pow":
            left, right = self.text(kids[0], ATOM), self.text(kids[1], SIGN)
            return (
                f"{left}**{right}"
                if _plain(kids[0], left) and _plain(kids[1], right)
                else f"{left} ** {right}"
            ), POWER
        binding = BINDING[kind]
        return f"{self.text(kids[0], binding)} {BINARY[kind]} {self.text(kids[1], binding + 1)}", binding

    # ── calls and indices ────────────────────────────────────────────────────────────────────────────────

    def base(self, tree: Tree) -> str:
        """What stands in front of a dot: a number would swallow it."""
        text = self.text(tree, ATOM)
        return f"({text})" if tree.head == "const" and text[:1].isdigit() else text

    def arguments(self, kids: Sequence[Tree], keywords: tuple[str | None, ...], function: Tree | None) -> str:
        positional = len(kids) - len(keywords)
        builtin = function is None or (function.head == "ref" and "." not in function.data)
        if (
            builtin
            and len(kids) == 1
            and not keywords
            and kids[0].head == "comp"
            and kids[0].data[0] == "genexp"
        ):
            return self.comprehension(kids[0], lazy=True)
        parts = [self.text(kid) for kid in kids[:positional]]
        for name, kid in zip(keywords, kids[positional:], strict=True):
            parts.append(f"**{self.text(kid, BIT_OR)}" if name is None else f"{name}={self.text(kid)}")
        return ", ".join(parts)

    def commas(self, kids: Sequence[Tree]) -> str:
        """The inside of a tuple."""
        return ", ".join(self.text(kid) for kid in kids) + ("," if len(kids) == 1 else "")

    def index(self, tree: Tree) -> str:
        match tree.head:
            case "slice":
                return self.slice(tree)
            case "indices" | "tuple" if tree.kids and not any(kid.head == "star" for kid in tree.kids):
                return ", ".join(self.index_item(kid) for kid in tree.kids) + (
                    "," if len(tree.kids) == 1 else ""
                )
            case "star":
                return f"({self.text(tree)},)"
            case _:
                return self.text(tree)

    def index_item(self, tree: Tree) -> str:
        return self.slice(tree) if tree.head == "slice" else self.text(tree)

    def slice(self, tree: Tree) -> str:
        """`lo:hi:step`, with spaces round the colons when a bound is a computation, as Black has it."""
        given = iter(tree.kids)
        low, high, step = [self.text(next(given)) if there else "" for there in tree.data]
        if not any(kid.head in ("op", "ifexp", "and", "or", "call", "item", "method") for kid in tree.kids):
            return f"{low}:{high}" + (f":{step}" if step else "")
        text = f"{low} :" if low else ":"
        text += f" {high}" if high else ""
        if step:
            text += f" : {step}" if high else f": {step}"
        return text

    # ── f-strings ────────────────────────────────────────────────────────────────────────────────────────

    def format(self, tree: Tree) -> str:
        """An f-string, in quotes that none of its values contains; or `"...".format(...)` where there are none."""
        pieces = self.pieces(tree)
        values = [piece[0] for piece in pieces if isinstance(piece, tuple)]
        if not values:
            return quoted("".join(str(piece) for piece in pieces))
        specs = [piece[2] for piece in pieces if isinstance(piece, tuple)]
        for quote in ('"', "'", '"""', "'''"):
            inside = "".join(values + specs)
            if quote[0] in inside if len(quote) == 1 else quote in inside or _ends_in(pieces, quote[0]):
                continue
            if "\\" in inside or "\n" in inside:
                break
            return f"f{quote}{''.join(_piece(piece, quote) for piece in pieces)}{quote}"
        return self.format_call(tree)

    def pieces(self, tree: Tree) -> list[str | tuple[str, str, str]]:
        """Literal text, or (value, conversion, format spec)."""
        kids = iter(tree.kids)
        pieces: list[str | tuple[str, str, str]] = []
        for part in tree.data:
            if isinstance(part, str):
                pieces.append(part)
                continue
            conversion, has_spec = part
            value = self.text(next(kids), OR)
            value = f" {value}" if value.startswith("{") else value
            spec = ""
            if has_spec:
                for piece in self.pieces(next(kids)):
                    spec += piece if isinstance(piece, str) else _piece(piece, '"')
            pieces.append((value, conversion, spec))
        return pieces

    def format_call(self, tree: Tree) -> str:
        template, arguments = self.template(tree)
        return f"{quoted(template)}.format({', '.join(arguments)})"

    def template(self, tree: Tree) -> tuple[str, list[str]]:
        kids = iter(tree.kids)
        template, arguments = "", list[str]()
        for part in tree.data:
            if isinstance(part, str):
                template += part.replace("{", "{{").replace("}", "}}")
                continue
            conversion, has_spec = part
            arguments.append(self.text(next(kids)))
            template += "{" + (f"!{conversion}" if conversion else "")
            if has_spec:
                inner, more = self.template(next(kids))
                template += f":{inner}"
                arguments += more
            template += "}"
        return template, arguments

    # ── comprehensions and functions ─────────────────────────────────────────────────────────────────────

    def comprehension(self, tree: Tree, lazy: bool) -> str:
        kind, element, clauses = tree.data
        text = ": ".join(self.text(part) for part in element)
        for position, clause in enumerate(clauses):
            if clause[0] == "for":
                iterable = tree.kids[0] if position == 0 else clause[2]
                text += f" for {self.pattern(clause[1])} in {self.text(iterable, OR)}"
            else:
                text += f" if {self.text(clause[1], OR)}"
        if lazy:
            return text
        return f"{{{text}}}" if kind in ("setcomp", "dictcomp") else f"[{text}]"

    def pattern(self, pattern: Pattern, inside: bool = False) -> str:
        """An assignment target."""
        if isinstance(pattern, str):
            return self.name(pattern)
        if len(pattern) == 2 and pattern[0] == "*":
            return f"*{self.pattern(pattern[1], inside=True)}"
        text = ", ".join(self.pattern(item, inside=True) for item in pattern) + (
            "," if len(pattern) == 1 else ""
        )
        return f"({text})" if inside or len(pattern) < 2 else text

    def function(self, tree: Tree) -> str:
        """A lambda."""
        nested: Nested = tree.data
        value = lambda_value(nested)
        assert value is not None, "a function with statements is a `def`"
        parameters = self.parameters(nested, tree.kids, annotations=False)
        inside = type(self)(nested.names)
        return f"lambda{' ' if parameters else ''}{parameters}: {inside.text(value, TEST)}"

    def parameters(self, nested: Nested, defaults: Sequence[Tree], annotations: bool = True) -> str:
        """What stands between the parentheses of a `def`."""
        given = {name: self.text(tree) for name, tree in zip(nested.default_names, defaults, strict=False)}
        parts: list[str] = []
        kinds = [param.kind for param in nested.function.params]
        for position, param in enumerate(nested.function.params):
            if (
                param.kind == "kwonly"
                and "varargs" not in kinds[:position]
                and "kwonly" not in kinds[:position]
            ):
                parts.append("*")
            star = {"varargs": "*", "varkw": "**"}.get(param.kind, "")
            annotation = f": {param.annotation}" if param.annotation and annotations else ""
            default = given.get(param.name, param.default)
            equals = (" = " if annotation else "=") + default if default else ""
            parts.append(f"{star}{param.name}{annotation}{equals}")
            if param.kind == "posonly" and (position + 1 == len(kinds) or kinds[position + 1] != "posonly"):
                parts.append("/")
        return ", ".join(parts)


# ── literals ─────────────────────────────────────────────────────────────────────────────────────────────


def constant(value: object) -> tuple[str, int]:
    """A literal: negative numbers hold like a sign, and what has no literal (nan, infinity) is written as a call."""
    match value:
        case str() | bytes():
            return quoted(value), ATOM
        case float():
            if math.isfinite(value):
                return repr(value), SIGN if math.copysign(1.0, value) < 0 else ATOM
            text = 'float("nan")' if math.isnan(value) else 'float("inf")'
            return (f"-{text}", SIGN) if value < 0 else (text, ATOM)
        case complex():
            positive = math.copysign(1.0, value.real) > 0 and math.copysign(1.0, value.imag) > 0
            if positive and value.real == 0 and math.isfinite(value.imag):
                return repr(value), ATOM
            if (
                value.real == 0
                and math.copysign(1.0, value.real) < 0
                and value.imag < 0
                and math.isfinite(value.imag)
            ):
                return f"-{-value.imag!r}j".replace(".0j", "j"), SIGN
            return f"complex({constant(value.real)[0]}, {constant(value.imag)[0]})", ATOM
        case int() if not isinstance(value, bool):
            return repr(value), SIGN if value < 0 else ATOM
        case _ if value is ...:
            return "...", ATOM
        case _:
            return repr(value), ATOM


def quoted(value: str | bytes) -> str:
    """A string literal in double quotes, unless that would need more backslashes."""
    text = repr(value)
    quote = text.index("'") if text[-1] == "'" else -1
    if quote < 0 or '"' in text:
        return text
    return f'{text[:quote]}"{text[quote + 1 : -1]}"'


def _plain(tree: Tree, text: str) -> bool:
    """A name, a number or an attribute: Black puts no spaces round `**` between these."""
    if text.startswith("("):
        return False
    if tree.head == "attr":
        return _plain(tree.kids[0], text)
    if tree.head == "op" and tree.data in ("neg", "pos", "invert"):
        return tree.kids[0].head != "op" and _plain(tree.kids[0], text)
    number = tree.head == "const" and isinstance(tree.data, int | float | complex) and "(" not in text
    return tree.head in ("var", "ref") or (number and not isinstance(tree.data, bool))


def _ends_in(pieces: list[str | tuple[str, str, str]], quote: str) -> bool:
    """Would the last character run into the closing quotes?"""
    return isinstance(pieces[-1], str) and pieces[-1].endswith(quote)


def _piece(piece: str | tuple[str, str, str], quote: str) -> str:
    """A part of an f-string, between the given quotes."""
    if isinstance(piece, tuple):
        value, conversion, spec = piece
        return "{" + value + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
    text = repr(piece + '"')[1:-2]  # with a double quote in it, repr leaves those as they are
    if '\\"' in text or "\\'" in text:
        text = text.replace('\\"', '"').replace("\\'", "'")
    text = text.replace(quote, "\\" + quote) if len(quote) == 1 else text.replace(quote, "\\" + quote[0] * 3)
    return text.replace("{", "{{").replace("}", "}}")
