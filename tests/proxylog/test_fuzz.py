"""Whatever is done to recorded logs: nothing raises, and none is called healthy without the lines that prove it."""

import random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scaudit.proxylog import Reading, read_proxy_log
from scaudit.proxylog.lines import KEPT
from tests.proxylog.evidence import is_proven
from tests.proxylog.imitations import IMITATED, WRAPPED
from tests.proxylog.transcripts import TRANSCRIPTS, swapped

# Short ones: the list of extensions and the stack traces would only dilute what is done to the rest.
SHORT = [
    [
        line
        for line in t.lines
        if not any(word in line for word in ("]   ", "][envoy_bug]", "[debug]")) and line[:2] != "  "
    ]
    for t in TRANSCRIPTS
]
SEEDS = st.integers(0, 2**32)


def mutated(chance: random.Random) -> list[str]:
    lines = list(chance.choice(SHORT))
    if chance.random() < 0.3:
        lines += chance.choice(SHORT)
    for _ in range(chance.randrange(8)):
        at = chance.randrange(len(lines) + 1)
        match chance.randrange(9):
            case 0:
                del lines[at : at + chance.choice([1, 1, 2, 5, 20])]
            case 1:
                lines = lines[:at] if chance.random() < 0.5 else lines[at:]
            case 2:
                lines[at:at] = [chance.choice(WRAPPED)]
            case 3:
                lines[at:at] = [chance.choice(IMITATED)]
            case 4 if lines:
                lines[at % len(lines)] = damaged(lines[at % len(lines)], chance)
            case 5:
                lines = swapped(tuple(lines), chance)
            case 6 if lines:
                lines.insert(at, chance.choice(lines))
            case 7:
                lines[at:at] = chance.choice(SHORT)[-6:]
            case 8 if lines:
                chance.shuffle(part := lines[at : at + 6])
                lines[at : at + 6] = part
        if not lines:
            break
    return lines


def damaged(line: str, chance: random.Random) -> str:
    at = chance.randrange(len(line) + 1)
    junk = chance.choice(["", "\0", "\x1b[0m", "]", "[", "'", '"', "\\", " ", "\n", "\ud800", "9", "é"])
    return line[:at] + junk + line[at + chance.randrange(3) :] if chance.random() < 0.7 else line[:at]


@settings(max_examples=1500, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(SEEDS)
@example(0)
def test_nothing_is_called_healthy_without_its_evidence(seed: int):
    lines = mutated(random.Random(seed))
    start = read_proxy_log(lines)
    assert start.verdict not in ("healthy", "recovered") or is_proven(lines), start.why
    assert start.why and len(start.evidence) <= 12
    assert all(told.text.isprintable() and len(told.text) < KEPT for told in start.evidence)


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(SEEDS)
def test_reading_on_is_the_same_as_reading_at_once(seed: int):
    chance = random.Random(seed)
    lines = mutated(chance)
    reading, at = Reading(), 0
    while at < len(lines):
        step = chance.choice([1, 2, 7, 50])
        reading.read(lines[at : at + step])
        at += step
    assert reading.start() == read_proxy_log(lines)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.lists(st.text(), max_size=20))
def test_any_text_at_all(lines: list[str]):
    assert read_proxy_log(lines).verdict == "unknown"
