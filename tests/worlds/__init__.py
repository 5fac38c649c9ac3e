"""The table of worlds: the healthy world with one fact changed, and all that fails in it."""

from scaudit.model import Status
from tests.worlds import clients, configuration, gone, itself, names, proxy, registration, unstarted

_SUBJECTS = (configuration, names, registration, gone, unstarted, proxy, clients, itself)
FAILING = [row for subject in _SUBJECTS for row in subject.FAILING]
HEALTHY_ALL_THE_SAME = [row for subject in _SUBJECTS for row in subject.HEALTHY_ALL_THE_SAME]


def examples() -> dict[str, str]:
    """What each check says in the first row where it fails."""
    told: dict[str, str] = {}
    for row in FAILING:
        for verdict in row.verdicts:
            if verdict.status is Status.FAIL:
                told.setdefault(verdict.check.id, verdict.sentence)
    return told
