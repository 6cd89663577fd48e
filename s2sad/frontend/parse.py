"""From a file, a function or a code object to LibCST nodes whose positions are those of the user's file.

Only the text of the function itself is parsed with LibCST, so the cost does not grow with the file. An indented
function is parsed below an ``if 1:`` line, not dedented: the inside of multi-line strings stays as it is.
"""

from __future__ import annotations

import ast
import inspect
import io
import linecache
import tokenize
import types
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from s2sad.errors import Diagnostic, SourceError
from s2sad.ir.nodes import NOWHERE, Span

FunctionNode = cst.FunctionDef | cst.Lambda


class SourceText:
    """The text of one file (or notebook cell, or linecache entry)."""

    def __init__(self, filename: str, lines: list[str]):
        self.filename = filename
        self.lines = lines  # with their line ends

    @cached_property
    def text(self) -> str:
        return "".join(self.lines)

    @cached_property
    def ast(self) -> ast.Module:
        try:
            return ast.parse(self.text, self.filename)
        except SyntaxError as error:
            raise syntax_error(self.filename, error) from None

    @cached_property
    def tree(self) -> cst.Module:
        return _parse_module(self.filename, self.text)

    def comments_above(self, line: int) -> tuple[str, ...]:
        """The comment lines directly above a (1-based) line, with its indentation."""
        if not 1 <= line <= len(self.lines):
            return ()
        indent = _indent(self.lines[line - 1])
        found: list[str] = []
        for text in reversed(self.lines[: line - 1]):
            if _indent(text) != indent or not text.strip().startswith("#"):
                break
            found.append(text.strip())
        return tuple(reversed(found))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


@dataclass(frozen=True, eq=False)
class Snippet:
    """A function's node, with the spans of all nodes below it."""

    node: FunctionNode
    tree: cst.Module
    spans: Spans
    source: SourceText

    def code(self, node: cst.CSTNode) -> str:
        return self.tree.code_for_node(node).strip()

    @property
    def first_line(self) -> int:
        """The line of the ``def`` or of its first decorator."""
        if isinstance(self.node, cst.FunctionDef) and self.node.decorators:
            return self.spans[self.node.decorators[0]].line
        return self.spans[self.node].line


# ── finding the text ─────────────────────────────────────────────────────────────────────────────────────

_texts: dict[str, tuple[list[str], SourceText]] = {}


def source_text(filename: str, module_globals: dict[str, Any] | None = None) -> SourceText | None:
    """What linecache knows about a file: real files, notebook cells and `exec` with an entry alike."""
    linecache.checkcache(filename)
    lines = linecache.getlines(filename, module_globals)
    if not lines:
        return None
    known = _texts.get(filename)
    if known is None or known[0] is not lines:
        known = _texts[filename] = (lines, SourceText(filename, lines))
    return known[1]


def read_file(filename: str) -> SourceText:
    try:
        with tokenize.open(filename) as file:
            return SourceText(filename, file.readlines())
    except OSError as error:
        raise SourceError(
            Diagnostic("S2S001", NOWHERE, filename, f"cannot be read: {error.strerror or error}")
        ) from None
    except SyntaxError as error:
        raise syntax_error(filename, error) from None
    except UnicodeDecodeError as error:
        raise SourceError(Diagnostic("S2S002", NOWHERE, filename, f"not a text file: {error}")) from None


def syntax_error(filename: str, error: SyntaxError) -> SourceError:
    line, column = error.lineno or 0, max((error.offset or 1) - 1, 0)
    end = error.end_offset - 1 if error.end_lineno == error.lineno and error.end_offset else column + 1
    span = Span(line, column, line, max(end, column + 1)) if line else NOWHERE
    return SourceError(
        Diagnostic("S2S002", span, filename, error.msg or "syntax error", "", error.text or "")
    )


def snippet_of_code(code: types.CodeType, source: SourceText) -> Snippet:
    """The def or lambda that a code object was compiled from."""
    if code.co_name == "<lambda>":
        return snippet_of_ast(find_lambda(code, source), source)
    start = code.co_firstlineno
    try:
        block = inspect.getblock(source.lines[start - 1 :]) if start <= len(source.lines) else []
        snippet = _def_snippet(block, start, source)
    except (SourceError, SyntaxError, tokenize.TokenError):
        snippet = None
    if snippet is None or not _matches(code, snippet.node):
        raise _mismatch(code, "the file has changed since it was loaded; load it again")
    return snippet


def snippet_of_ast(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, source: SourceText) -> Snippet:
    if isinstance(node, ast.Lambda):
        return _lambda_snippet(node, source)
    start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    snippet = _def_snippet(source.lines[start - 1 : node.end_lineno], start, source)
    assert snippet is not None
    return snippet


def _mismatch(code: types.CodeType, why: str) -> SourceError:
    span = Span(code.co_firstlineno, 0, code.co_firstlineno, 0)
    message = f"the source text of `{code.co_qualname}` cannot be found here"
    return SourceError(Diagnostic("S2S003", span, code.co_filename, message, why))


def _def_snippet(block: list[str], start: int, source: SourceText) -> Snippet | None:
    indented = bool(block) and block[0][:1] in " \t"
    text = "".join(block)
    tree = _parse_module(source.filename, "if 1:\n" + text if indented else text, start - 1 - indented)
    body: Any = tree.body
    if indented and isinstance(body[0], cst.If):
        body = body[0].body.body
    node = next((item for item in body if isinstance(item, cst.FunctionDef)), None)
    if node is None:
        return None
    return Snippet(node, tree, Spans(tree, start - 1 - indented, file=source.filename), source)


def _lambda_snippet(node: ast.Lambda, source: SourceText) -> Snippet:
    text = ast.get_source_segment(source.text, node) or ""
    column = len(source.lines[node.lineno - 1].encode()[: node.col_offset].decode())
    # In parentheses, so that it may go over several lines; the first line's columns move by what stood before it.
    tree = _parse_module(source.filename, f"({text})\n", node.lineno - 1)
    statement: Any = tree.body[0]
    return Snippet(
        statement.body[0].value, tree, Spans(tree, node.lineno - 1, column - 1, source.filename), source
    )


def _parse_module(filename: str, text: str, line_offset: int = 0) -> cst.Module:
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        line = error.raw_line + line_offset
        span = Span(line, error.raw_column, line, error.raw_column + 1)
        raise SourceError(Diagnostic("S2S002", span, filename, "syntax error")) from None


def _matches(code: types.CodeType, node: FunctionNode) -> bool:
    return (
        isinstance(node, cst.FunctionDef)
        and node.name.value == code.co_name
        and _arity_matches(code, node.params)
    )


def _arity_matches(code: types.CodeType, params: cst.Parameters) -> bool:
    plain = len(params.posonly_params) + len(params.params)
    return plain == code.co_argcount and len(params.kwonly_params) == code.co_kwonlyargcount


# ── lambdas ──────────────────────────────────────────────────────────────────────────────────────────────


def find_lambda(code: types.CodeType, source: SourceText) -> ast.Lambda:
    """The lambda that a code object stands for: its instructions carry the columns of its body."""
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    candidates = [
        node
        for node in ast.walk(source.ast)
        if isinstance(node, ast.Lambda)
        and node.lineno == code.co_firstlineno
        and _lambda_arguments(node) == arguments
    ]
    extent = _extent(code)
    if extent is not None:
        exact = [node for node in candidates if _range(node.body) == extent]
        inside = [node for node in candidates if _contains(_range(node.body), extent)]
        candidates = exact or sorted(inside, key=_size)[:1]
    if len(candidates) != 1:
        why = (
            "several lambdas on this line look alike"
            if candidates
            else "the file has changed since it was loaded"
        )
        raise _mismatch(code, f"{why}; give it a line or a name of its own")
    return candidates[0]


def _lambda_arguments(node: ast.Lambda) -> tuple[str, ...]:
    arguments = node.args
    return tuple(item.arg for item in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs])


def _range(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0


def _contains(outer: tuple[int, int, int, int], inner: tuple[int, int, int, int]) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _size(node: ast.Lambda) -> tuple[int, int]:
    line, column, end_line, end_column = _range(node)
    return end_line - line, end_column - column


def _extent(code: types.CodeType) -> tuple[int, int, int, int] | None:
    """From the first to the last column of what the code computes; None if Python keeps no columns."""
    starts, ends = [], []
    for line, end_line, column, end_column in code.co_positions():
        if line is None or end_line is None or column is None or end_column is None or column == end_column:
            continue
        starts.append((line, column))
        ends.append((end_line, end_column))
    return (*min(starts), *max(ends)) if starts else None


# ── positions ────────────────────────────────────────────────────────────────────────────────────────────


class _Recorder(CodegenState):
    """LibCST's way to find positions (writing the code out), without the parts that make it slow."""

    def __init__(self, tree: cst.Module, line_offset: int, first_column: int):
        super().__init__(tree.default_indent, tree.default_newline)
        self.line = 1 + line_offset
        self.column = first_column
        self.spans: dict[cst.CSTNode, tuple[int, int, int, int]] = {}
        self.stack: list[tuple[int, int]] = []

    def add_indent_tokens(self) -> None:
        self.column += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        newline = value.rfind("\n")
        if newline < 0:
            self.column += len(value)
        else:
            self.line += value.count("\n")
            self.column = len(value) - newline - 1

    def pop_trailing_newline(self) -> None:
        pass

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.stack.append((self.line, self.column))

    def after_codegen(self, node: cst.CSTNode) -> None:
        line, column = self.stack.pop()
        if node not in self.spans:
            self.spans[node] = (line, column, self.line, self.column)

    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Any:
        return _Syntactic(self, node, start_node, end_node)


class _Syntactic:
    """The part of a node's text that has no white space around it."""

    __slots__ = ("end_node", "node", "recorder", "start", "start_node")

    def __init__(
        self,
        recorder: _Recorder,
        node: cst.CSTNode,
        start_node: cst.CSTNode | None,
        end_node: cst.CSTNode | None,
    ):
        self.recorder, self.node, self.start_node, self.end_node = recorder, node, start_node, end_node

    def __enter__(self) -> None:
        self.start = (self.recorder.line, self.recorder.column)

    def __exit__(self, *exception: object) -> None:
        spans = self.recorder.spans
        line, column = self.start
        end_line, end_column = self.recorder.line, self.recorder.column
        if self.start_node is not None:
            line, column = spans[self.start_node][:2]
        if self.end_node is not None:
            end_line, end_column = spans[self.end_node][2:]
        spans[self.node] = (line, column, end_line, end_column)


class Spans:
    """The place of each node below a tree."""

    def __init__(self, tree: cst.Module, line_offset: int = 0, first_column: int = 0, file: str = "") -> None:
        recorder = _Recorder(tree, line_offset, first_column)
        tree._codegen(recorder)
        self.places = recorder.spans
        self.file = file

    def __getitem__(self, node: cst.CSTNode) -> Span:
        return Span(*self.places[node], self.file)


def comments_between(lines: list[str], span: Span) -> tuple[str, ...]:
    """The comments inside of a statement that goes over several lines (all but the one behind its end)."""
    region = lines[span.line - 1 : span.end_line]
    if len(region) < 2 or not any("#" in line for line in region[:-1]):
        return ()
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO("".join(region)).readline):
            inside = token.start[0] < len(region)
            if token.type == tokenize.COMMENT and inside and token.start[0] + span.line - 1 < span.end_line:
                found.append(token.string)
    except (tokenize.TokenError, IndentationError):
        pass
    return tuple(found)
