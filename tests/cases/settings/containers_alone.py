"""Each construct by itself. Written by tests/programs/make_settings.py; change that file instead."""

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
def alone_deque_append(x, y):
    d = deque([x, y])
    d.append(x * y)
    d.append(d[0] * 2)
    a = d.popleft()
    r = a * d[-1] + d[0] * len(d)
    return r


@case((1.2, 0.7))
def alone_deque_maxlen(x, y):
    d = deque(maxlen=3)
    for i in range(5):
        d.append(x * i + y)
    r = sum(d) * d[0]
    return r


@case((1.2, 0.7))
def alone_deque_appendleft(x, y):
    d = deque([x])
    d.appendleft(y)
    d.extend([x * y, 2.0])
    r = d[0] * d[1] + d.pop() * d.pop()
    return r


@case((1.2, 0.7))
def alone_deque_window(x, y):
    d = deque([0.0, 0.0], maxlen=2)
    r = 0.0
    for v in [x, y, x * y]:
        d.append(v)
        r = r + d[0] * d[1]
    return r


@case((1.2, 0.7))
def alone_deque_rotate(x, y):
    d = deque([x, y, x * y])
    d.rotate(1)
    r = d[0] * d[1]
    return r


@case((1.2, 0.7))
def alone_deque_queue(x, y):
    queue = deque([(x, 0)])
    r = 0.0
    while queue:
        v, depth = queue.popleft()
        r = r + v * v
        if depth < 2:
            queue.append((v * y, depth + 1))
            queue.append((v + y, depth + 1))
    return r


@case((1.2, 0.7))
def alone_defaultdict_float(x, y):
    d = defaultdict(float)
    for k, v in [('a', x), ('b', y), ('a', x * y)]:
        d[k] += v
    r = d['a'] * d['b']
    return r


@case((1.2, 0.7))
def alone_defaultdict_lambda(x, y):
    d = defaultdict(lambda: 1.0)
    d['a'] *= x
    r = d['a'] * d['b'] * y
    return r


@case((1.2, 0.7))
def alone_ordered_dict(x, y):
    d = OrderedDict()
    d['a'] = x
    d['b'] = y
    d['a'] = d['a'] * d['b']
    r = 0.0
    for k, v in d.items():
        r = r * x + v
    return r


@case((1.2, 0.7))
def alone_ordered_dict_pairs(x, y):
    d = OrderedDict([('a', x), ('b', x * y)])
    r = d['a'] * d['b']
    return r


@case((1.2, 0.7))
def alone_list_slice_set(x, y):
    a = [x, y, 0.0, 0.0]
    a[1:3] = [x * y, x + y]
    r = a[0] * a[1] + a[2]
    return r


@case((1.2, 0.7))
def alone_list_slice_grow(x, y):
    a = [x, y]
    a[1:1] = [x * y, 2.0 * x]
    r = a[1] * a[2] + a[3] * len(a)
    return r


@case((1.2, 0.7))
def alone_list_slice_all(x, y):
    a = [x, y]
    b = a
    b[:] = [v * v for v in a]
    r = a[0] * a[1]
    return r


@case((1.2, 0.7))
def alone_list_slice_del(x, y):
    a = [x, y, x * y]
    del a[0]
    r = a[0] * a[1]
    return r


@case((1.2, 0.7))
def alone_list_slice_del2(x, y):
    a = [x, y, x * y, 1.0]
    del a[1:3]
    r = a[0] * a[1] * y
    return r


@case((1.2, 0.7))
def alone_list_clear_copy(x, y):
    a = [x, y]
    b = a.copy()
    a.clear()
    a.append(x * 2)
    r = a[0] * b[0] + b[1]
    return r


@case((1.2, 0.7))
def alone_list_sort_key(x, y):
    a = [x * 2, y, x * y]
    a.sort(key=lambda t: -t)
    r = a[0] + 2 * a[1] * a[0] + 3 * a[2]
    return r


@case((1.2, 0.7))
def alone_list_sort_reverse(x, y):
    a = [x * 2, y, x * y]
    a.sort(reverse=True)
    r = a[0] + 2 * a[1] * a[0] + 3 * a[2]
    return r


@case((1.2, 0.7))
def alone_list_sort_tuples(x, y):
    a = [(x * 2, y), (y, x), (x * y, 1.0)]
    a.sort()
    r = a[0][1] + 2 * a[1][0] * a[2][0]
    return r


@case((1.2, 0.7))
def alone_sorted_key(x, y):
    a = sorted([(x * 2, y), (y, x), (x * y, 1.0)], key=lambda p: p[0])
    r = a[0][1] + 2 * a[1][0] * a[2][0]
    return r


@case((1.2, 0.7))
def alone_sorted_key_abs(x, y):
    a = sorted([-x, y, x * y], key=abs, reverse=True)
    r = a[0] * 2 + a[1] * a[2]
    return r


@case((1.2, 0.7))
def alone_sorted_index(x, y):
    v = [x * 2, y, x * y]
    order = sorted(range(3), key=lambda i: v[i])
    r = 0.0
    for k, i in enumerate(order):
        r = r + (k + 1) * v[i]
    return r


@case((1.2, 0.7))
def alone_sorted_dict_by_value(x, y):
    d = {'b': x, 'a': y * 0.3, 'c': x * y + 2}
    r = 0.0
    for k, v in sorted(d.items(), key=lambda kv: kv[1], reverse=True):
        r = r * x + v * v
    return r


@case((1.2, 0.7))
def alone_sorted_itemgetter(x, y):
    a = sorted([(x * 2, y), (y, x)], key=itemgetter(1))
    r = a[0][1] + 2 * a[1][0]
    return r


@dataclass
class Item:
    cost: float
    gain: float


@case((1.2, 0.7))
def alone_sorted_attrgetter(x, y):
    a = sorted([Item(x * 2, y), Item(y, x)], key=attrgetter('cost'))
    r = a[0].gain * 3 + a[1].cost
    return r


@case((1.2, 0.7))
def alone_zip_longest(x, y):
    r = 0.0
    for a, b in zip_longest([x, y, x * y], [y, 2.0], fillvalue=1.5):
        r = r + a * b
    return r


@case((1.2, 0.7))
def alone_zip_longest_none(x, y):
    r = 0.0
    for a, b in zip_longest([x, y, x * y], [y, 2.0]):
        r = r + a * (b if b is not None else 3.0)
    return r


@case((1.2, 0.7))
def alone_accumulate_mul(x, y):
    r = 0.0
    for v in accumulate([x, y, x * y], operator.mul, initial=2.0):
        r = r * 0.5 + v
    return r


@case((1.2, 0.7))
def alone_accumulate_lambda(x, y):
    *_, r = accumulate([x, y, x * y], lambda a, b: a * y + b)
    return r


@case((1.2, 0.7))
def alone_product_repeat(x, y):
    r = 0.0
    for a, b in product([x, y], repeat=2):
        r = r * 0.5 + a * b
    return r


@case((1.2, 0.7))
def alone_permutations(x, y):
    r = 0.0
    for a, b in permutations([x, y, x * y], 2):
        r = r + (a - b) ** 2 * a
    return r


@case((1.2, 0.7))
def alone_groupby(x, y):
    r = 0.0
    for key, group in groupby([('a', x), ('a', y), ('b', x * y)], key=lambda p: p[0]):
        r = r * x + sum(v for _, v in group)
    return r


@case((1.2, 0.7))
def alone_dict_pop_popitem(x, y):
    d = {'a': x, 'b': y, 'c': x * y}
    k, v = d.popitem()
    r = v * d.pop('a') + sum(d.values())
    return r


@case((1.2, 0.7))
def alone_dict_graph(x, y):
    graph = {'a': ['b', 'c'], 'b': ['c'], 'c': []}
    value = {'a': x, 'b': 0.0, 'c': 0.0}
    for node, nexts in graph.items():
        for n in nexts:
            value[n] += value[node] * y
    r = value['c'] * x + value['b']
    return r


@case((1.2, 0.7))
def alone_dict_memo(x, y):
    memo = {}
    def fib(n):
        if n < 2:
            return x if n else y
        if n not in memo:
            memo[n] = fib(n - 1) * 0.5 + fib(n - 2)
        return memo[n]
    r = fib(5)
    return r


@case((1.2, 0.7))
def alone_list_worklist(x, y):
    work = [x]
    r = 0.0
    while work:
        v = work.pop()
        r = r + v * v
        if v > 0.4:
            work.append(v * 0.5)
            work.append(v * 0.3)
    return r


@case((1.2, 0.7))
def alone_list_stack_tuples(x, y):
    stack = [(x, 3)]
    r = 0.0
    while stack:
        v, n = stack.pop()
        if n == 0:
            r = r + v * v
        else:
            stack.append((v * y, n - 1))
            stack.append((v + y, n - 1))
    return r


@case((1.2, 0.7))
def alone_best_none(x, y):
    best = None
    for v in [x, y, x * y]:
        if best is None or v * v < best:
            best = v * v
    r = best * y
    return r


@case((1.2, 0.7))
def alone_prev_none(x, y):
    prev = None
    r = 0.0
    for v in [x, y, x * y]:
        if prev is not None:
            r += (v - prev) ** 2 * v
        prev = v
    return r


@case((1.2, 0.7))
def alone_sum_start_lists(x, y):
    a = sum([[x], [y, x * y]], [])
    r = a[0] * a[2] + a[1]
    return r


@case((1.2, 0.7))
def alone_heapq(x, y):
    heap = []
    for v in [x * 2, y, x * y]:
        heapq.heappush(heap, v)
    a = heapq.heappop(heap)
    b = heapq.heappop(heap)
    r = a * a * b
    return r


@case((1.2, 0.7))
def alone_heapq_pairs(x, y):
    heap = [(1, x), (0, y)]
    heapq.heapify(heap)
    heapq.heappush(heap, (2, x * y))
    r = 1.0
    while heap:
        k, v = heapq.heappop(heap)
        r = r * v + k
    return r


@case((1.2, 0.7))
def alone_bisect(x, y):
    k = bisect.bisect([0.0, 0.5, 1.0, 1.5], x)
    r = x * k * y
    return r


@case((1.2, 0.7))
def alone_zip_star(x, y):
    pairs = [(x, y), (y, x * y)]
    a, b = zip(*pairs)
    r = a[0] * b[1] + a[1] * b[0]
    return r


@case((1.2, 0.7))
def alone_argmin_list(x, y):
    v = [x * 2, y, x * y]
    k = min(range(3), key=lambda i: v[i])
    r = v[k] * v[k - 1]
    return r
