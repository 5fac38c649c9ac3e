"""Logs of proxies that lived on after their start, or lacked something in it: what is right to say of each."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "proxy-lives"
ARGUED = {
    "t3-sds-late-20s.log": "t1-sds-never.log",
    "r1-rds-late-20s.log": "15e-never-gets-rds.log",
}
"""Told as degraded, though what was late came in the end: line by line they are the logs of those that never came
(docs/decisions.md, 2026-11-30)."""


@dataclass(frozen=True)
class Life:
    name: str
    lines: tuple[str, ...]
    verdicts: tuple[str, ...]
    fails: dict[str, str]
    note: str


def _life(about: dict) -> Life:
    text = (FOLDER / about["file"]).read_text().removesuffix("\n")
    argued = about["file"] in ARGUED
    verdicts = ("degraded",) if argued else tuple(about["verdicts"])
    fails = {"SC309": "error"} if argued else about["fails"]
    return Life(about["file"], tuple(text.split("\n")), verdicts, fails, about["truth"].get("note", ""))


LIVES = tuple(_life(about) for about in json.loads((FOLDER / "index.json").read_text())["files"])
OF = {life.name: life for life in LIVES}
