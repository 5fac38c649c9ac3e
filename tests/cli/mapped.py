"""Maps to draw: of any size, and with names that would do harm."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from scaudit.model.places import Place, Subject
from scaudit_cli.map.callers import Caller, Callers
from scaudit_cli.map.model import Map, Row, State, Trouble
from tests.builders import NOW, REGION

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'--></style></title><svg onload=alert(1)>",
    "{style}{0.__class__}",
    "user\u202etxt.exe\u2066\u200f",
    "zero\x00\x1b[2J\r\n\ud800",
    "&lt;b&gt; &amp;amp;",
    "x" * 5000,
)


def row(name: str, *clients: str, state: State = State.FINE, **changes: Any) -> Row:
    """An endpoint of a service of its own in the cluster tutorial, and the services that name it."""
    known: dict[str, Any] = {
        "place": Place(REGION, "tutorial", name),
        "endpoint": f"{name}-http",
        "namespace": "shop",
        "aliases": (f"{name}.shop:8080",),
        "registered": 3,
        "running": 3,
        "desired": 3,
        "callers": Callers(tuple(Caller(f"tutorial/{client}") for client in clients)),
        "state": state,
        "says": f"SC203 {name} is wrong" if state else "",
        "since": NOW - timedelta(hours=5) if state else None,
    }
    return Row(**known | changes)


def trouble(of: Row, **changes: Any) -> Trouble:
    """What is wrong with an endpoint."""
    known: dict[str, Any] = {
        "state": of.state,
        "place": of.place,
        "subject": Subject("SC203", of.endpoint),
        "sentence": of.says,
        "fix": "Force a new deployment.",
        "since": of.since,
        "facts": ("2 tasks",),
    }
    return Trouble(**known | changes)


def shown(*rows: Row, **changes: Any) -> Map:
    """A map of these endpoints, with their troubles."""
    known: dict[str, Any] = {
        "source": "stack scaudit",
        "at": NOW,
        "state": max((each.state for each in rows), default=State.FINE),
        "summary": f"{len(rows)} endpoints",
        "rows": rows,
        "troubles": tuple(trouble(each) for each in rows if each.state > State.UNKNOWN),
        "doubts": (),
        "looked_at": ("all of it",),
    }
    return Map(**known | changes)


def estate(size: int) -> Map:
    """So many endpoints, each named by up to three that come before it; a tenth of them is in trouble."""
    states = [*list(State)[1:], *[State.FINE] * 45]
    return shown(
        *(
            row(f"service-{n:04}", *{f"service-{n * k // 7:04}" for k in range(n % 4)}, state=states[n % len(states)])
            for n in range(size)
        )
    )


def hostile() -> Map:
    """Everything from outside is hostile."""
    rows = [
        row(
            name,
            *HOSTILE,
            place=Place(name, name, name),
            endpoint=name,
            namespace=name,
            aliases=(name, name),
            state=State.CRITICAL,
            says=name,
        )
        for name in HOSTILE
    ]
    return shown(*rows, source=HOSTILE[0], summary=HOSTILE[1], doubts=HOSTILE, looked_at=HOSTILE)


def cells(text: str) -> list[list[str]]:
    """The text of each cell, by row, without the head."""
    rows = re.findall(r'<tr role="row" class="\w+">(.*?)</tr>', text, re.DOTALL)
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", each)]
        for each in rows
    ]
