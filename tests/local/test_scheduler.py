"""The scheduler's decision, as a table: how many tasks to start, and which to stop."""

from types import SimpleNamespace

import pytest

from local.emulator.ecs.model import PENDING, RUNNING, STOPPED
from local.emulator.ecs.scheduler import next_step

NEW, OLD = object(), object()


def world(desired, limits, new, old):
    """`new` and `old` are the states of the tasks of the primary deployment and of the one before; r, p or s each."""
    states = {"r": (RUNNING, RUNNING), "p": (PENDING, RUNNING), "s": (RUNNING, STOPPED)}
    tasks = [
        SimpleNamespace(
            name=f"{letter}{number}",
            deployment=deployment,
            last_status=states[letter][0],
            wanted=states[letter][1] == RUNNING,
            times={"createdAt": number},
        )
        for deployment, letters in ((OLD, old), (NEW, new))
        for number, letter in enumerate(letters)
    ]
    percent = dict(zip(("minimumHealthyPercent", "maximumPercent"), limits, strict=True))
    settings = {"deploymentConfiguration": percent}
    return SimpleNamespace(desired=desired, primary=NEW, tasks=tasks, settings=settings)


@pytest.mark.parametrize(
    ("sentence", "desired", "limits", "new", "old", "start", "stop"),
    [
        ("an empty service starts all", 3, (100, 200), "", "", 3, []),
        ("a full service rests", 2, (100, 200), "rr", "", 0, []),
        ("a stopping task is made up for", 2, (100, 200), "rs", "", 1, []),
        ("scale-in stops waiting tasks first, then the youngest", 1, (100, 200), "rrp", "", 0, ["p2", "r1"]),
        ("scaled to zero", 0, (100, 200), "rr", "", 0, ["r1", "r0"]),
        ("new tasks come before old ones go", 2, (100, 200), "", "rr", 2, []),
        ("old ones stay while new ones wait", 2, (100, 200), "pp", "rr", 0, []),
        ("even above the minimum", 2, (0, 200), "pp", "rr", 0, []),
        ("one new task that runs frees one old", 2, (100, 200), "rp", "rr", 0, ["r0"]),
        ("all new ones run", 2, (100, 200), "rr", "rr", 0, ["r0", "r1"]),
        ("without room the old go first, down to the minimum", 2, (50, 100), "", "rr", 0, ["r0"]),
        ("and make room", 2, (50, 100), "", "r", 1, []),
        ("no room and no leave: it is stuck, as on AWS", 1, (100, 100), "", "r", 0, []),
        ("old ones that do not run yet go at once", 2, (100, 200), "pp", "pp", 0, ["p0", "p1"]),
    ],
)
def test_next_step(sentence, desired, limits, new, old, start, stop):
    step = next_step(world(desired, limits, new, old))
    assert (step.start, [task.name for task in step.stop]) == (start, stop), sentence
