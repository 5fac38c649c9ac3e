"""What the control plane gave, what became of it, and the stream that brings it."""

import pytest

from scaudit.proxylog import ProxyStart, read_proxy_log
from tests.proxylog.told import HEALTHY, agent, changed, closed, envoy, without
from tests.proxylog.transcripts import lines_of

TYPE = "type.googleapis.com/envoy"
KINDS = {
    "Secret": f"{TYPE}.extensions.transport_sockets.tls.v3.Secret",
    "RouteConfiguration": f"{TYPE}.config.route.v3.RouteConfiguration",
    "Runtime": f"{TYPE}.service.runtime.v3.Runtime",
    "Cluster": f"{TYPE}.config.cluster.v3.Cluster",
    "Listener": f"{TYPE}.config.listener.v3.Listener",
    "ClusterLoadAssignment": f"{TYPE}.config.endpoint.v3.ClusterLoadAssignment",
}
BEFORE, READY = HEALTHY[:-1], HEALTHY[-1:]
AT_DEBUG = changed(HEALTHY, "-l info", "-l debug")


def late(kind: str) -> str:
    return envoy(f"gRPC config: initial fetch timed out for {KINDS[kind]}", "warning")


def rejected(kind: str, reason: str = "bad") -> str:
    return envoy(f"gRPC config for {KINDS[kind]} rejected: {reason}", "warning")


def accepted(kind: str, second: int = 9) -> str:
    return envoy(f"gRPC config for {KINDS[kind]} accepted with 1 resources with version 2", "debug", second=second)


NEW = envoy("Secret is updated.", "debug", second=8)


def asked(kind: str) -> str:
    return envoy(f"gRPC mux addWatch for {KINDS[kind]}", "debug")


def routes(name: str) -> str:
    return envoy(f"rds: loading new configuration: config_name={name} hash=1", "debug", "rds", second=9)


def fell(name: str) -> str:
    return envoy(f"final pre-worker listener init for listener '{name}' failed: cannot listen() errno=98", "error")


CDS = envoy("cds: response indicates 2 added/updated cluster(s), 0 removed cluster(s); applying changes")
DONE = envoy("cds: added/updated 1 cluster(s) (skipped 1 unmodified cluster(s)); removed 0 cluster(s)")
APP = envoy("cds: cluster 'app' config rejected: no LB", "warning")
ADD = envoy("lds: add/update listener 'ingress-nginx'", second=40)
CASES = {
    "a secret was rejected at start": ([*BEFORE, rejected("Secret"), *READY], "degraded"),
    "a secret was late": ([*BEFORE, late("Secret"), *READY], "degraded"),
    "settings of Envoy itself were late, or rejected": (
        [*BEFORE, late("Runtime"), rejected("Runtime"), *READY],
        "healthy",
    ),
    "a secret was late, and rejected when it came": ([*BEFORE, late("Secret"), *READY, rejected("Secret")], "degraded"),
    "a secret was late, and came: told at debug": (
        [*AT_DEBUG[:-1], asked("Secret"), late("Secret"), *READY, NEW, accepted("Secret")],
        "recovered",
    ),
    "the refused secret was sent again, and is accepted as it is": (
        [
            *AT_DEBUG[:-1],
            asked("Secret"),
            NEW,
            rejected("Secret").replace(":00.", ":08."),
            *READY,
            accepted("Secret", 40),
        ],
        "degraded",
    ),
    "one of two secrets was late, and one came": (
        [*AT_DEBUG[:-1], asked("Secret"), asked("Secret"), late("Secret"), *READY, NEW, accepted("Secret")],
        "unknown",
    ),
    "the only secret came, and the next one was refused": (
        [*AT_DEBUG[:-1], asked("Secret"), late("Secret"), *READY, NEW, accepted("Secret"), rejected("Secret")],
        "degraded",
    ),
    "a secret was late, another came, and then one was refused": (
        [*AT_DEBUG[:-1], late("Secret"), *READY, NEW, accepted("Secret"), rejected("Secret")],
        "degraded",
    ),
    "a secret was rejected, and came before it was ready": (
        [*AT_DEBUG[:-1], asked("Secret"), rejected("Secret"), NEW, accepted("Secret"), *READY],
        "healthy",
    ),
    "routes were late, and did not come: told at debug": (
        [*AT_DEBUG[:-1], late("RouteConfiguration"), *READY],
        "degraded",
    ),
    "an update of routes was refused": ([*HEALTHY, rejected("RouteConfiguration")], "unknown"),
    "an update of routes was refused: told at debug": ([*AT_DEBUG, rejected("RouteConfiguration")], "degraded"),
    "an update of routes was refused, then the level was raised": (
        [*HEALTHY, rejected("RouteConfiguration"), envoy("change all log levels: level='debug'", component="misc")],
        "unknown",
    ),
    "another kind was accepted": (
        [*AT_DEBUG, rejected("RouteConfiguration"), NEW, accepted("Secret")],
        "degraded",
    ),
    "both protocols in one code say it otherwise": (
        [
            *AT_DEBUG[:-1],
            asked("Secret"),
            *READY,
            rejected("Secret"),
            NEW,
            envoy(f"Config update for {KINDS['Secret']} (version 3) accepted with 1 resources", "debug"),
        ],
        "recovered",
    ),
    "the refused routes were taken, by their name": (
        [*AT_DEBUG, rejected("RouteConfiguration", "Only one wildcard in route ing"), routes("ing")],
        "recovered",
    ),
    "other routes than the refused ones were taken": (
        [
            *AT_DEBUG,
            rejected("RouteConfiguration", "Only one wildcard in route ing"),
            routes("in"),
            accepted("RouteConfiguration"),
        ],
        "unknown",
    ),
    "the delta protocol: routes are taken": (
        [
            *AT_DEBUG,
            rejected("RouteConfiguration").replace("gRPC config", "delta config"),
            envoy(
                f"Delta config for {KINDS['RouteConfiguration']} accepted with 1 resources added, 0 removed", "debug"
            ),
        ],
        "unknown",
    ),
    "the delta protocol: clusters are taken, which need not be those that were refused": (
        [*HEALTHY, CDS, APP, DONE, rejected("Cluster").replace("gRPC config", "delta config"), CDS, DONE],
        "unknown",
    ),
    "the delta protocol: a listener is taken, which is not the refused one": (
        [
            *AT_DEBUG,
            envoy("lds: listener 'ingress-nginx' config rejected: bad", "warning"),
            rejected("Listener", "Error adding/updating listener(s) ingress-nginx: bad").replace("gRPC", "delta"),
            envoy(f"Delta config for {KINDS['Listener']} accepted with 1 resources added, 0 removed", "debug"),
        ],
        "degraded",
    ),
    "an update of endpoints was refused": ([*HEALTHY, rejected("ClusterLoadAssignment")], "unknown"),
    "endpoints were rejected at start": ([*BEFORE, rejected("ClusterLoadAssignment"), *READY], "degraded"),
    "endpoints did not come in time": ([*BEFORE, late("ClusterLoadAssignment"), *READY], "unknown"),
    "an update of a cluster was refused": ([*HEALTHY, CDS, APP, DONE, rejected("Cluster", "app: no LB")], "degraded"),
    "an update of a cluster was refused, the next one taken": (
        [*HEALTHY, CDS, APP, DONE, rejected("Cluster", "app: no LB"), CDS.replace(":00.", ":30."), DONE],
        "recovered",
    ),
    "a cluster was refused by name, the summary was lost": ([*BEFORE, CDS, APP, DONE, *READY], "degraded"),
    "a listener fell out when the workers started": ([*HEALTHY, fell("ingress-nginx")], "degraded"),
    "a listener fell out, and was accepted again": ([*HEALTHY, fell("ingress-nginx"), ADD], "degraded"),
    "a listener fell out before the ready line": ([*BEFORE, fell("ingress-nginx"), *READY], "degraded"),
    "a listener fell out that nothing asks for": ([*HEALTHY, fell("other")], "healthy"),
    "the whole answer was refused as an update": (
        [*HEALTHY, envoy("gRPC config for x.Listener rejected: goo.gle/debugstr a b", "warning"), ""],
        "degraded",
    ),
    "the refused update of a listener was sent again as it was: told at debug": (
        [
            *AT_DEBUG,
            envoy("lds: listener 'egress' config rejected: bad", "warning"),
            envoy("lds: add/update listener 'egress' skipped", "debug", "upstream"),
        ],
        "healthy",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_case(case: str):
    lines, verdict = CASES[case]
    start = read_proxy_log(lines)
    assert start.verdict == verdict, start.why


def test_what_an_update_was_and_what_was_never_had():
    started, updated = (
        read_proxy_log([*BEFORE, rejected("Secret"), *READY]),
        read_proxy_log([*HEALTHY, rejected("Secret")]),
    )
    assert dict(started.control_plane.rejected) == {"Secret": "bad"} == dict(updated.control_plane.refused_updates)
    assert not started.control_plane.refused_updates and not updated.control_plane.rejected
    late_and_bad = read_proxy_log([*BEFORE, late("Secret"), *READY, rejected("Secret")])
    assert late_and_bad.control_plane.rejected == {"Secret": "bad"}


SAME = envoy("cds: cluster 'app' config rejected: no LB", "warning", second=30)
NEXT = [CDS.replace(":00.", ":30."), SAME, DONE.replace(":00.", ":30.")]
SUMMARY = rejected("Cluster", "Error adding/updating cluster(s) app: no LB")


@pytest.mark.parametrize("by_name", [True, False], ids=["Envoy 1.40", "before 1.39"])
def test_a_cluster_that_was_never_had_is_not_had_when_it_is_refused_again(by_name: bool):
    """The control plane sends it again on each new stream, every half hour."""
    first, again = [
        [line for line in answer if by_name or line not in (APP, SAME)] for answer in ([CDS, APP, DONE], NEXT)
    ]
    log = [*BEFORE, *first, SUMMARY, *READY, *again, SUMMARY, *again, SUMMARY]
    given = read_proxy_log(log).control_plane
    assert list(given.rejected) == ["Cluster"] and not given.refused_updates
    other = [CDS, envoy("cds: cluster 'web' config rejected: bad", "warning"), DONE]
    given = read_proxy_log([*BEFORE, CDS, APP, DONE, SUMMARY, *READY, *other]).control_plane
    assert list(given.refused_updates) == ["Cluster"] and not given.rejected


def test_a_listener_that_fell_out_is_not_there():
    listeners = read_proxy_log([*HEALTHY, fell("ingress-nginx"), ADD]).listeners
    assert listeners.added == ("egress",) and list(listeners.unbound) == ["ingress-nginx"]


def test_a_rejected_cluster_keeps_its_name():
    assert read_proxy_log([*BEFORE, CDS, APP, DONE, *READY]).control_plane.rejected == {"Cluster": "app: no LB"}


WAITING = without(HEALTHY, "starting workers")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (without(WAITING, "cds:", "secondary", "all clusters", "lds:"), "has not sent its clusters"),
        (without(WAITING, "all clusters", "lds:"), "not the endpoints (or secrets)"),
        (without(WAITING, "lds:"), "its clusters came, but the control plane has not sent its listeners"),
        (WAITING, "its listeners came, but not the routes or secrets that they need"),
        (HEALTHY[:8], "the log ends while it starts"),
    ],
)
def test_what_is_missing_has_its_name(lines: list[str], said: str):
    start = read_proxy_log(lines)
    assert start.verdict == "not_ready" and said in start.why


def test_at_debug_it_names_the_listener_and_what_it_waits_for():
    manager = "init manager Listener-local-init-manager ingress-nginx 576161350365566882 initializing"
    waits = [
        envoy(f"{manager} target SdsApi server-cert", "debug", "init"),
        envoy(f"{manager} shared target RdsRouteConfigSubscription RDS init ingress-routes", "debug", "init"),
    ]
    came = envoy("target SdsApi server-cert initialized, notifying init manager Listener-local", "debug", "init")
    both = read_proxy_log([*WAITING, *waits]).why
    assert "ingress-nginx waits for secret server-cert" in both and "waits for routes ingress-routes" in both
    one = read_proxy_log([*WAITING, *waits, came]).why
    assert "server-cert" not in one and "waits for routes ingress-routes" in one


def ends(*seconds: int, minute: int = 20, reason: str = "") -> list[str]:
    return [closed(second, reason=reason).replace("13:20:", f"13:{minute}:") for second in seconds]


def stream(lines: list[str]) -> tuple[str, bool]:
    start: ProxyStart = read_proxy_log(lines)
    return start.verdict.value, start.control_plane.lost


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (ends(1), ("healthy", False)),
        (ends(1, 2), ("healthy", False)),
        (ends(1, 2, 4), ("degraded", True)),
        (ends(1, 2, 4, 9, 25, 50), ("degraded", True)),
        ([*ends(1, 2, 4), CDS.replace(":20:00", ":20:30")], ("recovered", False)),
        ([*ends(1, 2, 4), ADD], ("recovered", False)),
        ([*ends(1, 2, 4), rejected("Secret").replace(":20:00", ":20:30")], ("degraded", False)),
        ([*ends(1, 2, 4), *ends(1, minute=55)], ("recovered", False)),
        ([*ends(1), *ends(1, minute=30), *ends(1, minute=40), *ends(1, minute=50)], ("healthy", False)),
        ([*ends(1), ADD, *ends(50, 51)], ("healthy", False)),
        ([closed(1, 14, "reset", " since 31s ago")], ("degraded", True)),
        ([closed(1, 14, "reset", " since 1801s ago")], ("healthy", False)),
        (ends(1, 2, 4, reason="Unauthorized to perform ecs:Poll"), ("degraded", True)),
    ],
    ids=range(13),
)
def test_a_stream_is_lost_that_ends_again_and_again(after: list[str], said: tuple[str, bool]):
    assert stream([*HEALTHY, *after]) == said


def single(lines: list[str], name: str) -> list[str]:
    return [line.replace("StreamAggregatedResources", name) for line in lines]


@pytest.mark.parametrize("name", ["StreamSecrets", "DeltaSecrets", "StreamClusters", "DeltaRoutes"])
@pytest.mark.parametrize(
    ("after", "said"),
    [
        (ends(1), "healthy"),
        (ends(1, 2), "healthy"),
        (ends(1, 2, 4), "unknown"),
        (ends(4, 4, 4), "healthy"),
        ([*ends(1), *ends(1, minute=30), *ends(1, minute=40)], "healthy"),
        ([*ends(1, 2, 4), *ends(1, minute=55)], "healthy"),
        ([closed(1, 14, "reset", " since 31s ago")], "unknown"),
    ],
    ids=range(7),
)
def test_a_stream_for_one_kind_alone_that_ends_again_and_again_is_not_known_to_be_well(
    name: str, after: list[str], said: str
):
    start = read_proxy_log([*HEALTHY, *single(after, name)])
    assert (start.verdict.value, tuple(start.control_plane.unclear)) == (said, (name,) if said == "unknown" else ())
    assert (start.control_plane.closed, start.control_plane.lost) == (0, False)


def test_it_is_no_news_of_a_stream_for_one_kind_that_clusters_came():
    start = read_proxy_log([*HEALTHY, *single(ends(1, 2, 4), "StreamSecrets"), CDS.replace(":20:00", ":20:30")])
    assert start.verdict == "unknown"
    later = "[2026-11-22 13:25:00.000][14][info][main] [source/x.cc:1] anything at all"
    assert read_proxy_log([*HEALTHY, *single(ends(1, 2, 4), "StreamSecrets"), later]).verdict == "healthy"


def test_a_lost_stream_is_back_when_the_log_goes_on_for_longer_than_any_try():
    later = "[2026-11-22 13:25:00.000][14][info][main] [source/x.cc:1] anything at all"
    assert stream([*HEALTHY, *ends(1, 2, 4), later]) == ("recovered", False)
    assert stream([*HEALTHY, *ends(1, 2, 4), later.replace("13:25:00", "13:20:30")]) == ("degraded", True)


def answer(given: int, asked_away: int, had: int, second: int = 30) -> list[str]:
    """An answer with clusters, as runs of 1.36 to 1.40 tell it: without the delta protocol all that it does not have
    are asked away, and so is the one of the bootstrap, which stays."""
    counts = f"response indicates {given} added/updated cluster(s), {asked_away} removed cluster(s); applying changes"
    done = f"added/updated {given} cluster(s) (skipped 0 unmodified cluster(s)); removed {had} cluster(s)"
    return [envoy(f"cds: {said}", component="upstream", second=second) for said in (counts, done)]


OLD_WORDS = [
    envoy(f"cds: {said}", component="upstream", second=30)
    for said in ("add 0 cluster(s), remove 3 cluster(s)", "added/updated 0 cluster(s), skipped 0 unmodified cluster(s)")
]
LEFT = {
    "all were taken away": ([*HEALTHY, *answer(0, 3, 2)], "unknown"),
    "all were taken away, in the words of 2023": ([*HEALTHY, *OLD_WORDS], "unknown"),
    "none was given from the start": ([*BEFORE, *answer(0, 1, 0), *READY], "unknown"),
    "they came again": ([*HEALTHY, *answer(0, 3, 2), *answer(2, 1, 0, 40)], "healthy"),
    "some were taken away": ([*HEALTHY, *answer(1, 2, 1)], "healthy"),
    "the delta protocol tells of those that are taken away alone": ([*HEALTHY, *answer(0, 1, 1)], "healthy"),
    "the delta protocol has nothing new": ([*HEALTHY, *answer(0, 0, 0)], "healthy"),
    "of a client alone, whose namespace is empty": ([*lines_of("03"), *answer(0, 3, 2)], "healthy"),
    "and it was told to stop": ([*HEALTHY, *answer(0, 3, 2), agent("Draining Envoy listeners...")], "stopped"),
}


@pytest.mark.parametrize("case", LEFT)
def test_a_proxy_that_was_left_without_a_cluster_is_not_known_to_be_well(case: str):
    """Envoy keeps its listeners, answers LIVE, and every call gets 503 (runs of 1.36, 1.39 and 1.40)."""
    lines, said = LEFT[case]
    start = read_proxy_log(lines)
    assert start.verdict.value == said, start.why
    assert ("no cluster" in start.control_plane.unclear) == (said != "healthy")


def test_what_was_refused_is_told_beside_clusters_that_are_gone():
    start = read_proxy_log([*BEFORE, rejected("Secret"), *READY, *answer(0, 3, 2)])
    assert (start.verdict.value, dict(start.control_plane.rejected)) == ("degraded", {"Secret": "bad"})


def test_the_beginning_gone_what_is_said_counts():
    listener = envoy("lds: listener 'ingress-nginx' config rejected: bad", "warning")
    start = read_proxy_log([*ends(1), listener])
    assert (start.verdict, dict(start.listeners.refused_updates)) == ("degraded", {"ingress-nginx": "bad"})
    assert read_proxy_log(ends(1)).verdict == "unknown"


def local(line: str, hours: int) -> str:
    """A line's time as a clock tells it that is ahead of UTC."""
    for mark in ("2026-11-22 13:", "2026-11-22T13:"):
        line = line.replace(mark, f"{mark[:11]}{13 + hours:02}:")
    return line


@pytest.mark.parametrize("hours", [-8, 0, 9])
@pytest.mark.parametrize("agent_knows", [True, False], ids=["TZ is known to both", "to Envoy alone"])
def test_local_time_does_not_distort_the_time_to_ready(hours: int, agent_knows: bool):
    """Go reads names of zones, the C library a POSIX value as well; the agent writes its offset, Envoy none."""
    log, zone = lines_of("01"), f"{hours:+03}:00"
    dump = [local(line, hours).replace('Z"', f'{zone}"', 1) if agent_knows else line for line in log[:3]]
    plain, told = read_proxy_log(log), read_proxy_log([*dump, *[local(line, hours) for line in log[3:]]])
    assert (told.seconds_to_ready, told.ready_at, told.first_at) == (
        plain.seconds_to_ready,
        plain.ready_at,
        plain.first_at,
    )


JSON = '{"Timestamp":"2026-11-22T13:10:19.4","ThreadId":"14","Level":"info","Message":"cm init: initializing cds"}'
TCP = '{"start_time":"2026-11-22T13:16:02.171Z","bytes_received":3,"upstream_host":"127.0.0.1:80","duration":4}'


def test_envoys_log_as_json_and_the_access_log_of_tcp_are_no_proof_of_not_ready():
    assert read_proxy_log([*HEALTHY[:8], JSON]).verdict == "unknown"
    assert read_proxy_log([*WAITING, TCP]).verdict == "unknown"
    assert read_proxy_log([*HEALTHY, JSON, TCP]).verdict == "healthy"
