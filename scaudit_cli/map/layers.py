"""Boxes in rows, clients above what they call: a small layered layout (Sugiyama), never wider than so many boxes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from scaudit.values import dataclass

WIDTH, HEIGHT, GAP, DROP, PASS = 176, 52, 20, 46, 12
"""Pixels: of a box, between two in a row, between two rows, and the room for a line that passes a row."""
_SWEEPS = 4
Edge = tuple[str, str]
_Stop = tuple[str, bool, int]
"""Where the lines to one box that pass a row meet: the box, whether they lead up to it, and the row."""
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The upper left corner of each box, and of each edge the points that its line goes through, straight across rows
    and bent between them."""

    width: int
    height: int
    boxes: Mapping[str, Point]
    lines: Mapping[Edge, tuple[Point, ...]]


def lay_out(names: Iterable[str], edges: Iterable[Edge], per_row: int) -> Drawing:
    """Lay out these boxes with these edges (client, service) in rows of at most `per_row`. Edges to itself, or to what
    is no box, are left out. Lines to one box meet on the way: what they have in common is drawn once."""
    known = set(names)
    nodes, wanted = sorted(known), sorted({(a, b) for a, b in edges if a != b and known >= {a, b}})
    back = _backward(nodes, wanted)
    down = {(b, a) if (a, b) in back else (a, b) for a, b in wanted}
    level = _levels(nodes, down, per_row)
    paths = {edge: _path(edge, level) for edge in wanted}
    rows = _ordered(nodes, level, paths.values())
    centre, width = _placed(rows)
    top = {number: number * (HEIGHT + DROP) for number in range(len(rows))}
    boxes = {name: (centre[name] - WIDTH // 2, top[level[name]]) for name in nodes}
    lines = {edge: tuple(_points(path, centre, level, top)) for edge, path in paths.items()}
    return Drawing(width, max(0, len(rows) * (HEIGHT + DROP) - DROP), boxes, lines)


def _backward(nodes: Sequence[str], edges: Sequence[Edge]) -> set[Edge]:
    """The edges that close a circle, as one walk through all of them meets them."""
    after: dict[str, list[str]] = defaultdict(list)
    called = {b for _, b in edges}
    for a, b in edges:
        after[a].append(b)
    found: set[Edge] = set()
    open_: set[str] = set()
    seen: set[str] = set()
    for root in sorted(nodes, key=lambda node: node in called):
        walk = [(root, iter(after[root]))] if root not in seen else []
        seen.add(root)
        open_.update(node for node, _ in walk)
        while walk:
            node, rest = walk[-1]
            following = next(rest, None)
            if following is None:
                open_.discard(node)
                walk.pop()
            elif following in open_:
                found.add((node, following))
            elif following not in seen:
                seen.add(following)
                open_.add(following)
                walk.append((following, iter(after[following])))
    return found


def _levels(nodes: Sequence[str], down: Collection[Edge], per_row: int) -> dict[str, int]:
    """The row of each box: beneath all that call it, in the first that has room. Those without any line come last."""
    above: dict[str, set[str]] = defaultdict(set)
    beneath: dict[str, set[str]] = defaultdict(set)
    for a, b in down:
        above[b].add(a)
        beneath[a].add(b)
    level: dict[str, int] = {}
    taken: dict[int, int] = defaultdict(int)
    waiting = {node: len(above[node]) for node in nodes if above[node] or beneath[node]}
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        ready.sort(key=lambda node: (max((level[a] for a in above[node]), default=-1), node), reverse=True)
        node = ready.pop()
        first = max((level[a] + 1 for a in above[node]), default=0)
        level[node] = next(n for n in range(first, first + len(nodes) + 1) if taken[n] < per_row)
        taken[level[node]] += 1
        for one in beneath[node]:
            waiting[one] -= 1
            ready += [one] if not waiting[one] else []
    begin = max(level.values(), default=-1) + 1
    alone = [node for node in nodes if node not in level]
    return level | {node: begin + number // per_row for number, node in enumerate(alone)}


def _path(edge: Edge, level: Mapping[str, int]) -> list[str | _Stop]:
    """What a line goes through, from its client to what it calls."""
    a, b = edge
    step = 1 if level[a] < level[b] else -1
    return [a, *((b, step < 0, row) for row in range(level[a] + step, level[b], step)), b]


def _ordered(
    nodes: Sequence[str], level: Mapping[str, int], paths: Iterable[Sequence[str | _Stop]]
) -> list[list[str | _Stop]]:
    """The rows, each in an order that keeps close what is joined: by the mean place of its neighbours, some times down
    and up again."""
    rows: list[list[str | _Stop]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    joined: dict[str | _Stop, set[str | _Stop]] = defaultdict(set)
    for path in paths:
        for a, b in pairwise(path):
            joined[a].add(b)
            joined[b].add(a)
    for node in nodes:
        rows[level[node]].append(node)
    for stop in sorted(each for each in joined if not isinstance(each, str)):
        rows[stop[2]].append(stop)
    place = {each: number - len(row) / 2 for row in rows for number, each in enumerate(row)}
    for sweep in range(_SWEEPS):
        for number, row in list(enumerate(rows))[:: -1 if sweep % 2 else 1]:
            beyond = number + 1 if sweep % 2 else number - 1
            mean: dict[str | _Stop, float] = {}
            for each in row:
                near = [place[other] for other in joined[each] if _row(other, level) == beyond]
                mean[each] = sum(near) / len(near) if near else place[each]
            row.sort(key=mean.__getitem__)
            place |= {each: at - len(row) / 2 for at, each in enumerate(row)}
    return rows


def _row(of: str | _Stop, level: Mapping[str, int]) -> int:
    return level[of] if isinstance(of, str) else of[2]


def _placed(rows: Sequence[Sequence[str | _Stop]]) -> tuple[dict[str | _Stop, int], int]:
    """The middle of everything, each row in the middle of the drawing; and how wide this is."""
    widths = [[WIDTH + GAP if isinstance(each, str) else PASS for each in row] for row in rows]
    width = max(map(sum, widths), default=0)
    centre: dict[str | _Stop, int] = {}
    for row, its in zip(rows, widths, strict=True):
        left = (width - sum(its)) // 2
        for each, wide in zip(row, its, strict=True):
            centre[each] = left + wide // 2
            left += wide
    return centre, width


def _points(
    path: Sequence[str | _Stop], centre: Mapping[str | _Stop, int], level: Mapping[str, int], top: Mapping[int, int]
) -> Iterable[Point]:
    upward = _row(path[0], level) > _row(path[-1], level)
    for each in path:
        head = top[_row(each, level)]
        sides = (head + HEIGHT, head) if upward else (head, head + HEIGHT)
        enters, leaves = ((centre[each], y) for y in sides)
        yield from (leaves,) if each is path[0] else (enters,) if each is path[-1] else (enters, leaves)
