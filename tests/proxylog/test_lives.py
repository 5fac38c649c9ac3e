"""What happened to each of these proxies is what is said of it."""

import random
import re

import pytest

from scaudit.proxylog import Reading, read_proxy_log
from tests.proxylog.evidence import is_proven
from tests.proxylog.lives import ARGUED, LIVES, OF, Life
from tests.proxylog.transcripts import BY_NAME, swapped

FINE = {"healthy", "recovered"}
every_life = pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)


@every_life
def test_the_verdict(life: Life):
    start = read_proxy_log(life.lines)
    assert start.verdict in life.verdicts, start.why
    assert start.evidence and start.why.endswith(".")


def bare(lines: tuple[str, ...]) -> list[str]:
    """Without what differs from run to run, and what an older or newer agent adds."""
    told = [line for line in lines if "ClusterLoadAssignment" not in line and "secondary clusters" not in line]
    told = [line for line in told if re.search("cds: added|lds:|gRPC|starting workers", line)]
    return [re.sub(r"\[[^]]*\]|\d+", "", line) for line in told]


@pytest.mark.parametrize(("late", "never"), ARGUED.items())
def test_what_came_late_looks_like_what_never_came(late: str, never: str):
    """So that the one disagreement with the truth cannot be mended: no line tells the two apart."""
    same = OF[never].lines if never in OF else BY_NAME[never].lines
    assert bare(OF[late].lines) == bare(same)


@every_life
def test_cut_after_any_line_it_is_never_fine_without_its_evidence(life: Life):
    reading = Reading()
    for number, line in enumerate(life.lines, 1):
        reading.read([line])
        start = reading.start()
        assert start.verdict not in FINE or is_proven(life.lines[:number]), number
    assert start == read_proxy_log(life.lines)


@every_life
def test_stored_twice_or_out_of_order_it_is_the_same(life: Life):
    once = read_proxy_log(life.lines)
    twice = read_proxy_log(line for line in life.lines for _ in range(2) if line)
    assert (twice.verdict, twice.listeners, twice.control_plane) == (once.verdict, once.listeners, once.control_plane)
    for seed in range(5):
        assert read_proxy_log(swapped(life.lines, random.Random(seed))).verdict == once.verdict


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("t2-sds-never-wait-for-ever", "its listeners came, but not the routes or secrets that they need"),
        ("r4-rds-never-wait-for-ever", "its listeners came, but not the routes or secrets that they need"),
        ("e3-eds-never-wait-for-ever", "its clusters came, but not the endpoints (or secrets) that they need"),
        ("j1-json-application-log", "its log is JSON"),
        ("l9-app-listens-while-envoy-waits", "cannot listen() errno=98 (its address is in use)"),
        ("l4-ingress-move-to-taken-port", "an update of listener ingress-nginx was refused, the earlier one serves on"),
        ("t6-sds-rotation-rejected", "refused an update of a Secret"),
        ("r3-rds-update-rejected-after-ready-then-fixed", "no line at level info tells whether it took a later one"),
        (
            "e1-eds-never",
            "it got no ClusterLoadAssignment in time, and no line at level info tells whether it came later",
        ),
        ("g4-debug-rds-rejected-then-fixed", "configuration came late or was refused at first"),
    ],
)
def test_the_reason_is_the_one_that_happened(name: str, said: str):
    assert said in read_proxy_log(OF[f"{name}.log"].lines).why
