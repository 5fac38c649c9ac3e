"""What a check may answer, how much it weighs, and facts that are not there."""

from enum import IntEnum, StrEnum

from scaudit.values import dataclass


class Severity(IntEnum):
    """How much a finding hurts, in rising order."""

    INFO = 0
    WARNING = 1
    ERROR = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """Its name in lower case, as records, alerts and files have it."""
        return self.name.lower()


class Status(StrEnum):
    """What a check came to (docs/operating.md, "five answers")."""

    PASS = "pass"
    FAIL = "fail"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read, and why. Whatever needs it is `unknown`.

    `action` is the IAM action that was refused, empty when permission was not the reason; `code` is AWS's error code;
    `transient` says that asking again may answer; `odd`, that AWS answered in a shape that scaudit does not know.
    """

    reason: str
    action: str = ""
    resource: str = ""
    code: str = ""
    transient: bool = False
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Moot:
    """A fact that this subject does not have, and why. Whatever needs it is `skipped`."""

    reason: str


NOT_COLLECTED = Unread("not collected for this look")
