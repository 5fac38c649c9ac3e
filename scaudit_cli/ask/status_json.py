"""What a stack knows as one JSON object; its fields are an interface (docs/operating.md)."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from scaudit import __version__
from scaudit.model import Status as Answer
from scaudit.store.overview import Overview, Problem
from scaudit_cli.ask.form import iso
from scaudit_cli.ask.status import Status, severity, since

SCHEMA = 1


def write(status: Status, out: TextIO) -> None:
    """Write it for machines; every problem is listed."""
    verified, tasks = status.tasks
    told = {
        "schema": SCHEMA,
        "scaudit": __version__,
        "stack": status.stack,
        "account": status.account,
        "at": iso(status.at),
        "problems": [problem(status, each) for each in status.problems],
        "regions": [_region(each) for each in status.regions],
        "dead_letters": status.dead_letters,
        "doubts": status.doubts,
        "summary": {**status.counts(), "tasks": tasks, "verified": verified, **_open(status.regions)},
    }
    out.write(json.dumps(told, indent=2) + "\n")


def _region(region: Overview) -> dict[str, Any]:
    clusters = [
        {
            "cluster": s.cluster,
            "swept_at": iso(s.at),
            "services": s.services,
            "tasks": s.tasks,
            "verified": region.verified(s),
            **_open([region], s.cluster),
        }
        for s in region.swept
    ]
    return {
        "region": region.region,
        "heartbeat_at": iso(region.heartbeat),
        "clusters": clusters,
        "unswept": list(region.unswept),
    }


def _open(regions: Iterable[Overview], cluster: str = "") -> dict[str, int]:
    """How many tasks are pending and unknown; of one cluster where it is named."""
    found = [each for region in regions for each in region.undecided if cluster in ("", each.where)]
    return {
        status.value: sum(each.tasks for each in found if each.status is status)
        for status in (Answer.PENDING, Answer.UNKNOWN)
    }


def problem(status: Status, known: Problem) -> dict[str, Any]:
    """One problem as machines read it."""
    return {
        "id": known.subject.check,
        "severity": severity(known).word,
        "region": known.place.region,
        "cluster": known.place.cluster,
        "service": known.place.service,
        "endpoint": known.subject.endpoint,
        "since": iso(since(known)),
        "announced_at": iso(status.told_at(known)),
        "well_since": iso(known.clear.clear_since if known.clear else None),
        "quiet": status.quiet(known),
        "count": known.count,
        "members": [m.id for m in known.samples],
        "message": next((m.sentence for m in known.samples), ""),
    }
