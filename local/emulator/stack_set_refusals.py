"""What AWS refuses of a StackSet before it deploys anything."""

import re
from collections.abc import Set

from ministack.services.cloudformation import engine, handlers

from local.emulator.protocol import Json
from local.emulator.regions import DISABLED

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,127}")


def check(properties: Json, names_taken: Set[str]) -> None:
    """Raise ValueError with AWS's reason if it refuses a StackSet of these properties."""
    name, body = properties.get("StackSetName", ""), properties.get("TemplateBody")
    if properties.get("PermissionModel") != "SELF_MANAGED":
        raise ValueError("You must enable organizations access to operate a service managed stack set")
    if not NAME.fullmatch(name):
        raise ValueError(
            "A stack name can contain only alphanumeric characters (case-sensitive) and hyphens. It must start with an "
            "alphabetic character and can't be longer than 128 characters."
        )
    if name in names_taken:
        raise ValueError(f"NameAlreadyExistsException: StackSet {name} already exists.")
    if bool(body) == bool(properties.get("TemplateURL")):
        raise ValueError("Exactly one of TemplateBody or TemplateUrl must be specified")
    if body:
        check_template(body, properties.get("Capabilities", []))
    for group in properties.get("StackInstancesGroup", []):
        for region in group["Regions"]:
            # AWS says that the Region must be enabled for both accounts; the words of its refusal are not known.
            if region in DISABLED:
                raise ValueError(f"ValidationError: Region {region} is not enabled for this account.")


def check_template(body: str, capabilities: list[str]) -> None:
    """Raise ValueError with AWS's reason if a StackSet may not have this template with these capabilities."""
    template = engine._parse_template(body)
    for resource in template.get("Resources", {}).values():
        if resource.get("Type") == "AWS::CloudFormation::StackSet":
            raise ValueError("Nested AWS::CloudFormation::StackSet is not allowed")
    required = handlers._required_capabilities(template, strict=True)[0]
    if missing := handlers._missing_capabilities(set(capabilities), required):
        raise ValueError(f"InsufficientCapabilitiesException: Requires capabilities : [{', '.join(missing)}]")
