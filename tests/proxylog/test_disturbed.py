"""What transports and neighbours do to a log changes no verdict; what takes evidence away never makes it better."""

import random

import pytest

from scaudit.proxylog import read_proxy_log
from tests.proxylog.evidence import is_proven
from tests.proxylog.transcripts import ACCESS_LOG, TRANSCRIPTS, Transcript, renamed, swapped, with_access_log

FINE = {"healthy", "recovered"}
every_transcript = pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: transcript.name)
PREFIXES = [
    "copilot/ecs-service-conne ",
    "2026-11-22T13:10:19.084000+00:00 web/ecs-service-connect-oRK9o/5ad776d8a1f34f0a ",
    "2026-11-22T13:10:19 ",
    "svc/ecs-service-connect-oRK9o/5ad776d8a1f34f0a 2026-11-22T13:10:19.084Z ",
]


@every_transcript
def test_line_ends_and_prefixes(transcript: Transcript):
    plain = read_proxy_log(transcript.lines)
    assert read_proxy_log(line + "\r\n" for line in transcript.lines) == plain
    assert read_proxy_log(line + "\n" for line in transcript.lines) == plain
    for prefix in PREFIXES:
        assert read_proxy_log(prefix + line for line in transcript.lines) == plain, prefix


@every_transcript
def test_lines_that_change_places(transcript: Transcript):
    for seed in range(12):
        lines = swapped(transcript.lines, random.Random(seed))
        start = read_proxy_log(lines)
        assert start.verdict == transcript.verdict, (seed, start.why)
        assert start.envoy_starts == read_proxy_log(transcript.lines).envoy_starts
        assert len(start.exits) == len(transcript.marks["envoy_exit"])


@every_transcript
def test_access_logs_in_between(transcript: Transcript):
    """Lines of an access log never make a proxy ready, nor one unready."""
    for seed in range(3):
        chance = random.Random(seed)
        start = read_proxy_log(told for line in transcript.lines for told in (line, chance.choice(ACCESS_LOG)))
        assert start.verdict == transcript.verdict, (seed, start.why)
        assert len(start.ready_lines) == len(transcript.truth["all_ready_lines"])
        assert read_proxy_log(with_access_log(transcript.lines, random.Random(seed))).listeners == start.listeners


@every_transcript
def test_other_names_ports_and_accounts(transcript: Transcript):
    for seed in range(3):
        start = read_proxy_log(renamed(transcript.lines, random.Random(seed)))
        assert start.verdict == transcript.verdict, start.why


@every_transcript
def test_events_that_are_stored_twice(transcript: Transcript):
    once = read_proxy_log(transcript.lines)
    start = read_proxy_log(line for line in transcript.lines for _ in range(2) if line)
    assert start.verdict == transcript.verdict, start.why
    assert (start.envoy_starts, start.control_plane) == (once.envoy_starts, once.control_plane)
    assert (start.listeners, len(start.exits)) == (once.listeners, len(once.exits))


@every_transcript
def test_lost_lines_that_say_nothing(transcript: Transcript):
    """Every third line that is no evidence is lost: extensions, stack traces, layers, debug lines."""
    noise = (
        "]   ",
        "][envoy_bug]",
        "][debug][http]",
        "header map",
        "RTDS",
        "] loading ",
        "Snapshot reset",
        "Server started",
    )
    lines = [
        line
        for number, line in enumerate(transcript.lines)
        if number % 3 or not (line[:2] == "  " or any(word in line for word in noise))
    ]
    assert read_proxy_log(lines).verdict == transcript.verdict


@every_transcript
def test_one_lost_line_never_makes_it_better(transcript: Transcript):
    """Except where that one line alone told of the fault: then nothing is left to see."""
    only = {"15e-never-gets-rds.log"}
    told = set()
    for start in (transcript.lines, transcript.lines[:-1]):
        told |= {line.number for line in read_proxy_log(start).evidence}
    for number in told | set(range(1, len(transcript.lines), 17)):
        lines = [line for at, line in enumerate(transcript.lines, 1) if at != number]
        start = read_proxy_log(lines)
        if start.verdict in FINE:
            assert is_proven(lines), number
            assert transcript.verdict in FINE or transcript.name in only, (number, start.why)


@every_transcript
def test_many_lost_lines(transcript: Transcript):
    for seed in range(6):
        chance = random.Random(seed)
        lines = [line for line in transcript.lines if chance.random() > 0.1 * (seed + 1)]
        start = read_proxy_log(lines)
        assert start.verdict not in FINE or is_proven(lines), start.why


@every_transcript
def test_nothing_leaks_from_one_log_into_the_next(transcript: Transcript):
    once = read_proxy_log(transcript.lines)
    read_proxy_log(TRANSCRIPTS[0].lines)
    assert read_proxy_log(transcript.lines) == once
