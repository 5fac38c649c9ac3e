"""What the tags that silence checks come to, in words: until when one does, and why another one does not."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict
from scaudit.judge.ignore_tags import IGNORE, stands, why_not, written
from scaudit.model import Status
from scaudit.model.sentences import clean

Tagged = Sequence[tuple[str, Mapping[str, str]]]
"""The tags of whom, as people call it: "the service", "cluster shop"."""
_NAME = IGNORE.removesuffix(":")


def of_failures(verdicts: Sequence[Verdict], tagged: Tagged, at: datetime) -> dict[str, str]:
    """What is to be said of the tag for each check that fails, by its id."""
    failing = {v.check.id for v in verdicts if v.status is Status.FAIL}
    return {check: said for check in failing if (said := _of(check, tagged, at))}


def _of(check: str, tagged: Tagged, at: datetime) -> str:
    found = [(whose, tags[name]) for whose, tags in tagged if (name := IGNORE + check) in tags]
    for whose, value in found:
        if stands(value, at):
            return clean(f"suppressed until {written(value)} by the tag of {whose}")
    return clean("; ".join(f"the tag {IGNORE}{check} of {whose} silences nothing: {why_not(v)}" for whose, v in found))


def misnamed(tags: Mapping[str, str]) -> Iterator[str]:
    """What is to be said of tags that are meant to silence a check and name none."""
    for name in sorted(tags):
        if not name.lower().startswith(_NAME) or (name.startswith(IGNORE) and name.removeprefix(IGNORE) in BY_ID):
            continue
        near = name.rpartition(":")[2].upper()
        form = f"{IGNORE}{near}" if near in BY_ID else f"{IGNORE} and the id of a check, such as {IGNORE}SC305"
        yield clean(f"the tag {name} silences nothing: write {form}")
