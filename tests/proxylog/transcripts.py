"""The recorded proxy logs and what truly happened in each, and ways to disturb them as transports do."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "proxy-logs"
STAMP = re.compile(r"\[(\d{4}-\d\d-\d\d \d\d:\d\d):(\d\d)\.(\d{3})\]")
ACCESS_LOG = (
    '[2026-11-22T13:16:02.171Z] "GET /index.html HTTP/1.1" 200 - 0 6 1 0 "-" "curl/8.11.1" "6dd7" "web" "127.0.0.1:80"',
    '{"start_time":"2026-11-22T13:16:02.171Z","method":"GET","path":"/","response_code":200,"response_flags":"-"}',
    '{"type":"CONSECUTIVE_5XX","timestamp":"2026-11-22T13:19:15.355Z","cluster_name":"c","action":"EJECT"}',
)
# What the index calls recovered, but the log does not show: Envoy's lines at level info are hidden while it starts.
KEPT_DISAGREEMENTS = {"14-health-transitions-debug-agent.log": "unknown"}


@dataclass(frozen=True)
class Transcript:
    name: str
    lines: tuple[str, ...]
    about: dict[str, Any]

    @property
    def truth(self) -> dict[str, Any]:
        return self.about["truth"]

    @property
    def marks(self) -> dict[str, Any]:
        return self.about["line_marks"]

    @property
    def verdict(self) -> str:
        told = self.about["verdict"].removesuffix("_from_log")
        return KEPT_DISAGREEMENTS.get(self.name, told)

    @property
    def hidden(self) -> bool:
        return self.about["group"] == "blind" or self.name in KEPT_DISAGREEMENTS


def _transcripts() -> Iterator[Transcript]:
    for about in json.loads((FOLDER / "index.json").read_text())["files"]:
        text = (FOLDER / about["file"]).read_bytes().decode()
        yield Transcript(about["file"], tuple(text.removesuffix("\n").split("\n")), about)


TRANSCRIPTS = tuple(_transcripts())
BY_NAME = {transcript.name: transcript for transcript in TRANSCRIPTS}


def lines_of(scenario: str) -> list[str]:
    return list(next(t for t in TRANSCRIPTS if t.about["scenario"] == scenario).lines)


def _milliseconds(line: str) -> tuple[str, int] | None:
    found = STAMP.match(line)
    return (found[1], int(found[2]) * 1000 + int(found[3])) if found else None


def swapped(lines: tuple[str, ...], chance: random.Random) -> list[str]:
    """Neighbours written within 2 ms of one another change places."""
    swapped = list(lines)
    at = 0
    while at + 1 < len(swapped):
        one, two = _milliseconds(swapped[at]), _milliseconds(swapped[at + 1])
        if one and two and one[0] == two[0] and abs(one[1] - two[1]) <= 2 and chance.random() < 0.5:
            swapped[at : at + 2] = swapped[at + 1], swapped[at]
            at += 1
        at += 1
    return swapped


def with_access_log(lines: tuple[str, ...], chance: random.Random, imitations: tuple[str, ...] = ()) -> list[str]:
    return [
        told
        for line in lines
        for told in ([chance.choice(ACCESS_LOG + imitations)] if chance.random() < 0.2 else []) + [line]
    ]


def renamed(lines: tuple[str, ...], chance: random.Random) -> list[str]:
    """Another service, other ports, another account."""
    text = "\n".join(lines)
    port = {}
    for number in dict.fromkeys(re.findall(r"(?<=:)\d{3,5}(?=[,}])", text)):
        port[number] = str(chance.randrange(10000, 65000))
        text = re.sub(rf"(?<![\d.]){number}(?!\d)", port[number], text)
    for name in ("ingress-nginx", "ingress-cart-http", "ingress-cart-admin", "ingress-orders-api", "ingress-http"):
        text = text.replace(name, f"ingress-{chance.choice(['a', 'pay_v2', 'x.y', 'Z'])}{chance.randrange(1000)}")
    return text.replace("123456789012", "998877665544").replace("tutorial", "c1").split("\n")
