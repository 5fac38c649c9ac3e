"""Situations that no transcript shows, told in the programs' own templates: one change to a recorded log each."""

import pytest

from scaudit.proxylog import Outcome, read_proxy_log
from tests.proxylog.told import HEALTHY, OLD, agent, changed, closed, envoy, without
from tests.proxylog.transcripts import lines_of

READY = envoy("all dependencies initialized. starting workers", process=30)
EXECUTING = agent("Executing command: [/usr/bin/envoy -c /tmp/e.yaml -l info --concurrency 2]")
EXITED = agent("[Envoy process 14] Exited with code [0]", "warning")
ADD = "lds: add/update listener '{}'"
FROZEN = agent(
    'Envoy readiness check failed with: Get "http://127.0.0.1:9901/ready": context deadline exceeded', "error"
)
RUN_AGAIN = [
    EXECUTING,
    envoy("initializing epoch 0 (base id=0, hot restart version=disabled)", process=30, component="main"),
    envoy(ADD.format("ingress-nginx"), process=30),
    envoy(ADD.format("egress"), process=30),
    READY,
]


DRAINING = agent("Draining Envoy listeners...", second=40)
COMPLETED = agent("Graceful Envoy listener draining completed! Exiting...", second=58)
NO_ANSWER = agent(
    'Unable to drain Envoy listeners: Post "http://127.0.0.1:9901/drain_listeners?graceful": context deadline exceeded',
    "error",
    57,
)
BUSY = agent("Failed to drain Envoy listeners [response 503 - 503 Service Unavailable]", "error", 41)


STACK = ["goroutine 57 [running]:", "main.main()", "\t/src/agent/agent.go:640 +0x1d"]
PANIC = ["panic: runtime error: invalid memory address or nil pointer dereference", *STACK]
SERVING = "2026/11/22 13:20:01 http: panic serving @: runtime error: invalid memory address or nil pointer dereference"
CAUGHT = ["goroutine 57 [running]:", "net/http.(*conn).serve.func1()", "panic({0x9d2f60?, 0x14cb1d0?})"]


def unread(*seconds: int) -> list[str]:
    """Envoy sent the head of an answer and no more (agent's source: computeHealthStatus; the reason is Go's)."""
    reason = "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
    return [agent(f"Envoy readiness check failed to read response with: {reason}", "warning", at) for at in seconds]


def line_without_state(line: str) -> str:
    return f"{line[:24]}][1][debug] [AppNet Agent] Envoy readiness check status 200, "


def frozen(*seconds: int) -> list[str]:
    return [FROZEN.replace(":20:00.", f":20:{second:02}.") for second in seconds]


BEFORE_LISTENERS = next(n for n, line in enumerate(HEALTHY) if "lds: add" in line)
NAMED = changed(
    changed(HEALTHY, "'ingress-nginx'", "'lds_ingress_0.0.0.0_43727'"), "'egress'", "'lds_egress_0.0.0.0_42084'"
)
STRANGE = changed(changed(HEALTHY, "'ingress-nginx'", "'one'"), "'egress'", "'two'")
LOST = [closed(1), closed(2), closed(5)]
REJECTED = "gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: "
CASES = {
    "control plane lost for good": (HEALTHY + [closed(n) for n in range(9)], "degraded"),
    "control plane lost, then CONNECTED at level debug": (
        [*HEALTHY, *LOST, agent("Control Plane connection state changed to: CONNECTED", "debug", 9)],
        "recovered",
    ),
    "control plane lost, clusters in the words of 2023": (
        [*HEALTHY, *LOST, envoy("cds: add 2 cluster(s), remove 1 cluster(s)", component="upstream", second=9)],
        "recovered",
    ),
    "relay is up, upstream is down": (
        [*HEALTHY[:BEFORE_LISTENERS], closed(40, 14, "upstream connect error", " since 31s ago")],
        "not_ready",
    ),
    "false ready: neither clusters nor listeners in time": (
        [
            *without(HEALTHY, "cds:", "lds:", "cm init: all", "all clusters", "starting workers"),
            envoy(
                "gRPC config: initial fetch timed out for type.googleapis.com/envoy.config.cluster.v3.Cluster",
                "warning",
            ),
            envoy(
                "gRPC config: initial fetch timed out for type.googleapis.com/envoy.config.listener.v3.Listener",
                "warning",
            ),
            READY.replace("[30]", "[14]"),
        ],
        "degraded",
    ),
    "listeners came late, after the time-out": (
        [
            *HEALTHY[:BEFORE_LISTENERS],
            envoy(
                "gRPC config: initial fetch timed out for type.googleapis.com/envoy.config.listener.v3.Listener",
                "warning",
            ),
            *HEALTHY[BEFORE_LISTENERS:],
        ],
        "healthy",
    ),
    "Envoy was told to stop, and started again": (
        [*HEALTHY, envoy("caught ENVOY_SIGTERM", "warning", "main"), EXITED, *RUN_AGAIN],
        "recovered",
    ),
    "Envoy was told to stop": ([*HEALTHY, envoy("caught ENVOY_SIGTERM", "warning", "main")], "exited"),
    "Envoy crashed, its last words are the log's": (
        [*HEALTHY, envoy("Caught Segmentation fault, suspect faulting address 0x0", "critical", "backtrace")],
        "exited",
    ),
    "restarted, not ready yet": ([*HEALTHY, EXITED, *RUN_AGAIN[:-1]], "not_ready"),
    "restarted, one listener fewer": ([*HEALTHY, EXITED, *without(RUN_AGAIN, "'egress'")], "degraded"),
    "restart whose exec line was lost": ([*HEALTHY, EXITED, *RUN_AGAIN[1:]], "recovered"),
    "restart of which only the last lines were kept": ([*HEALTHY, *RUN_AGAIN[2:]], "recovered"),
    "restart of which only the ready line was kept": ([*HEALTHY, READY], "degraded"),
    "end told after the next start, in the same millisecond": (
        [*HEALTHY, EXECUTING, EXITED, *RUN_AGAIN[1:]],
        "recovered",
    ),
    "an Envoy that cannot be started by an old agent": (
        [
            *OLD[:5],
            agent("Unable to fork process: exec format error", "error"),
            agent("[Envoy process -1] Exited with code [0]", "warning"),
        ],
        "exited",
    ),
    "parent drains, 900 s after a hot restart build is ready": (
        [*OLD, envoy("shutting down parent after drain", component="main")],
        "healthy",
    ),
    "first start lost, then restarted": ([*without(HEALTHY, "Executing", "epoch"), *RUN_AGAIN], "recovered"),
    "two processes speak by turns": ([*HEALTHY, *RUN_AGAIN[2:], closed(1)], "unknown"),
    "a second container, as its dump alone shows": (
        [*without(HEALTHY, "Environment Variables", "Executing", "epoch"), *HEALTHY[:3], HEALTHY[6]],
        "not_ready",
    ),
    "drain whose first line was lost": ([*HEALTHY, agent("Waiting 20s for Envoy to drain listeners.")], "stopped"),
    "drain, then the ends that it brings": (
        [*HEALTHY, agent("Draining Envoy listeners..."), EXITED],
        "stopped",
    ),
    "drain that Envoy does not answer": ([*HEALTHY, DRAINING, NO_ANSWER, COMPLETED], "stopped"),
    "drain that Envoy refuses, and its first line was lost": ([*HEALTHY, BUSY, COMPLETED], "stopped"),
    "drain of an Envoy that hung before": (
        [*HEALTHY, *frozen(1, 12, 24, 36), DRAINING, *frozen(47), NO_ANSWER, COMPLETED],
        "degraded",
    ),
    "drain of an Envoy that hung before, whose beginning is no longer kept": (
        [*frozen(1, 12, 24, 36), DRAINING, NO_ANSWER, COMPLETED],
        "degraded",
    ),
    "drain of an Envoy that had hung, and answered again": (
        [*HEALTHY, *frozen(1, 8, 15), DRAINING, COMPLETED],
        "stopped",
    ),
    "checks that fail while it drains": ([*HEALTHY, DRAINING, *frozen(42, 52, 54), COMPLETED], "stopped"),
    "drain on request that could not be done": (
        [
            *HEALTHY,
            agent("Received request to drain listener connections.", second=5),
            agent("Unable to reach Envoy Admin port: connection refused", "error", 5),
        ],
        "healthy",
    ),
    "drain after Envoy is gone": ([*HEALTHY, EXITED, agent("Draining Envoy listeners...", second=5)], "exited"),
    "a new container in the same stream": ([*HEALTHY, EXITED, *HEALTHY], "recovered"),
    "a new container that gave up": (
        [*HEALTHY, *lines_of("12b")],
        "exited",
    ),
    "frozen, and still frozen": (HEALTHY + frozen(1, 12, 24, 36), "degraded"),
    "frozen, and its beginning is no longer kept": (frozen(1, 12, 24, 36), "degraded"),
    "a panic of the agent, and its beginning is no longer kept": (
        [
            "panic: runtime error: invalid memory address or nil pointer dereference",
            "goroutine 57 [running]:",
            "github.com/aws/aws-app-mesh-agent/agent/healthcheck.(*HealthStatus).computeHealthCheck(0x0)",
        ],
        "exited",
    ),
    "a panic that the agent's HTTP server catches": ([*HEALTHY, SERVING, *CAUGHT], "healthy"),
    "a panic that it catches, whose first line was lost": ([*HEALTHY, *CAUGHT], "healthy"),
    "a panic that it catches, and the beginning is lost": ([SERVING, *CAUGHT, closed(1)], "unknown"),
    "a panic that it catches, and later one that it does not": (
        [*HEALTHY, SERVING, *CAUGHT, "", PANIC[0], *CAUGHT],
        "exited",
    ),
    "a panic of the agent, whose first line was lost": ([*HEALTHY, *STACK], "exited"),
    "a panic of the agent, a new container, and a rejection with configuration": (
        [*HEALTHY, *PANIC, *HEALTHY, envoy(f"{REJECTED}egress: goo.gle/debugproto", "warning"), "filter_chains {", ""],
        "degraded",
    ),
    "the agent dies of a signal": (
        [
            *HEALTHY,
            "runtime/cgo: pthread_create failed: Resource temporarily unavailable",
            "SIGABRT: abort",
            "PC=0x6b2",
        ],
        "exited",
    ),
    "the agent dies in the memory of another": ([*HEALTHY, "SIGSEGV: segmentation violation", "PC=0x46 m=0"], "exited"),
    "Envoy dies of an exception": (
        [*HEALTHY, envoy("std::terminate called! Uncaught unknown exception, see trace.", "critical", "main")],
        "exited",
    ),
    "Envoy dies, and the line that says of what was lost": (
        [*HEALTHY, envoy("Backtrace (use tools/stack_decode.py to get line numbers):", "critical", "backtrace")],
        "exited",
    ),
    "the last answer to a readiness check is not LIVE: told at debug": (
        [*HEALTHY, agent("Envoy readiness check status 503, DRAINING", "debug", 30)],
        "unknown",
    ),
    "it was not LIVE before it was ready": (
        [*HEALTHY[:-1], agent("Envoy readiness check status 503, INITIALIZING", "debug"), HEALTHY[-1]],
        "healthy",
    ),
    "it was not LIVE for a while": (
        [
            *HEALTHY,
            agent("Envoy readiness check status 503, DRAINING", "debug", 30),
            agent("Envoy readiness check status 200, LIVE", "debug", 40),
        ],
        "healthy",
    ),
    "a panic of some program": (["panic: runtime error", "goroutine 57 [running]:", "main.main()"], "unknown"),
    "unanswered before it was ready": ([*HEALTHY[:-1], *frozen(1, 12, 24, 36), HEALTHY[-1]], "healthy"),
    "a hiccup of two checks": (HEALTHY + frozen(1, 12), "recovered"),
    "frozen, then answering at level debug": (
        [*HEALTHY, *frozen(1, 12, 24), agent("Envoy readiness check status 200, LIVE", "debug", 30)],
        "recovered",
    ),
    "the answers to checks cannot be read to their end": ([*HEALTHY, *unread(1, 11, 21)], "degraded"),
    "nor at level debug, which tells of answers without a state": (
        [*HEALTHY, *(each for line in unread(1, 11, 21) for each in (line, line_without_state(line)))],
        "degraded",
    ),
    "frozen once, long before the log's end": (
        [*HEALTHY, *frozen(1, 12, 24), envoy("cds: added/updated 0 cluster(s)", component="upstream", second=55)],
        "recovered",
    ),
    "three single hiccups": (HEALTHY + frozen(1, 25, 50), "recovered"),
    "level raised after it was ready": (
        [*HEALTHY, envoy("change all log levels: level='error'", component="misc")],
        "unknown",
    ),
    "level raised and reset after it was ready": (
        [
            *HEALTHY,
            envoy("change all log levels: level='error'", component="misc"),
            agent("Resetting Envoy logging level to [info]"),
        ],
        "healthy",
    ),
    "level raised before it was ready": (
        [*HEALTHY[:BEFORE_LISTENERS], envoy("change all log levels: level='off'", component="misc")],
        "unknown",
    ),
    "level raised and reset, and then it was ready or not": (
        [
            *HEALTHY[:BEFORE_LISTENERS],
            envoy("change all log levels: level='off'", component="misc"),
            agent("Resetting Envoy logging level to [info]"),
        ],
        "unknown",
    ),
    "level error in capitals, exec line lost": (
        [*changed(HEALTHY[:3], "ENVOY_CONCURRENCY=2", "ENVOY_LOG_LEVEL=ERROR"), HEALTHY[3]],
        "unknown",
    ),
    "level that the agent replaces, exec line lost": (
        [
            *changed(HEALTHY[:3], "ENVOY_CONCURRENCY=2", "ENVOY_LOG_LEVEL=off"),
            f'{HEALTHY[0][:27]} level=warning msg="Envoy log level [off] is not supported, setting it to default [x]."',
            HEALTHY[3],
        ],
        "not_ready",
    ),
    "level that Envoy does not know": (changed(HEALTHY, "ENVOY_CONCURRENCY=2", "ENVOY_LOG_LEVEL=doomsday"), "healthy"),
    "log to standard output by name": (
        changed(HEALTHY, "APPNET_AGENT_ADMIN_MODE=UDS", "APPNET_ENVOY_LOG_DESTINATION=/dev/stdout"),
        "healthy",
    ),
    "rejected without a name": (
        [*HEALTHY[:-1], envoy(REJECTED + "goo.gle/debugstr name: x", "warning"), HEALTHY[-1]],
        "degraded",
    ),
    "update of a listener rejected": (
        [*HEALTHY, envoy(REJECTED + "Error adding/updating listener(s) egress: bad", "warning"), ""],
        "degraded",
    ),
    "rejected in the words of delta xDS": (
        [
            *HEALTHY[:-1],
            envoy("delta config for type.googleapis.com/x.RouteConfiguration rejected: bad", "warning"),
            HEALTHY[-1],
        ],
        "degraded",
    ),
    "lost in the words of delta xDS": (
        [*HEALTHY, *[line.replace("StreamAgg", "DeltaAgg") for line in LOST]],
        "degraded",
    ),
    "clusters came late, after the time-out": (
        [
            *without(HEALTHY[:BEFORE_LISTENERS], "cds:"),
            envoy(
                "gRPC config: initial fetch timed out for type.googleapis.com/envoy.config.cluster.v3.Cluster",
                "warning",
            ),
            envoy("cds: added/updated 2 cluster(s)", component="upstream"),
            *HEALTHY[BEFORE_LISTENERS:],
        ],
        "healthy",
    ),
    "port was taken, later free": (
        [
            *HEALTHY,
            envoy("listener 'egress' failed to bind or apply socket options: cannot bind '0.0.0.0:1': in use", "error"),
            envoy(ADD.format("egress"), second=30),
        ],
        "healthy",
    ),
    "a removal that is cut": ([*HEALTHY, envoy("lds: remove listener 'ingress-ngi")], "degraded"),
    "an addition that is cut": ([*without(HEALTHY, "'egress'"), envoy("lds: add/update listener 'egress")], "degraded"),
    "a rejected route": (
        [
            *HEALTHY[:-1],
            envoy(
                "gRPC config for type.googleapis.com/envoy.config.route.v3.RouteConfiguration rejected: bad", "warning"
            ),
            HEALTHY[-1],
        ],
        "degraded",
    ),
    "a rejected cluster, accepted later": (
        [
            *HEALTHY,
            envoy("gRPC config for type.googleapis.com/envoy.config.cluster.v3.Cluster rejected: bad", "warning"),
            envoy("cds: added/updated 1 cluster(s)", component="upstream"),
        ],
        "recovered",
    ),
    "certificates did not come": (
        [
            *HEALTHY,
            envoy(
                "gRPC config: initial fetch timed out for type.googleapis.com/envoy.extensions.tls.v3.Secret", "warning"
            ),
        ],
        "degraded",
    ),
    "listeners named by port": (NAMED, "healthy"),
    "listeners named by port, one missing": (without(NAMED, "'lds_ingress"), "degraded"),
    "listeners by port, egress taken away": (
        [*NAMED, envoy("lds: remove listener 'lds_egress_0.0.0.0_42084'")],
        "healthy",
    ),
    "listeners by port, ingress taken away": (
        [*NAMED, envoy("lds: remove listener 'lds_ingress_0.0.0.0_43727'")],
        "degraded",
    ),
    "listener taken away and added again": (
        [*HEALTHY, envoy("lds: remove listener 'ingress-nginx'"), envoy(ADD.format("ingress-nginx"))],
        "healthy",
    ),
    "listeners with other names: by count": (STRANGE, "healthy"),
    "listeners with other names: one too few": (without(STRANGE, "'two'"), "degraded"),
    "another listener does not stand in for the wanted one": (
        changed(HEALTHY, "'ingress-nginx'", "'ingress-other'"),
        "degraded",
    ),
    "an override's ingress does not stand in for egress": (
        without(changed(HEALTHY, ',\\"ingress-nginx\\":43727', ""), "'egress'"),
        "degraded",
    ),
    "no listener is wanted, one is added": (
        changed(HEALTHY, '{\\"egress\\":42084,\\"ingress-nginx\\":43727}', "{}"),
        "healthy",
    ),
    "no listener is wanted, none is added": (
        without(changed(HEALTHY, '{\\"egress\\":42084,\\"ingress-nginx\\":43727}', "{}"), "lds: add"),
        "unknown",
    ),
    "mapping that cannot be read, without the agent's complaint": (changed(HEALTHY, ":43727}", ":}"), "unknown"),
    "mapping not in the dump": (changed(HEALTHY, "APPNET_LISTENER_PORT_MAPPING", "APPNET_OTHER"), "unknown"),
    "dump lost": (without(HEALTHY, "Environment Variables"), "unknown"),
    "one line of the dump lost": (without(HEALTHY, "Envoy Environment Variables"), "healthy"),
    "ready line lost, but requests were served": (
        [*HEALTHY[:-1], '[2026-11-22T13:16:02.171Z] "GET / HTTP/1.1" 200 - 0 6 1 0 "-" "curl"'],
        "unknown",
    ),
    "only lines of a running proxy": ([closed(1), closed(2)], "unknown"),
    "settings only": (HEALTHY[:3], "not_ready"),
    "settings only, a part": (HEALTHY[:2], "unknown"),
}


@pytest.mark.parametrize("case", CASES)
def test_situation(case: str):
    lines, verdict = CASES[case]
    start = read_proxy_log(lines)
    assert start.verdict == verdict, start.why
    assert start.evidence or verdict == "unknown"


def test_all_names_of_one_rejection_are_read():
    """Envoy before 1.40 writes the second and later names on lines of their own."""
    text = REJECTED + "Error adding/updating listener(s) ingress-nginx: cannot bind '0.0.0.0:1': Address already in use"
    lines = [
        *without(HEALTHY, "lds: add", "starting workers"),
        envoy(text, "warning"),
        "egress: no such filter",
        "",
        READY,
    ]
    listeners = read_proxy_log(changed(lines, "[30]", "[14]")).listeners
    assert list(listeners.unbound) == ["ingress-nginx"]
    assert dict(listeners.rejected) == {"egress": "no such filter"}
    assert listeners.missing == ("egress", "ingress-nginx")


def test_configuration_that_is_quoted_in_a_rejection_names_no_listener():
    text = REJECTED + "Error adding/updating listener(s) ingress-nginx: goo.gle/debugproto"
    quoted = [
        'name: "egress"',
        "address {",
        "  egress: 1",
        "}",
        "other: no such filter",
        ": Proto constraint validation failed",
    ]
    listeners = read_proxy_log(
        [*HEALTHY, envoy(text, "warning"), *quoted, "", "egress: not of this rejection"]
    ).listeners
    assert list(listeners.refused_updates) == ["ingress-nginx"] and not listeners.rejected


FAILED = agent("Error returned while waiting for Envoy process [0]: no child processes", "error")


@pytest.mark.parametrize(
    "lines",
    [
        [*HEALTHY, EXECUTING, EXITED],
        [*HEALTHY, EXECUTING, EXITED.replace(":20:00.", ":20:01.")],
        [*HEALTHY[:6], EXECUTING, EXITED],
        [*HEALTHY[:6], EXECUTING, FAILED],
    ],
    ids=["same millisecond", "known process, later", "no process known", "no process at all"],
)
def test_an_end_told_after_the_next_start_is_not_the_new_runs(lines: list[str]):
    assert read_proxy_log(lines).verdict == "not_ready"
    whole = read_proxy_log([*lines, *RUN_AGAIN[1:]])
    assert (whole.verdict, whole.envoy_starts) == ("recovered", 2)


@pytest.mark.parametrize("line", [EXITED.replace(":20:00.", ":20:01."), FAILED.replace(":20:00.", ":20:01.")])
def test_an_end_told_later_is_the_new_runs(line: str):
    assert read_proxy_log([*HEALTHY[:6], EXECUTING, line]).verdict == "exited"


def test_a_variable_is_not_taken_out_of_anothers_value():
    dump = changed(HEALTHY, "APPNET_AGENT_ADMIN_MODE=UDS", "APPNET_X=/APPNET_ENVOY_LOG_DESTINATION=/tmp")
    assert read_proxy_log(dump).log_destination == ""


def test_time_does_not_run_backwards():
    early = [line.replace("13:10:19", "13:10:18") for line in HEALTHY[3:]]
    assert read_proxy_log([*HEALTHY[:3], *early]).seconds_to_ready == 0


@pytest.mark.parametrize(
    "said",
    [
        "Unable to fetch ECS container metadata from http://169.254.170.2/v4/1/task: refused",
        "Unable to read ECS envoy container metadata: unexpected EOF",
        "Unable to parse ECS container metadata: {}, unexpected end of JSON input",
        "Could not collect platform info: refused",
    ],
)
def test_what_is_wrong_with_the_metadata_is_kept(said: str):
    line = f'time="2026-11-22T13:10:19Z" level=warning msg="{said}"'
    assert read_proxy_log([*HEALTHY[:3], line, *HEALTHY[3:]]).metadata_problems == (said,)


def test_an_end_by_signal_before_and_after_2025():
    signal = [agent("[Envoy process 14] was terminated by signal: [aborted] with Core Dump: [false]", "warning")]
    extra = [
        agent(
            "[Envoy process 14] Additional Exit data: [Core Dump: false][Normal Exit: false][Process Signalled: true]",
            "warning",
        )
    ]
    new = read_proxy_log([*HEALTHY, *signal])
    old = read_proxy_log([*HEALTHY, *extra])
    assert (new.exits[0].signal, old.exits[0].code) == ("aborted", -1)
    assert new.verdict == old.verdict == Outcome.EXITED


@pytest.mark.parametrize(
    "said",
    [
        "PARSE ERROR: Argument: --skip-deprecated-logs",
        "unable to bind domain socket with base_id=780, id=0, errno=98 (see --base-id option)",
        "10834 external/tcmalloc+/tcmalloc/arena.cc:59] CHECK in Alloc: FATAL ERROR: Out of memory trying to allocate",
    ],
)
def test_what_envoy_writes_without_a_head_before_it_ends_is_its_reason(said: str):
    """Runs of 1.40: with an argument that it does not know, beside another Envoy, with too little address space."""
    assert read_proxy_log([*HEALTHY, said, EXITED]).why.endswith(f"exited with code 0; {said}.")
    assert read_proxy_log([*HEALTHY, said]).verdict == Outcome.HEALTHY
    assert said not in read_proxy_log([*HEALTHY, f'{{"path": "{said}"}}', EXITED]).why


@pytest.mark.parametrize(
    "word",
    [
        "Error starting the Agent HTTP server on Uds path, exiting agent: x",
        "Unable to start a listener on TCP Address, exiting agent: x",
    ],
)
def test_every_fatal_line_of_the_agent_ends_it(word: str):
    assert read_proxy_log([*HEALTHY, agent(word, "fatal")]).verdict == Outcome.EXITED
    assert read_proxy_log([*HEALTHY, agent(word, "error")]).verdict == Outcome.HEALTHY


def test_relay_has_no_listener_of_its_own():
    relay = lines_of("16")
    assert read_proxy_log(relay).listeners.wanted is None
    assert read_proxy_log(changed(relay, "APPNET_ENABLE_RELAY_MODE_FOR_XDS=1", "APPNET_X=1")).verdict == Outcome.UNKNOWN


def test_when_envoy_hung_last_is_told() -> None:
    log = read_proxy_log([*HEALTHY, *frozen(1, 12, 24, 36)])
    assert log.frozen and log.unanswered_at and log.unanswered_at.strftime("%M:%S") == "20:36"


def test_where_the_file_for_the_log_cannot_be_written_it_is_here():
    file = changed(
        HEALTHY, "APPNET_AGENT_ADMIN_MODE=UDS", "APPNET_ENVOY_LOG_DESTINATION=/gone APPNET_AGENT_ADMIN_MODE=UDS"
    )
    complaint = 'time="2026-11-22T13:10:19Z" level=warning msg="Unable to setup log output redirection to file."'
    assert read_proxy_log([*file[:3], complaint, *file[3:]]).verdict == "healthy"
    assert "sends the log to a file" in read_proxy_log(file[:3]).why


@pytest.mark.parametrize("hours", [-5, 0, 9])
def test_lines_around_a_restart_are_told_apart_by_two_clocks(hours: int):
    """Envoy writes local time, the agent UTC: a last word of the run before comes late, lines of another task later."""

    def there(line: str) -> str:
        return line if "[AppNet Agent]" in line else line.replace("-22 13:", f"-22 {13 + hours:02}:")

    late = envoy("main dispatch loop exited", component="main", second=0)
    stray = envoy("lds: add/update listener 'x'", second=30)
    ended = EXITED.replace("20:00.", "19:59.")
    again = [*HEALTHY, ended, RUN_AGAIN[0], late.replace("20:00.", "19:59."), *RUN_AGAIN[1:]]
    assert read_proxy_log(map(there, again)).verdict == "recovered"
    assert read_proxy_log(map(there, [*again, stray])).verdict == "unknown"


def test_a_wait_that_fails_ends_envoy_whatever_its_process():
    gone = agent("Error returned while waiting for Envoy process [14]: no child processes", "error", 5)
    assert read_proxy_log([*HEALTHY, gone]).verdict == "exited"
    assert (
        read_proxy_log([*HEALTHY, gone, *[line.replace("20:00.", "20:06.") for line in RUN_AGAIN]]).verdict
        == "recovered"
    )
