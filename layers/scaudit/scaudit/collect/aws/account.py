"""The Regions of the account."""

from collections.abc import Mapping
from typing import Any

from scaudit.collect.aws.action import Action, Quota
from scaudit.collect.aws.reads import Reads
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
        found += page
        token = answer.get("NextToken") or ""
        if not token:
            return found


def _names(answer: Mapping[str, Any]) -> list[str]:
    return [raw["RegionName"] for raw in answer["Regions"]]
