"""One audit of one service, and what is described of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from scaudit.checks.check import Verdict
from scaudit.model import Severity, Task, Unread
from scaudit.model.places import Place
from scaudit_cli.check.run import Run
from scaudit_cli.describe.clients import Clients, clients
from scaudit_cli.describe.description import Description
from scaudit_cli.describe.record import on_record
from scaudit_cli.map.callers import Callers
from scaudit_cli.output.finding import Judged
from scaudit_cli.output.report import report_of
from scaudit_cli.usage import Refused


def described(
    run: Run,
    choose: Callable[[Iterable[str]], str],
    stack: str,
    homes: Sequence[str],
    profile: str,
    fail_on: Severity,
    *,
    verbose: bool,
) -> Description:
    """Look at the one service that a run is about; `choose` the task of all that are known; ask the stack, which is in
    the first of these `homes` that has one (empty: the Region of the settings). Raises Refused where there is nothing
    to describe."""
    run.look()
    (region,) = run.regions
    if region.why_not:
        raise Refused(region.why_not)
    for (cluster, name), why in region.left_out.items():
        raise Refused(f"{cluster}/{name} {why}")
    if not region.found:
        blind = [v.sentence for one in run.judged() for v in one.verdicts if v.sentence]
        raise Refused(f"the service could not be looked for: {'; '.join(dict.fromkeys(blind))}")
    [(_, judged)] = region.found.items()
    place = Place(region.name, judged.cluster, judged.service)
    task = choose(_tasks(judged))
    around = judged.around
    named = region.read(lambda reads: clients(reads, around)) if around else Clients()
    report = report_of(
        [_of_clients(_of_task(one, task), named.of) for one in run.judged()],
        at=run.began,
        fail_on=fail_on,
        verbose=verbose,
        notes=run.notes(),
        misnamed=run.misnamed(),
        reads=run.calls,
        account=run.account,
        regions=run.names,
        advised=frozenset({"SC402"} if _stale(named.of) else ()),  # it has the commands that deploy them again
    )
    record, verified = on_record(stack, homes, place, run.began, profile, task)
    return Description(place, judged, report, task, named, record, verified)


def _stale(callers: Mapping[str, Callers] | Unread) -> bool:
    """Whether a service that names an endpoint was deployed before it."""
    known = {} if isinstance(callers, Unread) else callers
    return any(caller.stale for each in known.values() for caller in each.known)


def _tasks(judged: Judged) -> list[str]:
    """The ids of all tasks and registrations that are known of it. Raises Refused for a task that is another service's,
    which there is only where it was asked for."""
    whole = judged.whole
    if whole is None:
        return []
    registered = {each for found in whole.registered.values() if not isinstance(found, Unread) for each in found}
    others = {
        task_id: task
        for task_id, task in {**whole.tasks, **whole.strays}.items()
        if isinstance(task, Task) and (task.cluster, task.service) != (judged.cluster, judged.service)
    }
    for task in others.values():
        if task.id not in registered:
            raise Refused(
                f"task {task.id} is one of {f'{task.cluster}/{task.service}' if task.service else 'no service'}"
            )
    return sorted({task_id for task_id, task in whole.tasks.items() if task} | registered)


def _of_task(judged: Judged, task: str) -> Judged:
    """Without what is only of other tasks, where one is asked for."""
    if not (task and judged.service):
        return judged
    return replace(judged, verdicts=[v for v in judged.verdicts if v.member in ("-", task)])


def _of_clients(judged: Judged, callers: Mapping[str, Callers] | Unread) -> Judged:
    """With commands that deploy the clients of an endpoint again, where it is known who they all are: most of a
    namespace was deployed before its newest endpoint, and never calls it."""
    if isinstance(callers, Unread):
        return judged

    def narrowed(verdict: Verdict) -> Verdict:
        known = callers.get(verdict.endpoint)
        if known is None or known.hidden:
            return verdict
        clients = {caller.name for caller in known.known}
        return replace(verdict, stale=tuple(place for place in verdict.stale if place.name in clients))

    return replace(judged, verdicts=[narrowed(v) if v.stale else v for v in judged.verdicts])
