"""Files that say what is wanted, but not what ECS is asked for: named, with what to give instead."""

from collections.abc import Mapping
from pathlib import Path

_JSONNET = "is Jsonnet: give the JSON that it makes (ecspresso render servicedef, ecspresso render taskdef)"
_GIVE_PLAN = "give the plan as JSON (terraform plan -out=FILE, then terraform show -json FILE > plan.json)"
_HCL = f"is Terraform's own language: {_GIVE_PLAN}"
_HCL_JSON = f"is a configuration of Terraform: {_GIVE_PLAN}"
_STATE = "is a state in Terraform's own form: give it as JSON (terraform show -json > state.json)"
_PLAN = "is a plan in Terraform's own form: give it as JSON (terraform show -json FILE > plan.json)"
_MANIFEST = "is a manifest of Copilot: give the template that it makes (copilot svc package --output-dir DIRECTORY)"
_COMPOSE = "is a Compose file: give the template, or the requests of ECS, that it is deployed as"
DEPLOYED = "give what `aws ecs describe-services` and describe-task-definition answer when it is deployed"
_PULUMI = f"is of Pulumi: {DEPLOYED}"
_KUBERNETES = f"is a manifest of Kubernetes: {DEPLOYED}"
_CDK = "is of the CDK: give the templates that `cdk synth` makes (cdk.out/*.template.json)"
_SERVERLESS = (
    "is of the Serverless Framework: give the template that `serverless package` makes "
    "(.serverless/cloudformation-template-update-stack.json)"
)
_APPSPEC = "is an AppSpec of CodeDeploy: give the service and its task definition"
_TEXT = "has its template as a text: give what get-template answers with --query TemplateBody --output text"
_ENDINGS = {".jsonnet": _JSONNET, ".libsonnet": _JSONNET, ".tf": _HCL, ".hcl": _HCL, ".tfvars": _HCL, ".tofu": _HCL}
_KINDS = (" web service", " service", " job", " site")
"""How the types of Copilot's manifests end: Load Balanced Web Service, Scheduled Job (copilot-cli, manifests)."""
_BY_FIELDS: dict[str, tuple[dict[str, type | tuple[type, ...]], ...]] = {
    _PULUMI: ({"deployment": Mapping, "version": int}, {"runtime": (str, Mapping), "name": str}),
    _KUBERNETES: ({"apiVersion": str, "kind": str},),
    _CDK: ({"artifacts": Mapping, "version": str}, {"tree": Mapping, "version": str}, {"app": str}),
    _SERVERLESS: ({"service": (str, Mapping), "provider": (str, Mapping)},),
    _APPSPEC: ({"version": (int, float, str), "Resources": list},),
    _TEXT: ({"TemplateBody": str},),
}
"""Fields by which a file is told, with their types: of those of other tools, that no request or answer of ECS has."""


def by_name(file: str) -> str:
    """What is wrong with a file of this name; nothing for one to be looked into."""
    return _ENDINGS.get(Path(file).suffix.lower(), "")


def by_bytes(content: bytes) -> str:
    """The same of a file that is not text: a plan is a zip archive."""
    return _PLAN if content.startswith(b"PK\x03\x04") else ""


def by_content(content: object) -> str:
    """The same of a file that was read."""
    if not isinstance(content, Mapping):
        return ""
    kind, services = content.get("type"), content.get("services")
    if isinstance(kind, str) and kind.lower().endswith(_KINDS) and "name" in content:
        return _MANIFEST
    if "terraform_version" in content and "format_version" not in content:
        return _STATE
    if isinstance(resource := content.get("resource"), Mapping) and any(
        str(one).startswith("aws_") for one in resource
    ):
        return _HCL_JSON
    for what, forms in _BY_FIELDS.items():
        if any(all(isinstance(content.get(name), kind) for name, kind in fields.items()) for fields in forms):
            return what
    if isinstance(services, Mapping) and any("image" in one or "build" in one for one in _objects(services)):
        return _COMPOSE
    return ""


def _objects(named: Mapping[str, object]) -> list[Mapping[str, object]]:
    return [one for one in named.values() if isinstance(one, Mapping)]
