"""A container's clock that is set back, by NTP or where its local time leaves daylight saving time: what a log says in
its order stays said."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from scaudit.proxylog import read_proxy_log
from scaudit.proxylog.lines import STAMP
from tests.proxylog.lives import LIVES
from tests.proxylog.told import HEALTHY, agent, closed, envoy
from tests.proxylog.transcripts import TRANSCRIPTS

LOGS = {one.name: one.lines for one in (*TRANSCRIPTS, *LIVES)}
HOUR = timedelta(hours=1)
Later = Callable[[datetime, str], timedelta]


def moved(line: str, by: Later) -> str:
    """The line as a clock that is ahead by so much would have it."""
    found = STAMP.match(line)
    if not found:
        return line
    at = datetime.fromisoformat(found[1])
    return f"[{(at + by(at, line)).isoformat(sep=' ', timespec='milliseconds')}{line[found.end() - 1 :]}"


def is_agents(line: str) -> bool:
    return "[AppNet Agent]" in line[:140]


def part(lines: tuple[str, ...], share: float) -> datetime:
    """When so much of the log's time was over."""
    times = [datetime.fromisoformat(found[1]) for line in lines if (found := STAMP.match(line))]
    return min(times) + (max(times) - min(times)) * share if times else datetime.fromisoformat("0001-01-01")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("seconds", [2, 30, 3600])
@pytest.mark.parametrize("name", LOGS)
def test_a_clock_that_is_set_back_changes_no_verdict(name: str, seconds: int, share: float) -> None:
    since, back = part(LOGS[name], share), timedelta(seconds=-seconds)
    found = read_proxy_log(moved(line, lambda at, _: back if at >= since else timedelta()) for line in LOGS[name])
    assert (found.verdict, found.frozen) == (read_proxy_log(LOGS[name]).verdict, read_proxy_log(LOGS[name]).frozen)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("name", LOGS)
def test_nor_does_the_end_of_summer_where_envoy_writes_local_time(name: str, share: float) -> None:
    since = part(LOGS[name], share)

    def local(at: datetime, line: str) -> timedelta:
        return timedelta() if is_agents(line) else 2 * HOUR if at < since else HOUR

    found = read_proxy_log(moved(line, local) for line in LOGS[name])
    assert (found.verdict, found.frozen) == (read_proxy_log(LOGS[name]).verdict, read_proxy_log(LOGS[name]).frozen)


def test_endpoints_that_never_came_are_not_the_agents_own(name: str = "e1-eds-never.log") -> None:
    """The agent's bootstrap gives those of its own cluster up before any clusters are there."""
    since = part(LOGS[name], 0.5)
    found = read_proxy_log(moved(line, lambda at, _: -HOUR if at >= since else timedelta()) for line in LOGS[name])
    assert "it got no ClusterLoadAssignment in time" in found.why


@pytest.mark.parametrize("back", [True, False])
def test_how_far_the_two_clocks_are_apart_is_not_known_once_one_was_set_back(back: bool) -> None:
    """The stream ends again and again, also in the new hour; a minute later the agent speaks, by UTC."""
    ends = [closed(second) for second in (0, 20, 40)]
    last = moved(closed(50), lambda *_: -HOUR if back else timedelta())
    speaks = moved(agent("Envoy readiness check status 200 OK LIVE", second=55), lambda *_: timedelta(seconds=5))
    found = read_proxy_log([*HEALTHY, *ends, last, speaks])
    assert found.control_plane.lost and found.verdict == "degraded"


@pytest.mark.parametrize(("milliseconds", "is_back"), [(-900, False), (-1100, True)])
def test_lines_that_change_places_are_no_clock_that_is_set_back(milliseconds: int, is_back: bool) -> None:
    """One that is told late, of the cluster that is the agent's own."""
    text = "gRPC config: initial fetch timed out for type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"
    late = next(n for n, line in enumerate(HEALTHY) if "all dependencies initialized" in line)
    ready = STAMP.match(HEALTHY[late])
    assert ready
    at = datetime.fromisoformat(ready[1]) + timedelta(milliseconds=milliseconds)
    line = f"[{at.isoformat(sep=' ', timespec='milliseconds')}{envoy(text, 'warning')[24:]}"
    found = read_proxy_log([*HEALTHY[: late + 1], line, *HEALTHY[late + 1 :]])
    assert ("ClusterLoadAssignment" in found.control_plane.unclear) is is_back
