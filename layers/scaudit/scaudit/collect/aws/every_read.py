"""Every read of AWS that is declared beside it. Whoever needs one module only is spared the others."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from scaudit.collect.aws.action import Action


def _declared() -> dict[str, Action]:
    package, _, own = __name__.rpartition(".")
    names = [module.name for module in iter_modules([str(Path(__file__).parent)]) if module.name != own]
    modules = [import_module(f"{package}.{name}") for name in names]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Action)]
    return {action.name: action for action in sorted(found, key=lambda action: action.name)}


ACTIONS = _declared()
"""Every read that the deployed functions make, by its IAM action."""
CLIENTS = sorted({action.client for action in ACTIONS.values()})
"""The boto3 clients that make them, by name."""
