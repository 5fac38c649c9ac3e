"""The picture: services as boxes, and lines from each client to what it names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from scaudit.model.sentences import clean
from scaudit_cli.ask.form import count
from scaudit_cli.map.layers import HEIGHT, WIDTH, Drawing, Edge, Point, lay_out
from scaudit_cli.map.markup import Html, html, together
from scaudit_cli.map.model import Row, State

EVERYTHING = 40
"""Up to so many endpoints all of them are drawn; of more, only what is wrong and who calls it, or is called by it."""
MOST, MOST_LINES = 60, 200
"""Boxes and lines. Nobody can look through more of them."""
WIDE, NARROW = 6, 2
"""Boxes in a row: on a screen or on paper, and on a telephone."""
_INSET = 12
_LONGEST, _ROOMY = 22, 18
"""Characters of a name that a box has room for, and from how many on they are set as close as it takes."""
_MARGIN = 2
_SMALLEST = 0.7
"""Of its size a picture may be shown before it is wider than its place, and moves in it."""
Box = tuple[State, Sequence[Row]]


def picture(rows: Sequence[Row]) -> Html:
    """The picture with its caption, drawn twice: the page shows the one that fits."""
    services, edges = _graph(rows)
    names = _drawn(services, edges, everything=len(rows) <= EVERYTHING)
    if not names:
        return html("<p>No picture: there is nothing to draw, or nothing is wrong in what was looked at.</p>")
    between = sorted((edge for edge in edges if names >= set(edge)), key=lambda edge: (-services[edge[1]][0], edge))
    lines = {edge: edges[edge] for edge in between[:MOST_LINES]}
    told = _caption(
        len(names),
        len(services),
        count(len(between), "line") if len(lines) == len(between) else f"{len(lines)} of {len(between)} lines",
    )
    drawn = together(
        html(
            '<div class="{name}" tabindex="0" role="region" aria-label="Picture">{svg}</div>',
            name=name,
            svg=_svg(lay_out(names, lines, per_row), services, lines, told),
        )
        for name, per_row in (("wide", WIDE), ("narrow", NARROW))
    )
    return html("<figure>{drawn}<figcaption>{told}</figcaption></figure>", drawn=drawn, told=told)


def _graph(rows: Sequence[Row]) -> tuple[dict[str, Box], dict[Edge, bool]]:
    """Every service with its state, by Region and name, and who names whom; True where that is certain."""
    services: dict[str, list[Row]] = defaultdict(list)
    edges: dict[Edge, bool] = {}
    for row in rows:
        me = f"{row.place.region} {row.place.name}"
        services[me].append(row)
        for caller in row.callers.known if row.callers else ():
            edge = f"{row.place.region} {caller.name}", me
            edges[edge] = edges.get(edge, False) or caller.certain
    return {name: (max(row.state for row in its), its) for name, its in services.items()}, edges


def _drawn(services: Mapping[str, Box], edges: Iterable[Edge], *, everything: bool) -> set[str]:
    """The services to draw: the worst first, then those that they call, or that call them."""
    if everything:
        return set(services)
    worst = sorted(
        (name for name, (state, _) in services.items() if state >= State.UNKNOWN),
        key=lambda name: (-services[name][0], name),
    )
    near = {other for edge in edges if not set(edge).isdisjoint(worst) for other in edge} & services.keys()
    return set([*worst, *sorted(near - set(worst))][:MOST])


def _caption(drawn: int, known: int, lines: str) -> str:
    what = (
        f"{'All ' * (drawn > 1)}{count(drawn, 'service')}"
        if drawn == known
        else f"{drawn} of {known} services: what is wrong or not known, and its neighbours"
    )
    return (
        f"{what}. A line leads from a client down to a service that its task definition names, or that it "
        f"was counted calling ({lines}); it is "
        "broken where the name may be another word. The table below tells all of it in words."
    )


def _svg(drawing: Drawing, services: Mapping[str, Box], lines: Mapping[Edge, bool], told: str) -> Html:
    paths: dict[tuple[bool, bool], dict[str, None]] = defaultdict(dict)
    for edge, points in drawing.lines.items():
        kind = lines[edge], services[edge[1]][0] > State.UNKNOWN
        paths[kind] |= dict.fromkeys(_segments(points))
    drawn = together(
        html(
            '<path class="{kind}" d="{d}"/>',
            kind=" ".join(("line", *(["perhaps"] if not certain else []), *(["bad"] if bad else []))),
            d=Html("".join(segments)),  # numbers and letters of ours, as long as they are
        )
        for (certain, bad), segments in paths.items()
    )
    boxes = together(_box(*services[name], at) for name, at in sorted(drawing.boxes.items()))
    size = {"width": drawing.width + 2 * _MARGIN, "height": drawing.height + 2 * _MARGIN}
    return html(
        '<svg role="img" aria-label="{told}" width="{width}" height="{height}" viewBox="-{margin} -{margin} {width} '
        '{height}" style="min-width:{least}px">{drawn}{boxes}</svg>',
        told=told,
        margin=_MARGIN,
        least=int(drawing.width * _SMALLEST),
        drawn=drawn,
        boxes=boxes,
        **size,
    )


def _segments(points: Sequence[Point]) -> Iterable[str]:
    """Bent between rows, straight across them, and with a head at the end."""
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) // 2
        yield f"M{x} {y}V{to_y}" if x == to_x else f"M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y}"
    x, y = points[-1]
    back = -6 if points[-2][1] < y else 6
    yield f"M{x - 4} {y + back}L{x} {y}L{x + 4} {y + back}"


def _box(state: State, rows: Sequence[Row], at: Point) -> Html:
    x, y = at
    first = rows[0]
    name = clean(first.place.name)
    # The end of a long name tells more than its beginning, which is the cluster.
    short = name if len(name) <= _LONGEST else f"…{name[1 - _LONGEST :]}"
    room = WIDTH - 2 * _INSET
    fit = html(' textLength="{room}" lengthAdjust="spacingAndGlyphs"', room=room) if len(short) > _ROOMY else Html()
    tasks = "tasks not known" if first.running is None else f"{first.running}/{first.desired} tasks"
    return html(
        '<g class="box {state}" transform="translate({x} {y})"><title>{name}: {word}; {tasks}</title>'
        '<rect width="{width}" height="{height}" rx="6"/><text x="{inset}" y="21" class="name"{fit}>{short}</text>'
        '<text x="{inset}" y="40">{word} · {tasks}</text></g>',
        state=state.name.lower(),
        x=x,
        y=y,
        name=name,
        word=state.word,
        tasks=tasks,
        short=short,
        fit=fit,
        inset=_INSET,
        width=WIDTH,
        height=HEIGHT,
    )
