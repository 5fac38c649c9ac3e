"""Every recorded log gives the verdict, lines, listeners, starts and ends that its recording is known to have had."""

from collections import Counter

import pytest

from scaudit.proxylog import read_proxy_log
from tests.proxylog.transcripts import BY_NAME, KEPT_DISAGREEMENTS, TRANSCRIPTS, Transcript

every_transcript = pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: transcript.name)


@every_transcript
def test_the_verdict(transcript: Transcript):
    start = read_proxy_log(transcript.lines)
    assert start.verdict == transcript.verdict, start.why
    assert start.why.endswith(".")
    assert start.evidence
    assert start.lines == len(transcript.lines)


def test_a_line_that_proves_is_shown_up_to_its_reason():
    lines = BY_NAME["05-lds-rejected-ingress.log"].lines
    told = [line.text for line in read_proxy_log(lines).evidence]
    assert lines[200] in told and "Didn't find a registered implementation for" in lines[200]
    assert "…" not in "".join(told)


def test_only_argued_disagreements_are_kept():
    differ = {t.name for t in TRANSCRIPTS if t.about["verdict"].removesuffix("_from_log") != t.verdict}
    assert differ == set(KEPT_DISAGREEMENTS)
    assert Counter(t.verdict for t in TRANSCRIPTS)["unknown"] == 4 + len(differ)


@every_transcript
def test_ready_lines(transcript: Transcript):
    start = read_proxy_log(transcript.lines)
    assert start.ready_line == transcript.truth["ready_line"]
    assert list(start.ready_lines) == transcript.truth["all_ready_lines"]
    assert (start.ready_at is None) == (start.seconds_to_ready is None) == (start.ready_line is None)
    if start.ready_line:
        assert (
            start.ready_at
            and transcript.lines[start.ready_line - 1][1:24] == f"{start.ready_at:%Y-%m-%d %H:%M:%S.%f}"[:-3]
        )
        assert start.seconds_to_ready is not None and 0 <= start.seconds_to_ready < 120


@every_transcript
def test_listeners(transcript: Transcript):
    listeners, truth = read_proxy_log(transcript.lines).listeners, transcript.truth
    wanted = truth["listeners_wanted"]
    assert listeners.wanted == (None if wanted == "malformed" else wanted)
    if transcript.hidden:
        assert listeners.missing == ()  # what the log hides is not missing
    if (
        truth["listeners_active_at_end"] is None
        or transcript.hidden
        or (transcript.about["group"] == "relay" and not wanted)
    ):
        return  # nobody looked, the log hides it, or a relay's one listener is static and no line tells of it
    assert set(listeners.added) == truth["listeners_active_at_end"].keys()
    if wanted != "malformed":
        assert sorted(listeners.missing) == truth["listeners_missing_at_end"]


@every_transcript
def test_starts_and_ends(transcript: Transcript):
    start = read_proxy_log(transcript.lines)
    executed = [] if transcript.hidden else transcript.marks["executing_command"]
    assert start.envoy_starts >= len(executed)
    if executed:
        assert start.envoy_starts == transcript.truth["envoy_start_attempts"]
    assert [[exit.line, int(exit.process), exit.code] for exit in start.exits] == transcript.marks["envoy_exit"]
    assert [exit.signal != "" for exit in start.exits if exit.line + 1 in transcript.marks["signalled"]].count(
        False
    ) == sum("Additional Exit data" in transcript.lines[line - 1] for line in transcript.marks["signalled"])


@every_transcript
def test_identity_dump_and_settings(transcript: Transcript):
    start, environment = read_proxy_log(transcript.lines), transcript.about["env"]
    assert start.dump_seen
    assert start.identity == environment.get("APPMESH_RESOURCE_ARN", "")
    assert start.log_destination == environment.get("APPNET_ENVOY_LOG_DESTINATION", "")
    assert start.first_at and f"{start.first_at:%Y-%m-%dT%H:%M:%SZ}" in transcript.lines[0]
    if not transcript.hidden and transcript.about["group"] != "bad-env":
        assert start.log_level == environment.get("ENVOY_LOG_LEVEL", "info")


@every_transcript
def test_the_control_plane(transcript: Transcript):
    seen, marks = read_proxy_log(transcript.lines).control_plane, transcript.marks
    last_run = max(marks["executing_command"], default=0)
    assert seen.closed == len([line for line, _ in marks["stream_closed"] if line > last_run])
    assert seen.socket_missing == bool(marks["xds_socket_missing"])
    grave = [
        kind for line, kind in marks["initial_fetch_timeout"] if kind != "ClusterLoadAssignment" and line > last_run
    ]
    assert list(seen.timeouts) == grave
    if any(line > last_run for line in marks["cds"]):
        assert seen.clusters_answered


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("20-xds-unauthorized-ecs-poll.log", "Unauthorized to perform ecs:Poll"),
        ("04-xds-socket-missing.log", "no such file or directory"),
        ("04e-xds-socket-permission-denied.log", "nobody answers on its socket"),
        ("15-never-gets-lds.log", "has not sent its listeners"),
        ("15c-xds-connected-but-silent.log", "has not sent its clusters"),
        ("08b-envoy-not-executable.log", "permission denied"),
        ("08d-envoy-missing-library.log", "libm.so.6"),
        ("07-crash-loop-sigkill.log", "process 59 was ended by a signal (killed)"),
        ("30-no-dev-shm-old-agent.log", "cannot open shared memory region"),
        ("09c-port-privileged-denied.log", "cannot bind '0.0.0.0:443': Permission denied"),
        ("26b-ingress-listener-removed-after-ready.log", "ingress-cart-http was removed"),
        ("25-management-api-drain-and-loglevel.log", "drained on request"),
        ("28-log-level-error.log", "log level error hides"),
        ("27-logs-to-disk-destination.log", "APPNET_ENVOY_LOG_DESTINATION=/var/log"),
        ("14b-health-envoy-frozen-info.log", "unanswered for a while"),
    ],
)
def test_the_reason_is_the_one_that_happened(name: str, said: str):
    assert said in read_proxy_log(BY_NAME[name].lines).why


def test_a_refusal_keeps_reason_and_code():
    seen = read_proxy_log(BY_NAME["20c-xds-permission-denied-then-ok.log"].lines).control_plane
    assert (seen.refused, seen.code, seen.closed, seen.lost) == ("Rate exceeded", 7, 5, False)
    assert read_proxy_log(BY_NAME["20b-xds-unauthorized-after-ready.log"].lines).control_plane.lost


def test_silence_is_told_from_refusal():
    silent = {t.name for t in TRANSCRIPTS if read_proxy_log(t.lines).control_plane.silent}
    assert silent == {"15-never-gets-lds.log", "15c-xds-connected-but-silent.log"}


def test_metadata_problems_and_complaints_are_told():
    assert len(read_proxy_log(BY_NAME["17-task-metadata-refused.log"].lines).metadata_problems) == 4
    assert len(read_proxy_log(BY_NAME["12c-bad-env-out-of-range.log"].lines).complaints) == 5
    assert len(read_proxy_log(BY_NAME["12-bad-env-port-mapping.log"].lines).complaints) == 2
    others = [t for t in TRANSCRIPTS if t.about["group"] not in ("metadata", "bad-env")]
    assert not [
        t.name for t in others if read_proxy_log(t.lines).metadata_problems or read_proxy_log(t.lines).complaints
    ]


def test_rejected_and_unbound_are_told_apart():
    rejected = read_proxy_log(BY_NAME["05-lds-rejected-ingress.log"].lines).listeners
    assert (list(rejected.rejected), list(rejected.unbound)) == (["ingress-nginx"], [])
    unbound = read_proxy_log(BY_NAME["09-port-in-use-ingress.log"].lines).listeners
    assert (dict(unbound.rejected), list(unbound.unbound)) == ({}, ["ingress-nginx"])
    assert "Address already in use" in unbound.unbound["ingress-nginx"]
    assert read_proxy_log(BY_NAME["26-healthy-config-updates.log"].lines).listeners.removed == ("egress",)
