"""Runs emitted files where s2sad cannot be imported: started as a program, never imported.

Standard input holds a pickled list of (text, calls), a call being (function's name, arguments, keyword arguments).
Each text is run as a module of its own. Standard output gets the pickled list of their lists of results.
"""

import pickle
import sys

sys.modules["s2sad"] = None  # any import of it fails from here on


def results(text, calls):
    space = {"__name__": "emitted"}
    exec(compile(text, "<emitted>", "exec"), space)
    return [outcome(space[name], args, kwargs) for name, args, kwargs in calls]


def outcome(function, args, kwargs):
    """The result and the arguments as they are afterwards; or what was raised, as text."""
    try:
        return function(*args, **kwargs), args
    except Exception as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    jobs = pickle.load(sys.stdin.buffer)
    pickle.dump([results(text, calls) for text, calls in jobs], sys.stdout.buffer)
