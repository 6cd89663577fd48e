"""``match``: a chain of `If`.

A pattern is compiled to a list of tests, joined by `and`. The parts of the subject are taken out anew wherever a test
or a captured name needs them, so nothing is defined on some paths only. Captured names are bound when the whole
pattern has matched, before the guard, as Python does.
"""

from __future__ import annotations

import builtins
import collections.abc
from collections.abc import Callable, Sequence
from functools import partial

import libcst as cst

from s2sad.frontend.denotations import Denotation, Live, live_object
from s2sad.frontend.fence import PATTERN, unsupported
from s2sad.frontend.lower_comp import Comprehensions
from s2sad.frontend.lower_scope import comment_behind, comments
from s2sad.ir.nodes import (
    Assign,
    Atom,
    Build,
    Call,
    Const,
    Expr,
    GetAttr,
    GetItem,
    If,
    MethodCall,
    Op,
    Ref,
    SliceIndex,
    Span,
    Var,
)

Part = Callable[[], Atom]  # emits what takes a part out of the subject
Test = Callable[[], Expr]

_SEQUENCE = Ref("collections.abc.Sequence", Live(collections.abc.Sequence))
_MAPPING = Ref("collections.abc.Mapping", Live(collections.abc.Mapping))
# Classes whose one positional subpattern stands for the subject itself.
_SELF_MATCHING = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


def _builtin(name: str) -> Ref:
    return Ref(name, Live(getattr(builtins, name)))


class Match:
    """What a case tests, in order, and what it binds."""

    def __init__(self) -> None:
        self.tests: list[tuple[Test, Span]] = []
        self.captures: list[tuple[cst.Name, Part]] = []

    def test(self, test: Test, span: Span) -> None:
        self.tests.append((test, span))


class Patterns(Comprehensions):
    def stmt_Match(self, node: cst.Match) -> None:
        subject = self.atom(node.subject)
        captured = {name.value for case in node.cases for name in captured_names(case.pattern)}
        if isinstance(subject, Var) and subject.name in captured:
            subject = self.keep(subject, self.span(node.subject))
        self._cases(list(node.cases), subject, "")

    def _cases(self, cases: list[cst.MatchCase], subject: Atom, sugar: str) -> None:
        if not cases:
            return
        case, *rest = cases
        start = len(self.out)
        header = comment_behind(getattr(case.body, "header", None))
        match = Match()
        self._pattern(case.pattern, lambda: subject, match)
        result = self._run(match, case)
        if result is None:  # matches always: the cases below are never reached
            self.out.extend(self.suite(case.body, case.leading_lines, header))
            return
        body = self.block(partial(self._matched, case, match))
        otherwise = self.block(lambda: self._cases(rest, subject, "elif"))
        self.emit(If(result, body, otherwise, sugar, span=self.span(case)))
        self.annotate(start, comments(case.leading_lines), header)

    def _matched(self, case: cst.MatchCase, match: Match) -> None:
        if case.guard is None:
            self._bind(match)
        self.statements(case.body)

    def _run(self, match: Match, case: cst.MatchCase) -> Atom | None:
        """Whether the case is taken; None if it always is (its names are then bound)."""
        result = self._all(match.tests, self.span(case.pattern)) if match.tests else None
        if case.guard is None:
            if result is None:
                self._bind(match)
            return result
        if result is None:
            self._bind(match)
            return self.atom(case.guard)
        guard = case.guard

        def bind_and_test() -> None:
            self._bind(match)
            self.assign(result, guard)

        sugar = "" if match.captures else "and"
        self.emit(If(result, self.block(bind_and_test), (), sugar, span=self.span(guard)))
        return result

    def _all(self, tests: list[tuple[Test, Span]], span: Span) -> Var:
        """The tests, joined by `and`."""
        result = self.new_temp()
        for at, (test, test_span) in enumerate(tests):

            def assign(test: Test = test, test_span: Span = test_span) -> None:
                self.emit(Assign(result, test(), span=test_span))

            if at == 0:
                assign()
            else:
                self.emit(If(result, self.block(assign), (), "and", span=span))
        return result

    def _bind(self, match: Match) -> None:
        for name, part in match.captures:
            start = len(self.out)
            value: Expr = part()
            # The last step of taking the part out becomes the assignment itself.
            last = self.out[-1] if len(self.out) > start else None
            if isinstance(last, Assign) and last.target == value:
                value = last.value
                self.out.pop()
            self.emit(Assign(self.variable(name), value, span=self.span(name)))

    # ── patterns ─────────────────────────────────────────────────────────────────────────────────────────

    def _pattern(self, pattern: cst.CSTNode, part: Part, match: Match) -> None:
        """Add what a pattern tests and binds, of a part of the subject."""
        span = self.span(pattern)
        match pattern:
            case cst.MatchValue(value=value):
                match.test(lambda: Op("eq", (part(), self.atom(value))), span)
            case cst.MatchSingleton(value=value):
                match.test(lambda: Op("is", (part(), self.atom(value))), span)
            case cst.MatchAs(pattern=inner, name=name):
                if inner is not None:
                    self._pattern(inner, part, match)
                if name is not None:
                    match.captures.append((name, part))
            case cst.MatchOr():
                self._or(pattern, part, match)
            case cst.MatchSequence():
                self._sequence(pattern, part, match)
            case cst.MatchMapping():
                self._mapping(pattern, part, match)
            case cst.MatchClass():
                self._class(pattern, part, match)
            case _:
                self.refuse(pattern, unsupported(pattern))

    def _item_of(self, part: Part, key: Part, span: Span) -> Part:
        return lambda: self.keep(GetItem(part(), key()), span)

    def _attribute_of(self, part: Part, name: str, span: Span) -> Part:
        return lambda: self.keep(GetAttr(part(), name), span)

    def _or(self, pattern: cst.MatchOr, part: Part, match: Match) -> None:
        """Alternatives: the first that matches puts what it captures into temporaries."""
        span = self.span(pattern)
        names = {name.value: name for name in captured_names(pattern)}
        held = {name: self.new_temp() for name in names}
        for temp in held.values():
            self.emit(Assign(temp, Const(None), span=span))
        alternatives = [item.pattern for item in pattern.patterns]

        def test() -> Expr:
            result = self.new_temp()
            for at, inner in enumerate(alternatives):
                if at == 0:
                    self._alternative(inner, part, result, held)
                else:
                    write = partial(self._alternative, inner, part, result, held)
                    self.choose(result, write, "" if held else "or", pattern)
            return result

        match.test(test, span)
        match.captures += [(node, partial(_same, held[name])) for name, node in names.items()]

    def _alternative(self, pattern: cst.CSTNode, part: Part, result: Var, held: dict[str, Var]) -> None:
        inner = Match()
        self._pattern(pattern, part, inner)
        tests = inner.tests
        if len(tests) == 1:
            found: Expr = tests[0][0]()
        else:
            found = self._all(tests, self.span(pattern)) if tests else Const(True)
        self.emit(Assign(result, found, span=self.span(pattern)))

        def hold() -> None:
            for name, captured in inner.captures:
                self.emit(Assign(held[name.value], captured(), span=self.span(name)))

        if inner.captures:
            self.emit(If(result, self.block(hold), span=self.span(pattern)))

    def _sequence(self, pattern: cst.MatchSequence, part: Part, match: Match) -> None:
        span = self.span(pattern)
        items = list(pattern.patterns)
        star = next((at for at, item in enumerate(items) if isinstance(item, cst.MatchStar)), None)
        count = len(items) - (star is not None)

        def is_text() -> Expr:
            texts = self.keep(
                Build("tuple", (_builtin("str"), _builtin("bytes"), _builtin("bytearray"))), span
            )
            return Op("not", (self.keep(Call(_builtin("isinstance"), (part(), texts)), span),))

        def has_length() -> Expr:
            size = self.keep(Call(_builtin("len"), (part(),)), span)
            return Op("eq" if star is None else "ge", (size, Const(count)))

        match.test(lambda: Call(_builtin("isinstance"), (part(), _SEQUENCE)), span)
        match.test(is_text, span)
        if star is None or count:
            match.test(has_length, span)
        for at, item in enumerate(items):
            if isinstance(item, cst.MatchStar):
                if item.name is not None:
                    match.captures.append(
                        (item.name, self._rest_of_list(item, at, len(items) - at - 1, part))
                    )
                continue
            index = Const(at if star is None or at < star else at - len(items))
            self._pattern(item.value, self._item_of(part, partial(_same, index), span), match)

    def _rest_of_list(self, node: cst.CSTNode, before: int, after: int, part: Part) -> Part:
        span = self.span(node)
        index = SliceIndex(Const(before) if before else None, Const(-after) if after else None, None)
        return lambda: self.keep(Call(_builtin("list"), (self.keep(GetItem(part(), index), span),)), span)

    def _mapping(self, pattern: cst.MatchMapping, part: Part, match: Match) -> None:
        span = self.span(pattern)
        match.test(lambda: Call(_builtin("isinstance"), (part(), _MAPPING)), span)
        keys: list[Part] = []
        for element in pattern.elements:
            key = partial(
                self.atom, element.key.value if isinstance(element.key, cst.MatchValue) else element.key
            )
            keys.append(key)
            match.test(partial(_is_in, key, part), self.span(element.key))
            self._pattern(element.pattern, self._item_of(part, key, span), match)
        if pattern.rest is not None:
            match.captures.append((pattern.rest, partial(self._rest_of_mapping, part, keys, span)))

    def _rest_of_mapping(self, part: Part, keys: list[Part], span: Span) -> Atom:
        rest = self.keep(Call(_builtin("dict"), (part(),)), span)
        for key in keys:
            self.keep(MethodCall(rest, "pop", (key(),)), span)
        return rest

    def _class(self, pattern: cst.MatchClass, part: Part, match: Match) -> None:
        span = self.span(pattern)
        cls = self.atom(pattern.cls)
        target: Denotation = cls.target if isinstance(cls, Ref) else None
        match.test(lambda: Call(_builtin("isinstance"), (part(), cls)), span)
        parts: list[tuple[str, cst.CSTNode]] = []
        if len(pattern.patterns) == 1 and live_object(target) in _SELF_MATCHING:
            self._pattern(pattern.patterns[0].value, part, match)
        elif pattern.patterns:
            names = _match_args(target)
            if names is None or len(names) < len(pattern.patterns):
                self.refuse(pattern, PATTERN)
                return
            parts = [(name, item.value) for name, item in zip(names, pattern.patterns, strict=False)]
        parts += [(element.key.value, element.pattern) for element in pattern.kwds]
        fields = {field.name for field in getattr(target, "fields", ())}
        for name, inner in parts:
            if name not in fields:
                match.test(partial(_has, part, name), self.span(inner))
            self._pattern(inner, self._attribute_of(part, name, span), match)


def _same(atom: Atom) -> Atom:
    return atom


def _is_in(key: Part, part: Part) -> Expr:
    return Op("in", (key(), part()))


def _has(part: Part, name: str) -> Expr:
    return Call(_builtin("hasattr"), (part(), Const(name)))


def captured_names(pattern: cst.CSTNode) -> list[cst.Name]:
    """The names that a pattern binds, in the order of the text."""
    found: list[cst.Name] = []
    match pattern:
        case cst.MatchAs(pattern=inner, name=name):
            found = captured_names(inner) if inner is not None else []
            return [*found, name] if name is not None else found
        case cst.MatchStar(name=name):
            return [name] if name is not None else []
        case cst.MatchOr(patterns=parts):
            inside: Sequence[cst.CSTNode] = [part.pattern for part in parts]
        case cst.MatchSequence(patterns=items):
            inside = [item.value if isinstance(item, cst.MatchSequenceElement) else item for item in items]
        case cst.MatchMapping(elements=elements, rest=rest):
            inside = [element.pattern for element in elements]
            found = [rest] if rest is not None else []
        case cst.MatchClass(patterns=parts, kwds=keywords):
            inside = [part.value for part in parts] + [part.pattern for part in keywords]
        case _:
            return []
    return [name for item in inside for name in captured_names(item)] + found


def _match_args(target: Denotation) -> tuple[str, ...] | None:
    known = getattr(target, "match_args", None)  # of a SourceClass
    return known() if known is not None else getattr(live_object(target), "__match_args__", None)
