"""The catalogue: every check scaudit knows, in the order of its id."""

from importlib import import_module
from pkgutil import iter_modules

from scaudit.checks.check import Check
from scaudit.model.places import Subject


def _declared() -> tuple[Check, ...]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = {value for module in modules for value in vars(module).values() if isinstance(value, Check)}
    return tuple(sorted(found, key=lambda check: check.id))


CATALOGUE = _declared()
BY_ID = {check.id: check for check in CATALOGUE}
NOT_BUILT = {"SC501": "needs to read security groups in EC2 and to guess who calls whom; it will be opt-in"}
"""Ids that are spoken for, and why no check has them. An id is never given twice."""


def check_of(subject: Subject) -> Check | None:
    """The check of a subject; None when it is no longer there."""
    return BY_ID.get(subject.check)


def about(subject: Subject) -> str:
    """What the check of a subject is about; nothing for a check that is no longer there."""
    check = check_of(subject)
    return check.about if check else ""


ABOUT = {about: [c for c in CATALOGUE if c.about == about] for about in ("task", "instance", "namespace")}
