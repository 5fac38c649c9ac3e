"""Whether a task was verified, in words and for machines."""

from collections.abc import Iterator
from typing import Any

from scaudit_cli.ask.form import count, iso, minute
from scaudit_cli.ask.verified import MOST, Verified


def words(of: Verified) -> Iterator[str]:
    """When a task was last verified and how, and the first and the last line of it."""
    if not of.lines:
        yield f"no line of the audit log names it since {minute(of.since)}: it is older, or its id is another one"
        return
    last, first, found = of.lines[0], of.lines[-1], of.verified
    if found:
        yield f"last verified {minute(found.at)}: {found.verdict}; {_checks(of)}"
    else:
        yield f"never verified: no look since {minute(of.since)}, as far back as was asked, could"
    if found is not last:
        yield f"last looked at {minute(last.at)}: {last.verdict}" + (f", {last.reason}" if last.reason else "")
    number = f"{MOST} lines or more" if len(of.lines) >= MOST else count(len(of.lines), "line")
    yield (
        f"{number} of the audit log name it: the first of {minute(first.at)} ({first.verdict}), "
        f"the last of {minute(last.at)} ({last.verdict})"
    )


def _checks(of: Verified) -> str:
    if not (of.own and of.own.checks):
        return "which checks tells an earlier line of its own, which it has once a day"
    failed, passed = of.own.checks
    fails = f"{', '.join(failed)} failed, " if failed else ""
    problem = f"; {of.own.problem}" if of.own.problem else ""
    return f"{fails}{count(len(passed), 'check')} passed{problem}"


def as_json(of: Verified) -> dict[str, Any]:
    """The same for machines."""
    last, found = (of.lines[0] if of.lines else None), of.verified
    region, cluster, service = last.place if last else ("", "", "")
    failed, passed = (of.own and of.own.checks) or ((), ())
    return {
        "id": of.task,
        "region": region,
        "cluster": cluster,
        "service": service,
        "verified_at": iso(found.at if found else None),
        "verdict": last.verdict if last else None,
        "failed": list(failed),
        "passed": list(passed),
        "problem": of.own.problem if of.own else "",
        "first_at": iso(of.lines[-1].at if of.lines else None),
        "last_at": iso(last.at if last else None),
        "lines": len(of.lines),
    }
