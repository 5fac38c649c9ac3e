"""Of a log that is too long only the lines with certain parts are fetched: they say what the whole log does."""

from dataclasses import replace
from itertools import chain

import pytest

from scaudit.proxylog import ProxyStart, envoy, given, read_proxy_log
from scaudit.proxylog.sought import PARTS, has, parts_of
from tests.proxylog.lives import LIVES
from tests.proxylog.told import HEALTHY
from tests.proxylog.transcripts import ACCESS_LOG, TRANSCRIPTS

LOGS = {one.name: one.lines for one in (*TRANSCRIPTS, *LIVES)}
SAYS = (
    "verdict",
    "why",
    "ready",
    "listeners",
    "control_plane",
    "frozen",
    "dump_seen",
    "complaints",
    "metadata_problems",
)
every_log = pytest.mark.parametrize("name", LOGS)


def said(log: ProxyStart) -> dict[str, object]:
    return {field: getattr(log, field) for field in SAYS}


@every_log
def test_what_is_left_of_a_log_says_the_same(name: str) -> None:
    whole = read_proxy_log(LOGS[name])
    parts = parts_of(whole)
    left = [line for line in LOGS[name][:-1] if has(line, parts)]
    assert said(read_proxy_log([*left, LOGS[name][-1]])) == said(whole)


@every_log
def test_it_is_small(name: str) -> None:
    """The list of extensions and debug lines are most of a log."""
    parts = parts_of(read_proxy_log(LOGS[name]))
    assert parts[: len(PARTS)] == PARTS and len(" ".join(f'?"{part}"' for part in parts)) <= 1024
    left = sum(len(line) + 26 for line in LOGS[name] if has(line, parts))
    assert left < 60_000


def test_what_clients_write_is_not_sought() -> None:
    assert not any(has(line, PARTS) for line in ACCESS_LOG)


TOLD = [template for template, _ in (*envoy.TEMPLATES, *chain.from_iterable(given.DEBUG.values()))]


@pytest.mark.parametrize("template", sorted({*TOLD} - {"target ", "shared target "}))
def test_every_template_has_a_part(template: str) -> None:
    """Of a target, init managers tell."""
    assert has(template, PARTS)


def test_a_name_that_is_none_is_not_looked_for() -> None:
    """Within a pattern it would be something else."""
    log = read_proxy_log(HEALTHY)
    odd = replace(log, listeners=replace(log.listeners, wanted={'ingress-" ?"': 80}))
    assert parts_of(log) and parts_of(odd) == ()
