"""Every parameter of every function: supported and tried, or refused by name. None is ignored."""

import inspect

import numpy as np
import pytest

from s2sad.rules import declare
from s2sad.rules.reading import UFUNC_KEYWORDS, VAR_KEYWORD, VAR_POSITIONAL, BindError

from .test_every_rule import RULES, label

STRANGE = object()  # no function has it as a default
NO_SIGNATURE = []


def signature_of(function):
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def parameters(rule, function):
    """The parameters that NumPy's function has and the rule has not, each with whether it is given by keyword."""
    signature = signature_of(function)
    if isinstance(function, np.ufunc) or signature is None:
        return {}
    own = {*rule.params.parameters, *rule.aliases}
    by_position = [p for p in rule.params.parameters.values() if p.default is p.empty]
    found = {}
    for index, p in enumerate(signature.parameters.values()):
        if (
            p.name in own
            or p.kind in (VAR_KEYWORD, VAR_POSITIONAL)
            or rule.accepts.get(p.name) is declare.anything
        ):
            continue
        if index < len(by_position) or p.default is p.empty:
            continue  # one of the operands, under another name
        found[p.name] = p
    return found


PAIRS = [(rule, function) for rule in RULES for function in rule.functions]


@pytest.mark.parametrize(
    ("rule", "function"), PAIRS, ids=lambda x: label(x) if isinstance(x, declare.Rule) else ""
)
def test_what_a_rule_does_not_support_is_refused(rule, function):
    example = rule.cases[0](np.random.default_rng(0))
    names = [*parameters(rule, function), *(UFUNC_KEYWORDS if isinstance(function, np.ufunc) else ())]
    for name in names:
        if (
            isinstance(function, np.ufunc)
            or parameters(rule, function)[name].kind is not inspect.Parameter.POSITIONAL_ONLY
        ):
            with pytest.raises(BindError, match=f"`{name}=`"):
                rule.bind(example[0], {**example[1], name: STRANGE}, function=function)
    with pytest.raises(BindError):
        rule.bind(example[0], {**example[1], "no_such_keyword": 1}, function=function)


@pytest.mark.parametrize("rule", RULES, ids=label)
def test_each_option_is_tried(rule):
    """Some case gives each option a value that is not its default."""
    options = [
        p for p in rule.params.parameters.values() if p.default is not p.empty and p.name not in rule.wrt
    ]
    tried = set()
    for case in rule.cases:
        args, kwargs = case(np.random.default_rng(0))
        for function in rule.functions:
            for name, value in rule.bind(args, kwargs, function=function).items():
                default = rule.params.parameters[name].default
                if value is not default and not (type(value) is type(default) and np.all(value == default)):
                    tried.add(name)
    assert not [p.name for p in options if p.name not in tried]
