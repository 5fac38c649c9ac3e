"""What an Amazon Resource Name tells of its resource."""

from functools import lru_cache
from typing import Self

from scaudit.values import dataclass

_KEPT = 4096
"""Names whose parts are kept: those of a batch are asked for again and again."""


@dataclass(frozen=True, slots=True)
class Arn:
    """`resource` is what follows the account. Of a bare name or id only that is known, the rest is empty (AWS
    General Reference: arn:partition:service:region:account:resource)."""

    region: str
    account: str
    resource: str

    @classmethod
    @lru_cache(_KEPT)
    def of(cls, text: str) -> Self:
        """The parts of an ARN, or of a bare name or id."""
        parts = text.split(":", 5)
        if parts[0] != "arn" or len(parts) < 6:
            return cls("", "", text)
        return cls(*parts[3:])

    @property
    def name(self) -> str:
        """What the resource is called, or its id: what follows the last slash."""
        return self.resource.rsplit("/", 1)[-1]
