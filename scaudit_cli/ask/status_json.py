"""What a stack knows as one JSON object; its fields are an interface (docs/operating.md)."""

import json
from typing import Any, TextIO

from scaudit import __version__
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
        "problems": [_problem(status, each) for each in status.problems],
        "regions": [_region(each) for each in status.regions],
        "dead_letters": status.dead_letters,
        "doubts": status.doubts,
        "summary": {**status.counts(), "tasks": tasks, "verified": verified},
    }
    out.write(json.dumps(told, indent=2) + "\n")


def _region(region: Overview) -> dict[str, Any]:
    clusters = [
        {
            "cluster": s.cluster,
            "swept_at": iso(s.at),
            "services": s.services,
            "tasks": s.tasks,
            "verified": s.verified,
        }
        for s in region.swept
    ]
    return {
        "region": region.region,
        "heartbeat_at": iso(region.heartbeat),
        "clusters": clusters,
        "unswept": list(region.unswept),
    }


def _problem(status: Status, problem: Problem) -> dict[str, Any]:
    announced = problem.announced
    return {
        "id": problem.subject.check,
        "severity": severity(problem).word,
        "region": problem.place.region,
        "cluster": problem.place.cluster,
        "service": problem.place.service,
        "endpoint": problem.subject.endpoint,
        "since": iso(since(problem)),
        "announced_at": iso(announced.told_at if announced else None),
        "quiet": status.quiet(problem),
        "count": problem.count,
        "members": [m.id for m in problem.samples],
        "message": next((m.sentence for m in problem.samples), ""),
    }
