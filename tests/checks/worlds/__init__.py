"""The table of worlds: the healthy world with one fact changed, and all that fails in it."""

from scaudit.checks import CATALOGUE
from scaudit.model import Status
from tests.checks.worlds import (
    clients,
    configuration,
    ended,
    files,
    gone,
    itself,
    names,
    proxy,
    registration,
    unstarted,
)

_SUBJECTS = (configuration, files, names, registration, gone, unstarted, proxy, ended, clients, itself)
FAILING = [row for subject in _SUBJECTS for row in subject.FAILING]
HEALTHY_ALL_THE_SAME = [row for subject in _SUBJECTS for row in subject.HEALTHY_ALL_THE_SAME]


def examples() -> dict[str, dict[str, str]]:
    """What each check says in the first row where it fails, and in the first of any other weight."""
    told: dict[str, dict[str, str]] = {check.id: {} for check in CATALOGUE}
    for row in FAILING:
        for verdict in row.verdicts:
            if verdict.status is Status.FAIL:
                told[verdict.check.id].setdefault(verdict.severity.word, verdict.sentence)
    return told
