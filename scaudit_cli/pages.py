"""What there is to know of a check, for docs/checks.md and `scaudit explain`, and of a read, for docs/reads.md."""

import json
from collections.abc import Mapping
from pathlib import Path

from scaudit.checks import BY_ID, CATALOGUE, NOT_BUILT
from scaudit.checks.check import Check, Trigger
from scaudit.checks.facts import ORIGINS
from scaudit.collect.aws.action import Action

Examples = Mapping[str, str]
"""A sentence that a check reports, by its severity."""
_EXAMPLES = Path(__file__).with_name("examples.json")
"""What each check reports in the tests' table of worlds (`pytest --update` writes it)."""
HEAD = """# The checks

Generated from the catalogue by `pytest --update`; do not edit. The five answers are explained in
[operating.md](operating.md).
"""
HEAD_OF_READS = """# The reads

Every call by which scaudit reads AWS. Generated from their declarations in `layers/scaudit/scaudit/collect/aws/` by
`pytest --update`; do not edit. Together the workers of verify keep to half of each quota. A denied read is reported
as [SC902](checks.md#sc902); checks that need it are unknown. `${Regions}` is the Region of the stack, and any Region
where others are linked to it.

| action | reads | allowed to | on | AWS's quota | checks |
|---|---|---|---|---|---|
"""
_ON = {
    Trigger.TASK: "when a task starts or stops",
    Trigger.SERVICE: "when the service is deployed, in every sweep",
    Trigger.SWEEP: "in every sweep",
    Trigger.ANNOUNCE: "before an alert is sent",
}
_BEGIN = {
    "task": "the task started",
    "service": "the deployment was created",
    "endpoint": "the deployment was created",
    "instance": "the task stopped",
    "namespace": "it was first seen",
}


def section(check: Check, examples: Examples) -> str:
    """All about one check, as Markdown."""
    causes = ", ".join(f"[{check_id}](#{check_id.lower()})" for check_id in check.after)
    rows = "".join(f"| {name} | {told} |\n" for name, told in facts(check, examples, causes))
    return f"""
## {check.id}

**{check.title}**

{check.why} It reports, for example:

```
{_reported(examples)}
```

| | |
|---|---|
{rows}"""


def facts(check: Check, examples: Examples, causes: str = "") -> list[tuple[str, str]]:
    """What there is to know of a check besides why it matters and what it reports, in the order of its page; `causes`
    is how the checks that explain it are written."""
    other = "".join(f"; {severity} in some cases" for severity in examples if severity != check.severity.word)
    return [
        ("about", check.about),
        ("severity", f"{check.severity.word}{other}"),
        ("runs", _asked(check)),
        ("reads", "; ".join(map(_read, check.inputs))),
        ("may fail", _speaks(check)),
        ("caused by", causes or ", ".join(check.after) or "none"),
        ("fix", check.fix),
        ("source", check.source),
    ]


def _reported(examples: Examples) -> str:
    return "\n".join(f"{severity}: {sentence}" for severity, sentence in examples.items())


def page(examples: Mapping[str, Examples]) -> str:
    """The page of all checks."""
    unused = "".join(f"- {check_id}: {why}\n" for check_id, why in NOT_BUILT.items())
    return (
        HEAD
        + "".join(section(check, examples[check.id]) for check in CATALOGUE)
        + f"\n## Ids without a check\n\n{unused}"
    )


def page_of_reads() -> str:
    """The page of all reads of AWS: what for, by whom, on what, how often AWS allows it, and which checks need it."""
    from scaudit.collect.aws.every_read import ACTIONS  # here: with it comes all that reads AWS

    actions = sorted(ACTIONS.values(), key=lambda action: action.name)
    return HEAD_OF_READS + "".join(map(_row, actions))


def _row(action: Action) -> str:
    quota, needed = action.quota, [c.id for c in CATALOGUE if action.name in _actions(c)]
    rate = f"{quota.rate:g} a second" + (f", {quota.burst:g} at once" if quota.burst else "")
    others = ", ".join(f"{rate:g} in {region}" for region, rate in quota.rates.items())
    allowed = f"{quota.name}: {rate}{f' ({others})' if others else ''}" if quota.published else "not published"
    on = "<br>".join(f"`{resource}`" for resource in action.on)
    who = action.role or "your own, for `scaudit check`"
    return f"| `{action.name}` | {action.what} | {who} | {on} | {allowed} | {', '.join(needed) or 'none by itself'} |\n"


def _actions(check: Check) -> set[str]:
    return {action for fact in check.inputs for action in ORIGINS[fact].actions}


def explain(check_id: str) -> str:
    """All about the check with this id. Raises KeyError when there is none."""
    return section(BY_ID[check_id], examples_of(check_id)).strip()


def examples_of(check_id: str) -> Examples:
    """What a check reports. Raises KeyError when there is none of this id."""
    found: Examples = json.loads(_EXAMPLES.read_text())[check_id]
    return found


def _read(fact: str) -> str:
    origin = ORIGINS[fact]
    return origin.words + (f" ({', '.join(origin.actions)})" if origin.actions else "")


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
