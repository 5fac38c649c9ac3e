"""Several listeners of which one fails: it is named, and no other."""

import pytest

from scaudit.judge.log_alone import judge_log
from scaudit.model import Severity, Status
from scaudit.proxylog import Outcome, read_proxy_log
from tests.proxylog.told import envoy, without
from tests.proxylog.transcripts import lines_of

TWO = lines_of("02")
ADMIN, HTTP, EGRESS = "ingress-admin", "ingress-http", "egress"
AT = next(n for n, line in enumerate(TWO) if f"'{ADMIN}'" in line)
LISTENER = "gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: "
IN_USE = "cannot bind '0.0.0.0:36021': Address already in use"
BOUND = envoy(f"listener '{ADMIN}' failed to bind or apply socket options: {IN_USE}", "error")
OF_1_40 = envoy(f"lds: listener '{ADMIN}' config rejected: {IN_USE}", "warning", "upstream")
ALL = envoy(f"{LISTENER}Error adding/updating listener(s) {ADMIN}: {IN_USE}", "warning")
BAD = envoy(f"{LISTENER}Error adding/updating listener(s) {ADMIN}: no filter chain", "warning")
FELL = envoy(f"final pre-worker listener init for listener '{ADMIN}' failed: cannot listen() errno=98", "error")
GONE = envoy(f"lds: remove listener '{ADMIN}'", component="upstream", second=9)
UPDATE = envoy(f"{LISTENER}Error adding/updating listener(s) {ADMIN}: no filter chain", "warning", second=9)


def at_start(*said: str) -> list[str]:
    """The other listeners are added, before and after."""
    return [*TWO[:AT], *said, *TWO[AT + 1 :]]


ONE_FAILS = {
    "its port is taken": (at_start(BOUND, OF_1_40, "", ALL, ""), Severity.CRITICAL),
    "its port is taken, in the words before 1.40": (at_start(BOUND, ALL), Severity.CRITICAL),
    "its port is taken, and the line that says so is lost": (at_start(ALL), Severity.CRITICAL),
    "it is rejected": (at_start(BAD, ""), Severity.CRITICAL),
    "it is rejected once the workers run": ([*without(TWO, f"'{ADMIN}'"), BAD, ""], Severity.CRITICAL),
    "it falls out when the workers start": ([*TWO[:-1], FELL, TWO[-1]], Severity.CRITICAL),
    "no line tells of it": (without(TWO, f"'{ADMIN}'"), Severity.WARNING),
    "it is taken away": ([*TWO, GONE], Severity.ERROR),
    "an update of it is refused": ([*TWO, UPDATE, ""], Severity.WARNING),
}


@pytest.mark.parametrize(("lines", "severity"), ONE_FAILS.values(), ids=ONE_FAILS)
def test_of_three_listeners_the_one_that_fails_is_named_alone(lines: list[str], severity: Severity) -> None:
    log = read_proxy_log(lines)
    assert log.verdict is Outcome.DEGRADED, log.why
    assert ADMIN in log.why and HTTP not in log.why and EGRESS not in log.why
    failed = {verdict.check.id: verdict for verdict in judge_log(log) if verdict.status is Status.FAIL}
    assert failed.keys() == {"SC305"} and failed["SC305"].severity is severity
    assert ADMIN in failed["SC305"].sentence and HTTP not in failed["SC305"].sentence


def test_two_of_three_that_are_rejected_together_are_both_named() -> None:
    lines = [*without(TWO, f"'{ADMIN}'", f"'{HTTP}'")[:-1], BAD, f"{HTTP}: no filter chain", "", TWO[-1]]
    (failed,) = [verdict for verdict in judge_log(read_proxy_log(lines)) if verdict.status is Status.FAIL]
    assert f"listener {ADMIN} is rejected" in failed.sentence and f"listener {HTTP} is rejected" in failed.sentence


@pytest.mark.parametrize("back", [ADMIN, HTTP])
def test_it_is_over_when_that_one_is_added_and_not_when_another_is(back: str) -> None:
    added = envoy(f"lds: add/update listener '{back}'", component="upstream", second=30)
    assert (read_proxy_log([*at_start(BAD, ""), added]).verdict is Outcome.DEGRADED) is (back == HTTP)
