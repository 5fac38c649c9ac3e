"""The table of worlds: the healthy world with one fact changed, and all that fails in it."""

from importlib import import_module
from pkgutil import iter_modules

from scaudit.checks import CATALOGUE
from scaudit.model import Status
from tests.checks.worlds.rows import Row

SUBJECTS = {module.name: vars(import_module(f"{__name__}.{module.name}")) for module in iter_modules(__path__)}
FAILING: list[Row] = [row for subject in SUBJECTS.values() for row in subject.get("FAILING", ())]
HEALTHY_ALL_THE_SAME: list[Row] = [row for rows in SUBJECTS.values() for row in rows.get("HEALTHY_ALL_THE_SAME", ())]


def examples() -> dict[str, dict[str, str]]:
    """What each check says in the first row where it fails, and in the first of any other weight: in the rows beside
    its own module's, if it fails in any of them."""
    told: dict[str, dict[str, str]] = {}
    for check in CATALOGUE:
        own = SUBJECTS.get(check.judge.__module__.rsplit(".", 1)[-1], {}).get("FAILING", ())
        found = [v for row in [*own, *FAILING] for v in row.verdicts if v.check is check and v.status is Status.FAIL]
        told[check.id] = {}
        for verdict in found:
            told[check.id].setdefault(verdict.severity.word, verdict.sentence)
    return told
