"""try, with, assert, raise, print, f-strings, generators, globals."""

import contextlib
import math
import warnings

import numpy as np

from tests.cases import case

A3 = np.array([0.4, 1.1, -0.7])
GRAVITY = 9.81
SCALES = {"a": 2.0, "b": [1.0, 3.0]}
WEIGHTS = np.array([1.0, -2.0, 3.0])


class TooLarge(ValueError):
    def __init__(self, value):
        super().__init__(f"too large: {value}")
        self.value = value


@case((1.2, 0.7), (0.2, 0.7))
def exception_carries_value(x, y):
    def guarded(t):
        if t > 1.0:
            raise TooLarge(t)
        return t * t

    try:
        z = guarded(x) * y
    except TooLarge as error:
        z = error.value * y * y
    return z * x


@case((1.2, 0.7), (5.0, 0.7))
def exception_out_of_loop(x, y):
    total = x
    try:
        for i in range(6):
            total = total * (1 + y)
            if total > 6.0:
                raise StopIteration
            total = total + 0.1
    except StopIteration:
        total = total - x * i
    return total * y


@case((1.2, 0.7))
def exception_after_partial_update(x, y):
    a, b = x, y
    try:
        a = a * b
        values = [a, b]
        b = values[2] * a
        a = 0.0
    except IndexError:
        b = b + a
    finally:
        a = a * x
    return a * b


@case((1.2, 0.7), (-1.2, 0.7))
def finally_with_return(x, y):
    log = []

    def f(t):
        try:
            if t < 0:
                return t * y
            t = t * t
        finally:
            log.append(t)
        return t * y * y

    return f(x) * log[0]


@case((1.2, {"a": 1.0}), (1.2, {"b": 0.7}))
def key_error(x, table):
    try:
        k = table["a"]
    except KeyError:
        k = table["b"] * x
    else:
        k = k * x * x
    return k * x


@case((1.2, 0.7))
def nested_try(x, y):
    z = x
    for i in range(4):
        try:
            try:
                if i == 1:
                    raise ValueError("one")
                if i == 2:
                    raise KeyError("two")
                z = z * y
            except ValueError:
                z = z + x
                continue
            finally:
                z = z * 1.1
        except KeyError:
            z = z * z
            continue
        z = z - 0.1
    return z


@case((1.2, 0.7))
def zero_division(x, y):
    zero = x - x
    try:
        z = x / zero if not isinstance(x, np.ndarray) else x
    except ZeroDivisionError:
        z = y * x
    return z * y


@case((1.2, 0.7))
def with_statements(x, y):
    with np.errstate(divide="ignore"), contextlib.suppress(KeyError):
        z = x * y
        {}["missing"]  # noqa: B018
        z = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        z = z * x
    with contextlib.nullcontext(x * x) as w:
        z = z + w
    return z


@case((1.2, 0.7), (3.2, 0.7))
def return_inside_with(x, y):
    for i in range(4):
        with np.errstate(all="ignore"):
            x = x * (1 + y)
            if x > 5:
                return x * y + i
    return x


@case((1.2, 0.7))
def asserts(x, y):
    assert x > 0 and y > 0, f"must be positive: {x!r} {y:.3f}"
    z = x * y
    assert np.isfinite(z), "not finite"
    assert isinstance(z, float) or z.shape == ()
    return z


@case((1.2, 0.7))
def prints_and_strings(x, y):
    label = f"{x:.3f}|{y!r:>10}|{'a' * 2}|{{}}"
    parts = label.split("|")
    print(end="")
    text = "%s and %d" % ("x", 3) + "-".join(["a", "b"])  # noqa: UP031
    return x * len(parts) + y * len(text) * x


@case((1.2, 0.7))
def globals_read(x, y):
    return x * GRAVITY + y * SCALES["b"][1] * SCALES["a"] + np.sum(WEIGHTS * x) * WEIGHTS[0] * np.pi


def countdown(x, n):
    while n > 0:
        x = x * 0.5 + np.sin(x)
        yield n, x
        n -= 1


@case((1.2, 0.7))
def generator_in_for(x, y):
    total = 0.0
    for k, value in countdown(x, 4):
        total = total * y + k * value
        if total > 4.0:
            break
    return total


def chunks(values, size):
    for i in range(0, len(values), size):
        yield values[i : i + size]


def doubled(items):
    for item in items:
        if item > 1.0:
            yield item
            yield item * item
        else:
            yield 2.0 * item


@case(([1.2, 0.7, 0.3, 1.5], 0.7))
def generator_pipeline(values, y):
    total = 0.0
    for a in doubled(values):
        total = total * 0.9 + a * y
    for part in chunks(values, 3):
        total = total * part[0] + sum(part)
    return total + sum(doubled([y, 2 * y])) + max(doubled(values))


def walk(tree):
    if isinstance(tree, tuple):
        for sub in tree:
            yield from walk(sub)
    else:
        yield tree


@case(((1.2, (0.7, 0.4), ((0.1,),)),))
def generator_recursive(tree):
    total = 1.0
    for leaf in walk(tree):
        total = total * leaf + leaf
    return total


@case((1.2, 0.7))
def generator_expressions(x, y):
    squares = sum(i * x**i for i in range(1, 4))
    best = max(abs(t) for t in (x, -2 * y, y))
    pair = tuple(t * y for t in (x, y))
    table = dict((k, t * x) for k, t in (("a", x), ("b", y)))  # noqa: C402
    return squares * best + pair[0] * pair[1] + table["b"] + np.sum(np.array(list(t * t for t in pair)))  # noqa: C400


@case((1.2, 0.7))
def everything_at_once(x, y):
    """A bit of each, the way long scripts grow."""
    state = {"x": x, "trace": []}
    norm = lambda t: t / (1 + abs(t))  # noqa: E731
    k = 0
    while k < 6:
        k += 1
        if k % 3 == 0:
            continue
        step = norm(state["x"]) * y if k < 4 else norm(y)
        state["x"] = state["x"] - 0.3 * step
        state["trace"].append((k, state["x"]))
        if state["x"] < 0.6:
            break
    else:
        state["x"] = state["x"] * 2
    last_k, last_x = state["trace"][-1]
    return sum(w * t for w, t in state["trace"]) * last_x + last_k * state["x"]


@case((1.2, 0.7))
def comments_everywhere(x, y):
    # what comes first
    z = x * y  # a product
    # about the loop
    for i in range(3):  # three rounds
        # inside
        z = z * np.cos(x)  # damped
        # last of the loop
    # before the end
    return z  # the result


@case((1.2, 0.7))
def one_liners(x, y):
    if x > y: z = x * y; w = z + 1  # noqa: E701, E702
    else: z = w = y  # noqa: E701
    for _ in range(2): z *= w  # noqa: E701
    while z < 3.0: z = z * 2  # noqa: E701
    return (
        z
        + w * x
        - y
    )  # fmt: skip


@case((1.2, 0.7))
def type_hints(x: float, y: "np.ndarray | float") -> float:
    z: float = x * y
    w: "list[float]" = [z, x]
    q: float
    q = w[0] * w[1]
    return q


@case((1.2, 0.7))
def log_and_continue(x, y):
    import logging

    logger = logging.getLogger("s2sad.tests")
    logger.debug("x is %s", x)
    z = x * y
    logger.debug("z is %.3f", z)
    return z * z


@case((1.2, 0.7))
def local_import(x, y):
    import math as m
    from operator import mul

    return m.sin(x) * mul(x, y)


@case((1.2, 0.7), (3.0, 0.7))
def exception_keeps_old_value(x, y):
    r = x * y
    try:
        r = math.log(x - 2.0)
    except ValueError:
        r = r * 2
    return r * x


@case((1.2, 0.7), (2.0, 0.7))
def exception_in_loop_keeps_values(x, y):
    total = x
    last = y
    for i in range(4):
        try:
            t = total * y
            last = t * t
            u = 1.0 / (i - 2)
            total = total + u * t
            total = math.log(total)
        except ZeroDivisionError:
            total = total + last * x
        except ValueError:
            total = last
    return total * last


@case((1.2, 0.7), (2.0, 0.7))
def exception_stops_loop(x, y):
    total = other = 0.0
    for scale in (1.0, 3.0, 2.0):
        partial = y
        other = other + partial * partial  # reads what the loop below may overwrite before it fails
        try:
            for k in (4.0, 3.0, scale - 3.0, 2.0):
                partial = partial * scale / k
                total = total + partial * x
        except ZeroDivisionError:
            total = x * y * y
            partial = x
        total = total * partial
    return total + other


@case((1.2, 0.7), (2.0, 0.7))
def else_of_try_may_raise(x, y):
    z = x
    try:
        try:
            z = z / y
        except ZeroDivisionError:
            z = 0.0
        else:
            w = [x, y][2]  # not caught by the inner handler
            z = w
    except IndexError:
        z = z * x
    return z * y


@case((1.2, 0.7), (2.0, 0.7))
def return_skips_else(x, y):
    total = x
    for k in range(3):
        try:
            if k * x > 1.5:
                return total * y
            r = total / (k - 5)
        except ZeroDivisionError:
            total = total - 1.0
        else:
            total = total + r * x
        finally:
            total = total * y
    return total


@case((1.2, 0.7), (2.0, 0.7))
def exception_in_branch_of_try(x, y):
    r = x
    values = [y, x * y]
    total = 0.0
    for i in range(4):
        try:
            if i > 0:
                r = r * values[i]
            else:
                r = values[0]
            total = total + r
        except IndexError:
            total = total * r
    return total


@case((1.2, {"a": 1.0}), (1.2, {"missing": 0.7}))
def lookup_for_its_error(x, table):
    z = x
    try:
        table["missing"]  # noqa: B018
        z = z * 3.0
    except KeyError:
        z = z * x
    return z


class Tally:
    def __init__(self, items, weight):
        self.items, self.weight = items, weight

    def __enter__(self):
        self.items.append(self.weight)
        return self

    def __exit__(self, *exc):
        self.items.append(self.weight * self.weight)

    def add(self, value):
        self.items.append(value * self.weight)


@case((1.2, 0.7))
def context_manager_of_the_program(x, y):
    items = []
    for k in range(2):
        with Tally(items, x * (k + 1)) as tally:
            tally.add(y)
    return items[0] * items[1] + items[2] * items[4] + items[5]


@case((1.2, 3.0), (1.2, -3.0), (1.2, 1.5))
def try_else_and_two_handlers(x, y):
    out = x
    try:
        out = out * 2
        out = out / math.log(y)
        assert y > 2, f"y is {y}"
        out = out + 1
    except (ValueError, ZeroDivisionError):
        out = out * 3
    except AssertionError:
        out = out - x * x
    else:
        out = out * y
    return out
