"""AWS, call by call; nothing else calls it. Every read is declared in one of these modules."""

from importlib import import_module
from pkgutil import iter_modules

from scaudit.collect.aws.action import Action


def _declared() -> dict[str, Action]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Action)]
    return {action.name: action for action in sorted(found, key=lambda action: action.name)}


ACTIONS = _declared()
"""Every read that the deployed functions make, by its IAM action."""
CLIENTS = sorted({action.client for action in ACTIONS.values()})
"""The boto3 clients that make them, by name."""
