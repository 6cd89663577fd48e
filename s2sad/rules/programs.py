"""What Python does to a list or a dict as a whole, as small programs on its elements.

They are compiled in the place of the operation: stores to slices, ``sort``, ``sorted(key=...)``, the methods of `deque`,
`defaultdict` and `OrderedDict`, the functions of `heapq`.  Without types, and without comments, which would turn up in
the generated code.
"""

from s2sad.prelude import _order

# mypy: ignore-errors

# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────


def clipped(place, size):
    if place < 0:
        return max(place + size, 0)
    return min(place, size)


def set_slice(items, start, stop, values):
    size = len(items)
    first = 0 if start is None else clipped(start, size)
    last = size if stop is None else max(clipped(stop, size), first)
    new = list(values)
    if last - first == len(new):
        for k in range(len(new)):
            items[first + k] = new[k]
    else:
        for _ in range(last - first):
            items.pop(first)
        for k in range(len(new)):
            items.insert(first + k, new[k])


def set_all(items, values):
    new = list(values)
    if len(items) == len(new):
        for k in range(len(new)):
            items[k] = new[k]
    else:
        for _ in range(len(items)):
            items.pop()
        for item in new:
            items.append(item)


def delete_slice(items, start, stop):
    size = len(items)
    first = 0 if start is None else clipped(start, size)
    last = size if stop is None else max(clipped(stop, size), first)
    for _ in range(last - first):
        items.pop(first)


def clear(items):
    for _ in range(len(items)):
        items.pop()


def sorted_by(items, key, reverse=False):
    values = list(items)
    scores = [key(value) for value in values]
    return [values[k] for k in _order(scores, reverse)]


def sorted_objects(items, reverse=False):
    values = list(items)
    return [values[k] for k in _order(values, reverse)]


def sort(items, reverse=False):
    new = sorted(items, reverse=reverse)
    for k in range(len(new)):
        items[k] = new[k]


def sort_by(items, key, reverse=False):
    new = sorted_by(items, key, reverse)
    for k in range(len(new)):
        items[k] = new[k]


def total_of(items, start=0):
    total = start
    for item in items:
        total = total + item
    return total


# ── deques, as lists ─────────────────────────────────────────────────────────────────────────────────────


def shorten(items, limit):
    if len(items) > limit:
        items.pop(0)


def shorten_at_end(items, limit):
    if len(items) > limit:
        items.pop()


def append_left(items, item):
    items.insert(0, item)


def extend_left(items, new):
    for item in new:
        items.insert(0, item)


def rotate(items, n=1):
    if len(items) > 0:
        for _ in range(n):
            items.insert(0, items.pop())
        for _ in range(-n):
            items.append(items.pop(0))


# ── dicts ────────────────────────────────────────────────────────────────────────────────────────────────


def last_item(items):
    key = list(items)[-1]
    return key, items.pop(key)


def first_item(items):
    key = list(items)[0]  # noqa: RUF015
    return key, items.pop(key)


def to_end(items, key):
    items[key] = items.pop(key)


def fill_in(items, key, make):
    if key not in items:
        items[key] = make()


# ── heaps: in the order in which `heapq` leaves their elements ───────────────────────────────────────────────


def rise(heap, start, position):
    item = heap[position]
    while position > start:
        parent = (position - 1) // 2
        if not item < heap[parent]:
            break
        heap[position] = heap[parent]
        position = parent
    heap[position] = item


def sink(heap, start):
    size, item, position = len(heap), heap[start], start
    while 2 * position + 1 < size:
        child = 2 * position + 1
        if child + 1 < size and not heap[child] < heap[child + 1]:
            child += 1
        heap[position] = heap[child]
        position = child
    heap[position] = item
    rise(heap, start, position)


def heappush(heap, item):
    heap.append(item)
    rise(heap, 0, len(heap) - 1)


def heappop(heap):
    first = heap.pop()
    if len(heap) > 0:
        last = first
        first = heap[0]
        heap[0] = last
        sink(heap, 0)
    return first


def heapify(heap):
    for position in range(len(heap) // 2 - 1, -1, -1):
        sink(heap, position)
