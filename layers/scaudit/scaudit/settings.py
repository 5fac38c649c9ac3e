"""What a deployment of scaudit is told, read once from the functions' environment."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from scaudit.model import Severity
from scaudit.model.arn import Arn
from scaudit.values import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class VerifySettings:
    """`settle_scale` multiplies every settling time; `second_look` and `start_deadline` are in seconds; `concurrency`
    is how many workers share the quotas of AWS."""

    region: str
    table: str
    queue_url: str
    dead_letter_queue_url: str
    settle_scale: float
    second_look: int
    start_deadline: int
    include_clusters: tuple[str, ...]
    concurrency: int
    topic: str
    linked_regions: tuple[str, ...] = ()

    @property
    def account(self) -> str:
        """The account that the stack is in."""
        return Arn.of(self.topic).account

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions that are watched, the stack's own first."""
        return self.region, *self.linked_regions

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "VerifySettings":
        """Raises KeyError naming the variable that is missing, ValueError for a number that is none."""
        return cls(
            region=environment["AWS_REGION"],
            table=environment["TABLE_NAME"],
            queue_url=environment["QUEUE_URL"],
            dead_letter_queue_url=environment["DEAD_LETTER_QUEUE_URL"],
            settle_scale=float(environment["SETTLE_SCALE"]),
            second_look=round(float(environment["SECOND_LOOK"])),
            start_deadline=round(float(environment["START_DEADLINE"])),
            include_clusters=_words(environment["INCLUDE_CLUSTERS"]),
            concurrency=int(environment["CONCURRENCY"]),
            topic=environment["TOPIC_ARN"],
            linked_regions=_linked(environment),
        )


def _linked(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The Regions that are watched from the stack's own, each once, and without it."""
    named = dict.fromkeys(_words(environment["LINKED_REGIONS"]))
    return tuple(region for region in named if region != environment["AWS_REGION"])


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """What the sweep needs to spread its work: `regions` are all that are watched, the stack's own first."""

    regions: tuple[str, ...]
    queue_url: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "SweepSettings":
        """Raises KeyError naming the variable that is missing."""
        return cls(
            regions=(environment["AWS_REGION"], *_linked(environment)),
            queue_url=environment["QUEUE_URL"],
        )


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """`alert_severity` is None when nothing is to be announced; `hold_down` and `announce_delay` are in seconds;
    `chat_topic` and `event_bus` are ARNs, `docs_url` is the address of the page of checks; empty where there is none.

    Incidents of `ignore_checks` are kept, and not announced.
    """

    region: str
    table: str
    topic: str
    queue_url: str
    alert_severity: Severity | None
    ignore_checks: tuple[str, ...]
    hold_down: int
    audit_log_group: str
    announce_delay: int = 0
    dead_letter_queue_url: str = ""
    chat_topic: str = ""
    event_bus: str = ""
    docs_url: str = ""

    @property
    def event_bus_region(self) -> str:
        """The Region of the event bus, or the stack's own where there is none."""
        return Arn.of(self.event_bus).region if self.event_bus else self.region

    @property
    def account(self) -> str:
        """The account that the stack is in."""
        return Arn.of(self.topic).account

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "NotifySettings":
        """Raises KeyError naming the variable that is missing or the severity that is none."""
        wanted = environment["ALERT_SEVERITY"]
        return cls(
            region=environment["AWS_REGION"],
            table=environment["TABLE_NAME"],
            topic=environment["TOPIC_ARN"],
            queue_url=environment["QUEUE_URL"],
            alert_severity=None if wanted == "none" else Severity[wanted.upper()],
            ignore_checks=_words(environment["IGNORE_CHECKS"]),
            hold_down=round(float(environment["HOLD_DOWN"])),
            audit_log_group=environment["AUDIT_LOG_GROUP"],
            announce_delay=round(float(environment["ANNOUNCE_DELAY"])),
            dead_letter_queue_url=environment["DEAD_LETTER_QUEUE_URL"],
            chat_topic=environment["CHAT_TOPIC_ARN"],
            event_bus=environment["EVENT_BUS_ARN"],
            docs_url=environment["DOCS_URL"],
        )


def included(cluster: str, patterns: tuple[str, ...]) -> bool:
    """Whether `IncludeClusters` covers a cluster; `*` stands for any run of characters."""
    return any(fnmatchcase(cluster, pattern) for pattern in patterns)
