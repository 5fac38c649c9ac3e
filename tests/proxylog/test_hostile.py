"""Log text is written by strangers too: clients in access logs, broken transports, whoever holds a terminal open."""

import random
import time

import pytest

from scaudit.proxylog import read_proxy_log
from scaudit.proxylog.lines import KEPT, shown
from tests.proxylog.imitations import IMITATED, WRAPPED
from tests.proxylog.transcripts import BY_NAME, TRANSCRIPTS, Transcript, lines_of, with_access_log

every_transcript = pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: transcript.name)


@every_transcript
def test_what_only_looks_like_a_line_of_the_agent_changes_nothing(transcript: Transcript):
    plain = read_proxy_log(transcript.lines)
    for seed in range(3):
        start = read_proxy_log(with_access_log(transcript.lines, random.Random(seed), WRAPPED * 3))
        assert (start.verdict, start.listeners) == (plain.verdict, plain.listeners)
        assert [(exit.code, exit.signal) for exit in start.exits] == [(exit.code, exit.signal) for exit in plain.exits]
        assert start.envoy_starts == plain.envoy_starts and start.identity == plain.identity


@pytest.mark.parametrize("line", WRAPPED)
def test_before_any_other_line(line: str):
    """A log that was cut may begin with such a line: it must not pass for what comes before every line."""
    start = read_proxy_log([line, *lines_of("01")])
    assert start.verdict == "healthy" and start.listeners.removed == ()
    alone = read_proxy_log([line])
    assert (alone.verdict, alone.evidence, alone.exits, alone.envoy_starts) == ("unknown", (), (), 0)


def test_another_streams_lines_do_not_count():
    """`copilot svc logs` mixes the streams of all containers: one is read, the first that shows the agent's shape."""
    log = [f"copilot/ecs-service-conne {line}" for line in lines_of("01")]
    app = [f"copilot/api {line}" for line in IMITATED]
    assert read_proxy_log([log[0], *app, *log[1:], *app, *IMITATED[:-1]]).verdict == "healthy"


@pytest.mark.parametrize(
    "line",
    [
        "x" * 262_144,
        "[" * 262_144,
        "] [" * 87_381,
        "[2026-11-22 13:10:19.314]" + "[1]" * 87_000,
        "[2026-11-22 13:10:19.314][1][info] [AppNet Agent] Executing command: [" + "-l " * 87_000,
        'time="2026-11-22T13:10:19Z" level=info msg="Agent Environment Variables: [APPNET_LISTENER_PORT_MAPPING='
        + "[" * 262_000
        + ']"',
        'time="' + "\\" * 262_000,
        "[2026-11-22 13:10:19.314][14][info][upstream] [x] lds: add/update listener '" + "n" * 262_000 + "'",
        "a/b " * 65_536,
        "\0" * 262_144,
        "{" * 262_144,
    ],
    ids=range(11),
)
def test_lines_of_256_kilobytes(line: str):
    began = time.process_time()
    start = read_proxy_log([line] * 4 + lines_of("04") + [line] * 20)
    assert time.process_time() - began < 2
    assert all(len(told.text) < KEPT and told.text.isprintable() for told in start.evidence)
    assert len(start.why) <= 400 and all(len(name) <= 300 for name in start.listeners.added)


@pytest.mark.parametrize(
    "line",
    [
        "x" * 50_000_000,
        "[2026-11-22 13:10:19.314][14][info] [AppNet Agent] Executing command: [" + "-l " * 16_000_000,
        'time="2026-11-22T13:10:19Z" level=info msg="Agent Environment Variables: [' + " APPNET_X=" * 5_000_000 + ']"',
    ],
    ids=["of nothing", "of the agent", "of its settings"],
)
def test_a_line_of_50_megabytes(line: str):
    """Only its beginning is looked at."""
    began = time.process_time()
    start = read_proxy_log([*lines_of("01"), line, *lines_of("01")[6:]])
    assert time.process_time() - began < 1
    assert start.lines == 2 * len(lines_of("01")) - 5
    assert all(len(told.text) < KEPT for told in start.evidence) and len(start.why) <= 400


@pytest.mark.parametrize(
    "line",
    [
        "[  26-11-22 13:10:19.314][14][info][main] [source",
        "[2026-11-22 13:10:19.314][1][info] [Other_ Agent] Draining Envoy listeners...",
        "[2026-11-22 13:10:19.314][1][fatal] [Other_ Agent] Error starting",
        "[2026-11-22 13:10:19 314][1][info] [AppNet Agent] Draining Envoy listeners...",
        "[2026-11-22 13:10:19.314][1][info][x\ny] [AppNet Agent] Draining Envoy listeners...",
        "[2026-11-22 13:10:19.314][14][info][x y] [x] lds: remove listener 'ingress-nginx'",
        "[2026-11-22 13:10:19.314][14][debug][main] [x] lds: remove listener 'ingress-nginx'",
        "[2026-11-22 13:10:19.314][14][error][envoy_bug] [x] lds: remove listener 'ingress-nginx'",
        "[2026-11-22 13:10:19.314][14][loud][main] [x] lds: remove listener 'ingress-nginx'",
        "[2026-11-22 13:10:19.314][x][info][main] [x] lds: remove listener 'ingress-nginx'",
        "[2026-11-22 13:10:19.314][14][info][main] [x] says lds: remove listener 'ingress-nginx'",
        "[2026-11-22 13:10:19.314][14][info][main] lds: remove listener 'ingress-nginx'",
        'time="now" level=error msg="Failed to create bootstrap configuration yaml file: x"',
        'time="2026-11-22T13:10:19Z" level=loud msg="Failed to create bootstrap configuration yaml file: x"',
    ],
)
def test_a_line_of_another_shape_says_nothing(line: str):
    lines = lines_of("01")
    assert read_proxy_log([line, *lines[:100], line, *lines[100:], line]).verdict == "healthy"
    assert read_proxy_log([line, *lines[:-1]]).verdict == "not_ready"


def test_memory_is_bounded():
    """A proxy that tells of ever new listeners, ends and problems fills no list without end."""
    told = [
        f"[2026-11-22 13:10:19.314][14][info][upstream] [x] lds: {what} '{name}'"
        for name in range(3000)
        for what in ("add/update listener", "remove listener")
    ]
    told += [
        f"[2026-11-22 13:10:19.314][{n}][info][config] [x] all dependencies initialized. starting workers"
        for n in range(3000)
    ]
    told += [
        f"[2026-11-22 13:10:19.314][1][warning] [AppNet Agent] [Envoy process {n}] Exited with code [1]"
        for n in range(3000)
    ]
    told += [
        f'time="2026-11-22T13:10:19Z" level=warning msg="X{n} cannot be less than 1, setting it to 1"'
        for n in range(3000)
    ]
    start = read_proxy_log(told)
    assert len(start.exits) <= 50 and len(start.ready_lines) <= 50 and len(start.complaints) <= 50
    assert len(start.listeners.removed) <= 500 and len(start.evidence) <= 12


def test_nulls_and_invalid_text():
    lines = lines_of("01")
    assert (
        read_proxy_log([f"\0\0{line}\0" if n % 7 == 0 else line for n, line in enumerate(lines)]).verdict == "healthy"
    )
    assert read_proxy_log(f"\0{line}" for line in lines).verdict == "healthy"
    assert read_proxy_log(line.replace("e", "\udce9") for line in lines).verdict == "unknown"
    assert read_proxy_log(line.replace("a", "\0") for line in lines).verdict == "unknown"


def test_what_is_shown_cannot_steer_a_terminal():
    text = "[2026-11-22 13:10:19.314][1][fatal] [AppNet Agent] \x1b]0;evil\x07\x1b[31m\u202eboo\r\nnext"
    start = read_proxy_log([text])
    assert start.verdict == "exited"
    for told in (start.why, start.evidence[0].text):
        assert told.isprintable() and "boo" in told
    assert shown("a\tb\n c" + "x" * 500) == "a b c" + "x" * 294 + "…"


@pytest.mark.parametrize("name", ["01-healthy-start.log", "06-envoy-sigkill-once.log"])
def test_dates_that_are_none(name: str):
    lines = [line.replace("2026-11-22", "9999-99-99") for line in BY_NAME[name].lines]
    start = read_proxy_log(lines)
    assert start.verdict == BY_NAME[name].verdict
    assert (start.first_at, start.ready_at, start.seconds_to_ready) == (None, None, None)
