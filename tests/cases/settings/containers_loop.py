"""Each construct inside a loop that carries x and y. Written by tests/programs/make_settings.py; change that file instead."""

# ruff: noqa: B018, B023, B028, E731, F841, SIM, UP

import bisect
import heapq
import operator
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass
from itertools import accumulate, groupby, permutations, product, zip_longest
from operator import attrgetter, itemgetter

import numpy as np

from tests.cases import case


@case((1.2, 0.7))
def loop_deque_append(x, y):
    out = 0.0
    for step in range(3):
        d = deque([x, y])
        d.append(x * y)
        d.append(d[0] * 2)
        a = d.popleft()
        r = a * d[-1] + d[0] * len(d)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_deque_maxlen(x, y):
    out = 0.0
    for step in range(3):
        d = deque(maxlen=3)
        for i in range(5):
            d.append(x * i + y)
        r = sum(d) * d[0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_deque_appendleft(x, y):
    out = 0.0
    for step in range(3):
        d = deque([x])
        d.appendleft(y)
        d.extend([x * y, 2.0])
        r = d[0] * d[1] + d.pop() * d.pop()
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_deque_window(x, y):
    out = 0.0
    for step in range(3):
        d = deque([0.0, 0.0], maxlen=2)
        r = 0.0
        for v in [x, y, x * y]:
            d.append(v)
            r = r + d[0] * d[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_deque_rotate(x, y):
    out = 0.0
    for step in range(3):
        d = deque([x, y, x * y])
        d.rotate(1)
        r = d[0] * d[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_deque_queue(x, y):
    out = 0.0
    for step in range(3):
        queue = deque([(x, 0)])
        r = 0.0
        while queue:
            v, depth = queue.popleft()
            r = r + v * v
            if depth < 2:
                queue.append((v * y, depth + 1))
                queue.append((v + y, depth + 1))
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_defaultdict_float(x, y):
    out = 0.0
    for step in range(3):
        d = defaultdict(float)
        for k, v in [('a', x), ('b', y), ('a', x * y)]:
            d[k] += v
        r = d['a'] * d['b']
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_defaultdict_lambda(x, y):
    out = 0.0
    for step in range(3):
        d = defaultdict(lambda: 1.0)
        d['a'] *= x
        r = d['a'] * d['b'] * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_ordered_dict(x, y):
    out = 0.0
    for step in range(3):
        d = OrderedDict()
        d['a'] = x
        d['b'] = y
        d['a'] = d['a'] * d['b']
        r = 0.0
        for k, v in d.items():
            r = r * x + v
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_ordered_dict_pairs(x, y):
    out = 0.0
    for step in range(3):
        d = OrderedDict([('a', x), ('b', x * y)])
        r = d['a'] * d['b']
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_slice_set(x, y):
    out = 0.0
    for step in range(3):
        a = [x, y, 0.0, 0.0]
        a[1:3] = [x * y, x + y]
        r = a[0] * a[1] + a[2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_slice_grow(x, y):
    out = 0.0
    for step in range(3):
        a = [x, y]
        a[1:1] = [x * y, 2.0 * x]
        r = a[1] * a[2] + a[3] * len(a)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_slice_all(x, y):
    out = 0.0
    for step in range(3):
        a = [x, y]
        b = a
        b[:] = [v * v for v in a]
        r = a[0] * a[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_slice_del(x, y):
    out = 0.0
    for step in range(3):
        a = [x, y, x * y]
        del a[0]
        r = a[0] * a[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_slice_del2(x, y):
    out = 0.0
    for step in range(3):
        a = [x, y, x * y, 1.0]
        del a[1:3]
        r = a[0] * a[1] * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_clear_copy(x, y):
    out = 0.0
    for step in range(3):
        a = [x, y]
        b = a.copy()
        a.clear()
        a.append(x * 2)
        r = a[0] * b[0] + b[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_sort_key(x, y):
    out = 0.0
    for step in range(3):
        a = [x * 2, y, x * y]
        a.sort(key=lambda t: -t)
        r = a[0] + 2 * a[1] * a[0] + 3 * a[2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_sort_reverse(x, y):
    out = 0.0
    for step in range(3):
        a = [x * 2, y, x * y]
        a.sort(reverse=True)
        r = a[0] + 2 * a[1] * a[0] + 3 * a[2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_sort_tuples(x, y):
    out = 0.0
    for step in range(3):
        a = [(x * 2, y), (y, x), (x * y, 1.0)]
        a.sort()
        r = a[0][1] + 2 * a[1][0] * a[2][0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_sorted_key(x, y):
    out = 0.0
    for step in range(3):
        a = sorted([(x * 2, y), (y, x), (x * y, 1.0)], key=lambda p: p[0])
        r = a[0][1] + 2 * a[1][0] * a[2][0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_sorted_key_abs(x, y):
    out = 0.0
    for step in range(3):
        a = sorted([-x, y, x * y], key=abs, reverse=True)
        r = a[0] * 2 + a[1] * a[2]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_sorted_index(x, y):
    out = 0.0
    for step in range(3):
        v = [x * 2, y, x * y]
        order = sorted(range(3), key=lambda i: v[i])
        r = 0.0
        for k, i in enumerate(order):
            r = r + (k + 1) * v[i]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_sorted_dict_by_value(x, y):
    out = 0.0
    for step in range(3):
        d = {'b': x, 'a': y * 0.3, 'c': x * y + 2}
        r = 0.0
        for k, v in sorted(d.items(), key=lambda kv: kv[1], reverse=True):
            r = r * x + v * v
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_sorted_itemgetter(x, y):
    out = 0.0
    for step in range(3):
        a = sorted([(x * 2, y), (y, x)], key=itemgetter(1))
        r = a[0][1] + 2 * a[1][0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@dataclass
class Item:
    cost: float
    gain: float


@case((1.2, 0.7))
def loop_sorted_attrgetter(x, y):
    out = 0.0
    for step in range(3):
        a = sorted([Item(x * 2, y), Item(y, x)], key=attrgetter('cost'))
        r = a[0].gain * 3 + a[1].cost
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_zip_longest(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a, b in zip_longest([x, y, x * y], [y, 2.0], fillvalue=1.5):
            r = r + a * b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_zip_longest_none(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a, b in zip_longest([x, y, x * y], [y, 2.0]):
            r = r + a * (b if b is not None else 3.0)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_accumulate_mul(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for v in accumulate([x, y, x * y], operator.mul, initial=2.0):
            r = r * 0.5 + v
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_accumulate_lambda(x, y):
    out = 0.0
    for step in range(3):
        *_, r = accumulate([x, y, x * y], lambda a, b: a * y + b)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_product_repeat(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a, b in product([x, y], repeat=2):
            r = r * 0.5 + a * b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_permutations(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for a, b in permutations([x, y, x * y], 2):
            r = r + (a - b) ** 2 * a
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_groupby(x, y):
    out = 0.0
    for step in range(3):
        r = 0.0
        for key, group in groupby([('a', x), ('a', y), ('b', x * y)], key=lambda p: p[0]):
            r = r * x + sum(v for _, v in group)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_dict_pop_popitem(x, y):
    out = 0.0
    for step in range(3):
        d = {'a': x, 'b': y, 'c': x * y}
        k, v = d.popitem()
        r = v * d.pop('a') + sum(d.values())
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_dict_graph(x, y):
    out = 0.0
    for step in range(3):
        graph = {'a': ['b', 'c'], 'b': ['c'], 'c': []}
        value = {'a': x, 'b': 0.0, 'c': 0.0}
        for node, nexts in graph.items():
            for n in nexts:
                value[n] += value[node] * y
        r = value['c'] * x + value['b']
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_dict_memo(x, y):
    out = 0.0
    for step in range(3):
        memo = {}
        def fib(n):
            if n < 2:
                return x if n else y
            if n not in memo:
                memo[n] = fib(n - 1) * 0.5 + fib(n - 2)
            return memo[n]
        r = fib(5)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_worklist(x, y):
    out = 0.0
    for step in range(3):
        work = [x]
        r = 0.0
        while work:
            v = work.pop()
            r = r + v * v
            if v > 0.4:
                work.append(v * 0.5)
                work.append(v * 0.3)
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_list_stack_tuples(x, y):
    out = 0.0
    for step in range(3):
        stack = [(x, 3)]
        r = 0.0
        while stack:
            v, n = stack.pop()
            if n == 0:
                r = r + v * v
            else:
                stack.append((v * y, n - 1))
                stack.append((v + y, n - 1))
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_best_none(x, y):
    out = 0.0
    for step in range(3):
        best = None
        for v in [x, y, x * y]:
            if best is None or v * v < best:
                best = v * v
        r = best * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_prev_none(x, y):
    out = 0.0
    for step in range(3):
        prev = None
        r = 0.0
        for v in [x, y, x * y]:
            if prev is not None:
                r += (v - prev) ** 2 * v
            prev = v
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_sum_start_lists(x, y):
    out = 0.0
    for step in range(3):
        a = sum([[x], [y, x * y]], [])
        r = a[0] * a[2] + a[1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_heapq(x, y):
    out = 0.0
    for step in range(3):
        heap = []
        for v in [x * 2, y, x * y]:
            heapq.heappush(heap, v)
        a = heapq.heappop(heap)
        b = heapq.heappop(heap)
        r = a * a * b
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_heapq_pairs(x, y):
    out = 0.0
    for step in range(3):
        heap = [(1, x), (0, y)]
        heapq.heapify(heap)
        heapq.heappush(heap, (2, x * y))
        r = 1.0
        while heap:
            k, v = heapq.heappop(heap)
            r = r * v + k
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_bisect(x, y):
    out = 0.0
    for step in range(3):
        k = bisect.bisect([0.0, 0.5, 1.0, 1.5], x)
        r = x * k * y
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_zip_star(x, y):
    out = 0.0
    for step in range(3):
        pairs = [(x, y), (y, x * y)]
        a, b = zip(*pairs)
        r = a[0] * b[1] + a[1] * b[0]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x


@case((1.2, 0.7))
def loop_argmin_list(x, y):
    out = 0.0
    for step in range(3):
        v = [x * 2, y, x * y]
        k = min(range(3), key=lambda i: v[i])
        r = v[k] * v[k - 1]
        out = out * 0.5 + r * (step + 1)
        x, y = x + 0.05 * np.tanh(r), y * (1.0 + 0.02 * x)
    return out * x
