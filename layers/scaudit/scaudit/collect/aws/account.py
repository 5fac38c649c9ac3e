"""The Regions of the account."""

from collections.abc import Mapping
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.reads import Reads
from scaudit.collect.aws.typed import listed, token_of
from scaudit.model import Unread

LIST_REGIONS = Action(
    "account:ListRegions",
    "the Regions that are enabled for the account",
    Quota("Account ListRegions", rate=5, burst=5),
    ("account::${AWS::AccountId}:account",),
)
_ENABLED = ["ENABLED", "ENABLED_BY_DEFAULT"]


def enabled_regions(reads: Reads) -> list[str] | Unread:
    """The names of the Regions that are enabled for the account (AWS: ListRegions)."""
    found: list[str] = []
    token = ""
    while True:
        more: dict[str, Any] = {"NextToken": token} if token else {}
        answer = reads.ask(LIST_REGIONS, "", RegionOptStatusContains=_ENABLED, **more)
        if answer is None or isinstance(answer, Unread):
            return answer or Unread(f"{LIST_REGIONS.name} gave no answer")
        page = reads.understand(LIST_REGIONS, "Regions", _names, answer)
        if isinstance(page, Unread):
            return page
        names, token = page
        found += names
        if not token:
            return found


def _names(answer: Mapping[str, Any]) -> tuple[list[str], str]:
    return [raw["RegionName"] for raw in listed(answer["Regions"])], token_of(answer, "NextToken")
