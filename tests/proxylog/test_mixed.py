"""Lines of two tasks in one log: what is wrong may be said, that all is well never."""

import random
from collections.abc import Sequence

import pytest

from scaudit.proxylog import read_proxy_log
from tests.proxylog.lives import LIVES
from tests.proxylog.transcripts import BY_NAME, TRANSCRIPTS, renamed

WELL = {"healthy", "recovered", "stopped"}
ONE = BY_NAME["01-healthy-start.log"].lines
OTHERS = [t for t in (*TRANSCRIPTS[::3], *LIVES) if len(t.lines) > 20]


def merged(one: Sequence[str], other: Sequence[str], chance: random.Random) -> list[str]:
    """Both in their own order."""
    lines, left, right = [], list(one)[::-1], list(other)[::-1]
    while left or right:
        source = left if left and (not right or chance.random() < len(left) / (len(left) + len(right))) else right
        lines.append(source.pop())
    return lines


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.name)
def test_lines_by_turns(other):
    for seed in range(4):
        chance = random.Random(seed)
        start = read_proxy_log(merged(ONE, renamed(tuple(other.lines), chance), chance))
        assert start.verdict not in WELL, (seed, start.why)


def test_two_tasks_of_one_deployment_with_the_same_ports():
    second = [line.replace("13:10:19.", "13:10:20.").replace("13:10:19Z", "13:10:20Z") for line in ONE]
    for seed in range(20):
        start = read_proxy_log(merged(ONE, second, random.Random(seed)))
        assert start.verdict not in WELL, (seed, start.why)


def test_the_log_of_another_task_behind():
    start = read_proxy_log([*ONE, *BY_NAME["02-healthy-two-ingress.log"].lines])
    assert start.verdict == "unknown" and "of two tasks" in start.why
    assert read_proxy_log([*ONE, *ONE]).verdict in ("healthy", "recovered")


@pytest.mark.parametrize("time", ["", "2026-11-22T13:10:19.084000+00:00 "])
def test_the_streams_of_two_proxies_side_by_side(time: str):
    mine, other = f"{time}web/ecs-service-connect-oRK9o/5ad7 ", f"{time}web/ecs-service-connect-bX2mQ/77aa "
    app = f"{time}web/app/5ad7 "
    alone = [line for one in ONE for line in (mine + one, app + one)]
    assert read_proxy_log(alone).verdict == "healthy"
    start = read_proxy_log([line for one in ONE for line in (mine + one, other + one)])
    assert start.verdict == "unknown" and 2 in {line.number for line in start.evidence}
    broken = BY_NAME["09-port-in-use-ingress.log"].lines
    assert read_proxy_log([*[mine + line for line in broken], other + ONE[0]]).verdict == "degraded"


def test_what_one_of_them_says_to_be_wrong_is_wrong():
    broken = BY_NAME["09-port-in-use-ingress.log"].lines
    assert read_proxy_log([*BY_NAME["02-healthy-two-ingress.log"].lines, *broken]).verdict == "degraded"
