"""scaudit reports its own faults."""

from collections.abc import Iterator
from datetime import UTC

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.checks.derived import CheckRun, Outbreak
from scaudit.model import Severity
from scaudit.model.seen import NOT_ENABLED, Coverage, Permission, Subscription, Unlinked

MANY = 20
"""Services that begin to fail within a quarter of an hour, from which on an outbreak is suspected."""
_OURS = f"scaudit's own: {sources.OWN}"


@check(
    "SC901",
    title="no check crashed, and every answer of AWS was understood",
    about="scaudit",
    on=Trigger.AUDIT,
    severity=Severity.ERROR,
    why="A check that crashes decides nothing, and whatever rests on an answer that scaudit does not understand is "
    "unknown.",
    fix="Report the error to scaudit's maintainers, with the record from the audit log; all other checks went on.",
    source=_OURS,
)
def checks_do_not_crash(check_run: CheckRun) -> Iterator[Finding]:
    """The error that a check raised on a service, empty when it raised none."""
    if check_run.error:
        yield Finding(f"{check_run.failed}: {check_run.error}")


@check(
    "SC902",
    title="scaudit may read what it needs",
    about="scaudit",
    on=Trigger.AUDIT,
    severity=Severity.ERROR,
    why="Checks that need a refused read are unknown, so that a fault there goes unnoticed.",
    fix="Allow the action to the stack's VerifyRole (for `scaudit check`, to your own credentials), or remove the "
    "statement that denies it.",
    source=_OURS,
)
def reads_are_allowed(permission: Permission) -> Iterator[Finding]:
    """The refusal of an AWS call, with the IAM statement to add."""
    if permission.refusal and permission.refusal.code in NOT_ENABLED:
        yield Finding(
            f"{permission.action} is refused with {permission.refusal.code}: the credentials are not valid, or the "
            "Region is not enabled for this account"
        )
    elif permission.refusal:
        statement = (
            f'{{"Effect": "Allow", "Action": "{permission.action}", '
            f'"Resource": "{permission.refusal.resource or "*"}"}}'
        )
        yield Finding(f"{permission.action} is refused; the statement to add: {statement}")


@check(
    "SC903",
    title="most services do not begin to fail at once",
    about="scaudit",
    on=Trigger.ANNOUNCE,
    severity=Severity.CRITICAL,
    why="When most services of a cluster, or of most clusters, begin to fail at once, they share one cause: an event "
    "in the Region, a change at AWS, or a fault of scaudit. One alert then speaks for all of them, for a day at most.",
    fix="Check what all of them share before you look at a single one: AWS Health, the namespace, recent changes of "
    "roles or network, and the version of scaudit.",
    source=_OURS,
)
def most_services_pass(outbreak: Outbreak) -> Iterator[Finding]:
    """How many services began to fail within 15 minutes, beside how many are known: at least 20, and more than half of
    their cluster's, or of those of each of most clusters. It goes on while more than half of them fail."""
    failing = outbreak.services_failing
    if outbreak.services_told:
        wrong = 2 * failing > outbreak.services_told
    elif outbreak.cluster:
        wrong = failing >= MANY and 2 * failing > outbreak.services_known
    else:
        most = 2 * outbreak.clusters_failing > outbreak.clusters_known
        wrong = failing >= MANY and outbreak.clusters_failing > 1 and most
    if wrong:
        share = f"{failing} of {outbreak.services_known} services"
        clusters = f"{outbreak.clusters_failing} of {outbreak.clusters_known} clusters"
        where = "" if outbreak.cluster else f", most of those in {clusters},"
        yield Finding(f"{share}{where} began to fail within 15 minutes")


@check(
    "SC904",
    title="every running Service Connect task was verified in the last two sweeps",
    about="scaudit",
    on=Trigger.SWEEP,
    severity=Severity.WARNING,
    why="A task that scaudit has not looked at may be broken, and nobody would know.",
    fix="Look for records of this cluster with verdict unknown in the audit log, for messages in the dead-letter "
    "queue, and for throttled reads.",
    source=_OURS,
)
def tasks_are_verified(coverage: Coverage) -> Iterator[Finding]:
    """How many running Service Connect tasks of a cluster were verified lately, beside how many run; an error when not
    all were for a day."""
    if coverage.unlisted or coverage.verified < coverage.running:
        sentence = (
            f"{coverage.verified} of {coverage.running} running Service Connect tasks of cluster {coverage.cluster} "
            "were verified lately, expected all"
        )
        if coverage.unlisted:
            sentence = f"what runs in cluster {coverage.cluster} cannot be listed: {coverage.unlisted}"
        if coverage.short_since:
            since = f"{coverage.short_since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            yield Finding(f"{sentence}; no sweep since {since} verified all", Severity.ERROR)
        else:
            yield Finding(sentence)


@check(
    "SC905",
    title="the alert topic has a confirmed subscription",
    about="scaudit",
    on=Trigger.SWEEP,
    severity=Severity.WARNING,
    why="Without a confirmed subscription nobody receives any alert.",
    fix="Confirm the subscription in the e-mail that AWS sent, or subscribe to the topic in the stack's output "
    "TopicArn.",
    source=f"{sources.GET_TOPIC_ATTRIBUTES} (SubscriptionsConfirmed)",
)
def somebody_listens(subscription: Subscription) -> Iterator[Finding]:
    """How many subscriptions of the topic are confirmed."""
    if not subscription.confirmed:
        waiting = f" (not confirmed yet: {subscription.pending})" if subscription.pending else ""
        yield Finding(f"the topic has no confirmed subscription{waiting}")


@check(
    "SC906",
    title="every Region with services in Service Connect is watched",
    about="scaudit",
    on=Trigger.SWEEP,
    severity=Severity.ERROR,
    why="Nobody would be told of a fault in a Region that no scaudit looks at.",
    fix="Add the Region to the parameter LinkedRegions, or deploy a stack there; IgnoreChecks=SC906 says that it need "
    "not be watched.",
    source=f"{sources.LIST_SERVICES_BY_NAMESPACE}; whether a Region is watched: scaudit's own metric Heartbeat",
)
def regions_are_watched(unlinked: Unlinked) -> Iterator[Finding]:
    """What is in Service Connect in a Region that is not linked, and that no other scaudit of the account watches."""
    if unlinked.service:
        yield Finding(
            f"Region {unlinked.region} has services in Service Connect, {unlinked.service} for one, and no scaudit "
            "watches it"
        )
