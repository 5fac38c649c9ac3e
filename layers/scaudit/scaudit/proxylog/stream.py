"""The stream to the control plane. That it ends is routine: the control plane resets it every half hour, the agent's
bootstrap after 40 minutes (amazon-ecs-service-connect-agent, pull requests 124 and 130). Envoy opens it again with a
back-off of at most 30 s and says nothing at level info when it stands (runs; Envoy's grpc_stream.h)."""

from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Told, moment, shown
from scaudit.proxylog.run import Run, noted

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
    if run.closed_last and run.closed_last.text == mark.text:
        return
    run.in_a_row = REPEATED if _goes_on(since) else run.in_a_row + 1 if _soon(run, told) else 1
    run.closed += 1
    run.closed_last, run.closed_at = mark, told.stamp
    run.code = int(code) if code.isdecimal() and len(code) < 4 else None
    run.refused = shown(reason) or run.refused
    run.lost = mark if run.in_a_row >= REPEATED else None
    run.was_lost = run.was_lost or bool(run.lost and run.ready)


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


def _soon(run: Run, told: Told) -> bool:
    before, now = moment(run.closed_at), moment(told.stamp)
    return bool(before and now and (now - before).total_seconds() <= LONGEST_RETRY)


def _goes_on(since: str) -> bool:
    """` since 31s ago`. A longer time means that the last end of this code was one of long ago: only a message clears
    it, and a stream that is opened again may have none to send."""
    digits = since.removeprefix(" since ").removesuffix("s ago")
    return digits.isdecimal() and len(digits) < 4 and float(digits) <= LONGEST_RETRY
