"""The proxy does not take its task with it."""

from collections.abc import Iterator

from scaudit.checks import sources
from scaudit.checks.check import Finding, Trigger, check
from scaudit.model import Severity
from scaudit.model.proxies import ProxyEnd


@check(
    "SC310",
    title="the proxy does not stop its running task",
    about="task",
    on=Trigger.TASK | Trigger.SERVICE,
    late=True,
    severity=Severity.ERROR,
    after=("SC303", "SC309", "SC302"),
    why="The proxy container is essential: when it ends or stays UNHEALTHY, ECS stops the task and all its work.",
    fix="If memory is the reason, give the task more; else read the end of the proxy's log (scaudit proxylog) and mend "
    "what it names.",
    source=f"{sources.ecs_api('DescribeTasks')} (the container's reason, exitCode and healthStatus); "
    f"{sources.PROXY_AGENT}; reported: {sources.issue('aws/containers-roadmap', 2838)}, "
    f"{sources.issue('aws/amazon-ecs-service-connect-agent', 127)}",
)
def proxy_lets_its_task_live(proxy_end: ProxyEnd | None) -> Iterator[Finding]:
    """How the proxy ended the task; None when it did not. Critical when it ended other tasks of the deployment, too."""
    if proxy_end is None:
        return
    if proxy_end.health == "UNHEALTHY":
        what = "became UNHEALTHY, and ECS stopped the task for it"
    else:
        code = f"exit code {proxy_end.exit_code}" if proxy_end.exit_code is not None else "no exit code"
        what = f"ended ({', '.join(filter(None, (proxy_end.reason, code)))}) and took the task with it"
    told = f": {proxy_end.told}" if proxy_end.told else ""
    again = f"; so did those of {proxy_end.others} other tasks of this deployment" if proxy_end.others else ""
    yield Finding(f"the proxy {what}{told.rstrip('.')}{again}", Severity.CRITICAL if proxy_end.others else None)
