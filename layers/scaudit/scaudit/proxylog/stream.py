"""The stream to the control plane. That it ends is routine: the control plane resets it every half hour, the agent's
bootstrap after 40 minutes (amazon-ecs-service-connect-agent, pull requests 124 and 130). Envoy opens it again with a
back-off of at most 30 s and says nothing at level info when it stands (runs; Envoy's grpc_stream.h)."""

from datetime import datetime

from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Mark, Told, moment, shown
from scaudit.proxylog.run import Ends, Run, keep, noted

_OF_ALL = "AggregatedResources"
LONGEST_RETRY = 60.0
"""Seconds: the longest back-off of 30 s and time for the try itself. A stream that ends later has stood in between."""
REPEATED = 3
"""Ends in a row, each soon after the one before, from which the control plane is lost: one is routine, and the first
try after it may still meet a socket that is being replaced."""


def closed(life: Life, told: Told) -> None:
    """`StreamAggregatedResources gRPC config stream [to X] closed[ since Ns ago]: CODE, REASON`. Ends of code 4, 8 and
    14 are told only once they have gone on for 30 s; these lines say since when."""
    stream, found, rest = told.text.partition(" gRPC config stream ")
    if not found or " " in stream or not life.speaks(told):
        return
    since, _, told_why = rest.partition("closed")[2].partition(": ")
    code, comma, reason = told_why.partition(",")
    if not comma:
        return
    run, mark = life.run, noted(told)
    if not stream.endswith(_OF_ALL):
        _closed_for_one(run, told, stream, goes_on=_goes_on(since))
        return
    if run.closed_last and run.closed_last.text == mark.text:
        return
    run.in_a_row = REPEATED if _goes_on(since) else run.in_a_row + 1 if _are_soon(run.closed_at, told.stamp) else 1
    run.closed += 1
    run.closed_last, run.closed_at = mark, told.stamp
    run.code = int(code) if code.isdecimal() and len(code) < 4 else None
    run.refused = shown(reason) or run.refused
    run.lost = mark if run.in_a_row >= REPEATED else None
    run.was_lost = run.was_lost or bool(run.lost and run.ready)


def _closed_for_one(run: Run, told: Told, stream: str, *, goes_on: bool) -> None:
    """The end of a stream for one kind alone: `StreamSecrets`, `DeltaSecrets`, `StreamRoutes` ..."""
    before = run.single.get(stream)
    if before and before.last.text == noted(told).text:
        return
    in_a_row = before.in_a_row + 1 if before and _are_soon(before.at, told.stamp) else 1
    keep(run.single, stream, Ends(REPEATED if goes_on else in_a_row, told.stamp, noted(told)))


def lost_for_one(life: Life) -> dict[str, Mark]:
    """The streams for one kind alone that end again and again up to the log's end, by name, each with its last end.
    That one is back no line at level info tells, so that nothing more is known of it."""
    now = life.latest_at
    return {
        stream: ends.last
        for stream, ends in life.run.single.items()
        if ends.in_a_row >= REPEATED and now and _seconds(life.in_utc(ends.at), now) <= LONGEST_RETRY
    }


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0


def is_back(run: Run) -> None:
    """A message came: the stream stands."""
    if run.closed_at:
        run.lost, run.in_a_row, run.closed_at = None, 0, ""


def outlasted(life: Life) -> bool:
    """Whether the log goes on for longer than any retry takes after the stream's last end. How far Envoy's clock is
    from the agent's is not known once it was set back."""
    if life.latest_is_agents and life.run.set_back:
        return False
    end, now = life.in_utc(life.run.closed_at), life.latest_at
    return bool(end and now and (now - end).total_seconds() > LONGEST_RETRY)


def _are_soon(before: str, now: str) -> bool:
    """Whether so little time lies between two ends that the stream has not stood in between."""
    earlier, later = moment(before), moment(now)
    return bool(earlier and later and (later - earlier).total_seconds() <= LONGEST_RETRY)


def _goes_on(since: str) -> bool:
    """` since 31s ago`. A longer time means that the last end of this code was one of long ago: only a message clears
    it, and a stream that is opened again may have none to send."""
    digits = since.removeprefix(" since ").removesuffix("s ago")
    return digits.isdecimal() and len(digits) < 4 and float(digits) <= LONGEST_RETRY
