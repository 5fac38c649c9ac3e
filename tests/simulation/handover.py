"""One stage of an estate's life under one version of scaudit, in a process of its own: it takes over what another left
in the table and in the queue, and leaves the same to the next.

Run with `python handover.py TREE STAGE IN OUT`: TREE is a checkout of the version, 8fc134c or later, STAGE the number
of the stage, IN what was left, `-` for nothing. What the estate went through before is gone through again without
scaudit, so that its tasks are the same. tests/data/upgrade/8fc134c.json is what stage 0 leaves under 8fc134c.
"""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

TREE = Path(sys.argv[1]) if __name__ == "__main__" else Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path[:1] = [str(TREE), str(TREE / "layers" / "scaudit")]

from tests.simulation.account import Account  # noqa: E402
from tests.simulation.parts import Registered  # noqa: E402
from tests.simulation.sqs import Letter  # noqa: E402

SERVICES = ("before", "opened", "clearing", "lost", "suspected", "withheld", "well")
NUDGE = "SERVICE_TASK_START_IMPAIRED"
Wait = Callable[[float], None]


def breaks(account: Account, *names: str, how: Registered = Registered.WRONG_PORT) -> None:
    """All their tasks are registered so, and an event has scaudit look."""
    for name in names:
        for task in account.estate.running(name):
            account.estate.register(task, how)
        account.estate.tell_of_service(name, NUDGE)


def first(account: Account, wait: Wait, live: bool) -> None:
    """What can be open is: told in the baseline, told, holding down, lost, suspected, and left to a digest."""
    for name in SERVICES:
        account.estate.create(name, 1)
    wait(180)
    account.estate.register(account.estate.running("before")[0], Registered.WRONG_PORT)  # no event tells of it
    wait(3420)
    breaks(account, "opened", "clearing", "lost")
    wait(600)
    account.estate.stop(account.estate.running("lost")[0])
    account.estate.scale("lost", 1)
    wait(300)
    breaks(account, "clearing", how=Registered.RIGHT)
    wait(100)
    if live:
        account.storm_elsewhere(0, windows=2)
    breaks(account, "withheld")
    wait(110)
    breaks(account, "suspected")
    wait(70)


def second(account: Account, wait: Wait, live: bool) -> None:
    """All of it is mended; one that was well breaks."""
    wait(3600)
    breaks(account, *SERVICES, how=Registered.RIGHT)
    wait(2 * 3600)
    breaks(account, "well")
    wait(600)


def third(account: Account, wait: Wait, live: bool) -> None:
    """That is mended, too."""
    wait(3600)
    breaks(account, "well", how=Registered.RIGHT)
    wait(2 * 3600)


STAGES = (first, second, third)


def lives(stage: int, left: dict[str, Any]) -> dict[str, Any]:
    """What is left of a stage that begins with what is `left` (nothing for the first): the table, the queue and all
    that was told so far."""
    account = Account()
    for before in STAGES[:stage]:
        before(account, account.clock.forward, False)
    if left:
        _takes_over(account, left)
    STAGES[stage](account, account.wait, True)
    told = [[message.at.isoformat(), each] for message in account.topic.published for each in _each(message.data)]
    return {
        "now": account.clock.now.isoformat(),
        "sweep_at": account.sweep_at.isoformat(),
        "items": list(account.table.items.values()),
        "letters": [[each.id, each.body, each.visible_at.isoformat()] for each in account.queue.letters.values()],
        "told": [*left.get("told", []), *told],
        "lost": [*left.get("lost", []), *account.queue.dead, *map(str, account.stream.given_up)],
    }


def _takes_over(account: Account, left: dict[str, Any]) -> None:
    account.queue.letters.clear()
    account.clock.reach(datetime.fromisoformat(left["now"]))
    account.sweep_at = datetime.fromisoformat(left["sweep_at"])
    hears, account.table._changed = account.table._changed, lambda change: None
    for item in left["items"]:
        account.table._write((item["pk"]["S"], item["sk"]["S"]), item)
    account.table._changed = hears
    for id, body, visible_at in left["letters"]:
        account.queue.letters[f"left-{id}"] = Letter(f"left-{id}", body, datetime.fromisoformat(visible_at))


def _each(data: dict[str, Any]) -> list[list[str]]:
    """Everything that one message tells: state, check, service."""
    all = [each | {"state": f"{data['state']}: {each['state']}"} for each in data.get("withheld", [])]
    return [[each["state"], each["check"], each["ecs_service"]] for each in all or [data]]


if __name__ == "__main__":
    _, _, number, source, target = sys.argv
    before = json.loads(Path(source).read_text()) if source != "-" else {}
    Path(target).write_text(json.dumps(lives(int(number), before)))
