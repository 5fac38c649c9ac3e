"""A log may end after any line, and begin at any: it never says more than its lines do."""

import pytest

from scaudit.proxylog import Reading, read_proxy_log
from tests.proxylog.evidence import is_proven
from tests.proxylog.transcripts import TRANSCRIPTS, Transcript

FINE = {"healthy", "recovered"}
every_transcript = pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: transcript.name)


@every_transcript
def test_cut_after_any_line(transcript: Transcript):
    ready, starts = transcript.truth["all_ready_lines"], transcript.marks["executing_command"]
    reading = Reading()
    for number, line in enumerate(transcript.lines, 1):
        reading.read([line])
        start = reading.start()
        run = max([at for at in starts if at <= number], default=0)
        is_ready = any(run < at <= number for at in ready)
        assert start.ready_line == next((at for at in ready if at <= number), None)
        if not is_ready:
            assert start.verdict in ("not_ready", "unknown", "exited", "stopped"), number
        if not ready or number < ready[0]:
            assert start.verdict != "exited" or transcript.verdict in ("exited", "recovered"), number
    assert start == read_proxy_log(transcript.lines)


@every_transcript
def test_cut_at_both_ends(transcript: Transcript):
    """Its head gone, a log may show faults, but it does not know which listeners were wanted."""
    lines = transcript.lines
    for first in sorted({1, 2, 3, 4, 6, len(lines) // 2, *range(5, len(lines), max(7, len(lines) // 20))}):
        for last in {len(lines), len(lines) - 1, len(lines) - len(lines) // 4}:
            part = lines[first:last]
            start = read_proxy_log(part)
            assert start.dump_seen == any("App Mesh Environment Variables" in line for line in part)
            assert start.verdict not in FINE or is_proven(part), (first, last)
            if first > 5:
                assert start.verdict not in FINE and start.listeners.wanted is None


@pytest.mark.parametrize("kept", range(0, 400, 13))
def test_cut_within_a_line(kept: int):
    """The last line that was read may not be whole: a name, a level or an ARN that is cut off is not believed."""
    for transcript in TRANSCRIPTS[::5]:
        for number in (0, 1, 2, len(transcript.lines) - 1):
            cut = [*transcript.lines[:number], transcript.lines[number][:kept]]
            start = read_proxy_log(cut)
            assert start.verdict not in FINE or is_proven(cut)
            assert start.identity in ("", transcript.about["env"].get("APPMESH_RESOURCE_ARN", ""))
            if number == 2 and cut[2] != transcript.lines[2]:
                assert start.verdict == "unknown" and start.listeners.wanted is None


def test_an_empty_log_says_nothing():
    start = read_proxy_log([])
    assert (start.verdict, start.evidence, start.lines, start.first_at) == ("unknown", (), 0, None)
