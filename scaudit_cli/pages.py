"""What there is to know of a check, for docs/checks.md and for `scaudit explain`."""

import json
from collections.abc import Mapping
from pathlib import Path

from scaudit.checks import BY_ID, CATALOGUE, NOT_BUILT
from scaudit.checks.check import Check, Trigger

Examples = Mapping[str, str]
"""What a check says, by how much it weighs then."""
_EXAMPLES = Path(__file__).with_name("examples.json")
"""What each check says in the tests' table of worlds (`pytest --update` writes it)."""
HEAD = """# The checks

Generated from the catalogue by `pytest --update`; do not edit. The five answers are explained in
[operating.md](operating.md).
"""
READS = {
    "task": "the task (ecs:DescribeTasks)",
    "service": "the service (ecs:DescribeServices)",
    "deployment": "its deployment (ecs:DescribeServices)",
    "task_definition": "the task definition (ecs:DescribeTaskDefinition)",
    "address": "the private address of the task's network interface (ecs:DescribeTasks)",
    "endpoint": "one endpoint of the deployment (ecs:DescribeServices)",
    "expected_port": "the port that must be registered (ecs:DescribeTaskDefinition, ecs:DescribeTasks)",
    "instance": "the task's registration (servicediscovery:DiscoverInstances, GetInstance or ListInstances)",
    "proxy_health": "the proxy's health (ecs:DescribeTasks)",
    "proxy_log": "the proxy's log (logs:FilterLogEvents)",
    "proxy_start": "the proxy's start by its log (logs:FilterLogEvents) beside its health (ecs:DescribeTasks)",
    "control_plane": "what the proxy had from its control plane by its log (logs:FilterLogEvents)",
    "failure": "why the task did not start (ecs:DescribeTasks, logs:FilterLogEvents)",
    "proxy_end": "whether its proxy ended the task (ecs:DescribeTasks, logs:FilterLogEvents)",
    "ghost": "a registration whose task is gone (ecs:DescribeTasks, servicediscovery:GetInstance)",
    "shared": "the running tasks registered alike (servicediscovery:DiscoverInstances, ecs:DescribeTasks)",
    "replaced_since": "whether the task's deployment is still listed (ecs:DescribeServices)",
    "namespace": "the namespace (servicediscovery:GetNamespace)",
    "cloud_map_service": "the endpoint's Cloud Map service (servicediscovery:GetService)",
    "log_group": "the log group of the proxies (logs:DescribeLogGroups)",
    "neighbours": "the other services of the namespace, by their PRIMARY deployments (ecs:DescribeServices)",
    "collisions": "the names of all endpoints of the namespace (ecs:DescribeServices)",
    "calls": "the endpoints that the task definition names (ecs:DescribeTaskDefinition), and since when they are there "
    "(servicediscovery:GetService)",
    "misfit": "a value in a file",
    "check_run": "how a check ran",
    "permission": "what AWS answered to a read",
    "outbreak": "how many services began to fail lately (scaudit's table)",
    "coverage": "which tasks were verified lately (ecs:DescribeServices, scaudit's table)",
    "subscription": "the topic's subscriptions (sns:GetTopicAttributes)",
}
"""Where each fact comes from, in the order of `Facts`."""
_ON = {
    Trigger.TASK: "when a task starts or stops",
    Trigger.SERVICE: "when the service is deployed, in every sweep",
    Trigger.SWEEP: "in every sweep",
    Trigger.ANNOUNCE: "before incidents are announced",
}
_BEGIN = {
    "task": "the task started",
    "service": "the deployment was created",
    "endpoint": "the deployment was created",
    "instance": "the task stopped",
}


def section(check: Check, examples: Examples) -> str:
    """All about one check, as Markdown."""
    other = "".join(f"; {severity} in some cases" for severity in examples if severity != check.severity.word)
    said = "\n".join(f"{severity}: {sentence}" for severity, sentence in examples.items())
    return f"""
## {check.id}

**{check.title}**

{check.why}

```
{said}
```

| | |
|---|---|
| about | {check.about} |
| severity | {check.severity.word}{other} |
| asked | {_asked(check)} |
| reads | {"; ".join(READS[name] for name in check.inputs)} |
| speaks | {_speaks(check)} |
| explained by | {", ".join(f"[{id}](#{id.lower()})" for id in check.after) or "none"} |
| fix | {check.fix} |
| known from | {check.source} |
"""


def page(examples: Mapping[str, Examples]) -> str:
    """The page of all checks."""
    unused = "".join(f"- {id}: {why}\n" for id, why in NOT_BUILT.items())
    return (
        HEAD
        + "".join(section(check, examples[check.id]) for check in CATALOGUE)
        + f"\n## Ids without a check\n\n{unused}"
    )


def explain(id: str) -> str:
    """All about the check with this id. Raises KeyError when there is none."""
    return section(BY_ID[id], json.loads(_EXAMPLES.read_text())[id]).strip()


def _asked(check: Check) -> str:
    when = ["at every look"] if Trigger.AUDIT in check.on else [words for on, words in _ON.items() if on in check.on]
    if check.about != "scaudit" and Trigger.AUDIT & check.on:
        when.append("by `scaudit check`")
    if Trigger.LINT in check.on:
        when.append("by `scaudit lint`")
    return ", ".join(when)


def _speaks(check: Check) -> str:
    settled = f"{check.settles} s after {_BEGIN[check.about]}" if check.settles else "at once"
    return f"{settled}, and only when a second look `SecondLook` seconds later agrees" if check.momentary else settled
