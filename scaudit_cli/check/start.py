"""What the words of a command line begin."""

from collections.abc import Sequence

from scaudit.clock import utc_now
from scaudit.judge.rules import Rules
from scaudit.model import Severity
from scaudit_cli.check.absent import OF_A_TASK
from scaudit_cli.check.region import Region
from scaudit_cli.check.run import Run
from scaudit_cli.check.scope import Scope
from scaudit_cli.check.session import enabled_regions, open_session, ways_of
from scaudit_cli.progress import Progress
from scaudit_cli.settings import region_of
from scaudit_cli.usage import Refused


def scope_of(target: str, clusters: Sequence[str], service: str, namespace: str, *, every: bool) -> Scope:
    """What is asked for: `target` is CLUSTER, CLUSTER/SERVICE or the ARN of either. Raises Refused."""
    names = tuple(name.rsplit("/", 1)[-1] for name in clusters)
    if ":task/" in target:
        raise Refused(f"{target} is the ARN of a task: {OF_A_TASK}")
    if target:
        if names:
            raise Refused("name the cluster once: as CLUSTER[/SERVICE], or with --cluster")
        parts = target.rpartition(":")[2].removeprefix("cluster/").removeprefix("service/").split("/")
        if len(parts) > 2 or not all(parts) or (service and len(parts) == 2):
            raise Refused(f"{target} is no CLUSTER or CLUSTER/SERVICE, nor the ARN of either")
        names, service = (parts[0],), service or "".join(parts[1:])
    if every and names:
        raise Refused("--all and a cluster exclude each other")
    return Scope(names, service, namespace, every)


def started(profile: str, regions: Sequence[str], scope: Scope, rules: Rules, fail_on: Severity) -> Run:
    """A run in these Regions: "" is the one of the settings, none are all that the account has enabled. Raises
    Refused."""
    session = open_session(profile)
    names = dict.fromkeys(name or region_of(session) for name in regions or enabled_regions(session))
    ways = ways_of(session)
    began = [Region(name, ways, rules, utc_now) for name in names]
    return Run(began, scope, utc_now(), Progress(fail_on))
