"""What to say of a name that nothing has: what is like it, or what there is, and what else it may be."""

import re
from collections.abc import Collection
from difflib import get_close_matches

from scaudit.model.sentences import some
from scaudit_cli.usage import Refused

TASK_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What ECS gives a task, in clusters that came before the longer ARNs, too."""
_LIKE_A_TASK = re.compile(rf"[0-9a-f]{{8,31}}|{TASK_ID.pattern}")
OF_A_TASK = "a task is asked for by scaudit describe CLUSTER/SERVICE TASK, or by its id alone by scaudit history TASK"


def absent(what: str, name: str, region: str, known: Collection[str] = ()) -> Refused:
    """Say that there is no `what` of this name in the Region; `known` are those that there are (none: not known)."""
    return Refused(f"there is no {what} {name} in {region}", _advice(what, name, known))


def looks_like_a_task(name: str) -> bool:
    """Whether it may be the id of a task, or the beginning of one as it is shown."""
    return bool(_LIKE_A_TASK.fullmatch(name.rpartition("/")[2]))


def _advice(what: str, name: str, known: Collection[str]) -> str:
    if looks_like_a_task(name):
        return f": that looks like a task's id, and {OF_A_TASK}"
    by_name: dict[str, list[str]] = {}
    for each in sorted(known):
        by_name.setdefault(each.rpartition("/")[2], []).append(each)
    near = [each for alike in get_close_matches(name.rpartition("/")[2], by_name, 3) for each in by_name[alike]]
    if near:
        return f": did you mean {some(near)}, or another --region?"
    there = f", only {some(sorted(known))}" if known else ""
    form = " A service is named as CLUSTER/SERVICE, or by --all --service SERVICE." if what == "cluster" else ""
    return f"{there}: is it in another --region?{form}"
