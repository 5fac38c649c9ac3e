"""The cluster and the namespace of a service, where a Terraform plan makes them: what ECS takes from there for what the
service leaves out (AWS: CreateService, capacityProviderStrategy; ClusterServiceConnectDefaultsRequest).

HashiCorp: registry, hashicorp/aws, aws_ecs_cluster and aws_ecs_cluster_capacity_providers.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scaudit.model import Severity
from scaudit_cli.lint.formats.terraform_links import Links, object_of, objects_of
from scaudit_cli.lint.marked_json import MarkedText

_CLUSTER, _PROVIDERS = "aws_ecs_cluster", "aws_ecs_cluster_capacity_providers"
_NAMESPACES = tuple(f"aws_service_discovery_{kind}_namespace" for kind in ("http", "private_dns", "public_dns"))
_MESH, _STRATEGY, _DEFAULTS = "serviceConnectConfiguration", "capacityProviderStrategy", "service_connect_defaults"
Resource = Mapping[str, Any]
Doubt = tuple[str, Severity | None]


class Unknown(MarkedText):
    """A value that is known only after the plan was applied, by the words for it. It has the `scope` in which these
    mean one value, where they do."""

    scope: str = ""


class Surroundings:
    """The clusters, capacity providers and namespaces of a plan or a state, by address."""

    def __init__(
        self, file: str, resources: Mapping[str, Resource], open_: Mapping[str, Resource], links: Links
    ) -> None:
        """`open_` is what of each resource is known only after the plan was applied."""
        self._file, self._open, self._links = file, open_, links
        self._of = {
            kind: {address: one for address, one in resources.items() if one.get("type") in kinds}
            for kind, kinds in ((_CLUSTER, (_CLUSTER,)), (_PROVIDERS, (_PROVIDERS,)), ("namespace", _NAMESPACES))
        }

    def complete(self, service: str, parameters: dict[str, Any]) -> Iterator[Doubt]:
        """Fill in what the parameters of a service leave out, and name what they share with others. What is wrong with
        its namespace comes with its severity."""
        written = object_of(self._links.written(service))
        blocks = objects_of(written.get("service_connect_configuration"))
        configuration = parameters.get(_MESH)
        if isinstance(configuration, dict) and isinstance(configuration.get("namespace"), Unknown):
            expression = blocks[0].get("namespace") if len(blocks) == 1 else None
            configuration["namespace"] = self._namespace(service, expression) or configuration["namespace"]
            yield from self._by_id(service, expression, "the namespace")
        cluster = self._cluster(service, parameters.get("cluster"), written.get("cluster"))
        if not cluster:
            return
        values = object_of(self._of[_CLUSTER][cluster].get("values"))
        name = values.get("name")
        if isinstance(parameters.get("cluster"), Unknown):
            parameters["cluster"] = name if isinstance(name, str) else self._unknown(f"({cluster}.name)")
        if isinstance(configuration, dict) and "namespace" not in configuration:
            if default := self._default(cluster, values):
                configuration["namespace"] = default
                yield from self._by_id(
                    cluster, self._default_expression(cluster), f"the default namespace of {cluster}"
                )
            elif self._open.get(cluster, {}).get(_DEFAULTS) is not True:
                told = f"no namespace is named, and {cluster} sets no default (not confirmed on AWS)"
                yield told, Severity.WARNING
        providers = list(self._providers(cluster, name))
        if providers and not ("launchType" in parameters or parameters.get(_STRATEGY)):
            parameters[_STRATEGY] = [{"capacityProvider": provider} for provider in providers]

    def _by_id(self, address: str, expression: object, what: str) -> Iterator[Doubt]:
        """That the id of a namespace stands where its name or ARN is expected: of an expression a plan has only what it
        refers to, and an ARN may be made of an id."""
        if self._links.attributes(address, expression, _NAMESPACES) == {"id"}:
            told = f"{what} is made of the id of a namespace, expected its arn or name (not confirmed on AWS)"
            yield told, Severity.WARNING

    def _cluster(self, service: str, given: object, expression: object) -> str:
        """The address of a service's cluster; empty where it is made elsewhere."""
        clusters = self._of[_CLUSTER]
        if isinstance(given, str) and not isinstance(given, Unknown):
            told = given.rsplit("/", 1)[-1]
            found = [one for one, cluster in clusters.items() if object_of(cluster.get("values")).get("name") == told]
            return found[0] if len(found) == 1 else ""
        return self._links.leads_to(service, expression, (_CLUSTER,), clusters.keys()) if given else ""

    def _default(self, cluster: str, values: Mapping[str, Any]) -> str | None:
        """The default namespace of a cluster; None where it has none."""
        if not (defaults := objects_of(values.get(_DEFAULTS))):
            return None
        if isinstance(given := defaults[0].get("namespace"), str):
            return given
        found = self._namespace(cluster, self._default_expression(cluster))
        return found or self._unknown(f"(the default namespace of {cluster})")

    def _default_expression(self, cluster: str) -> object:
        blocks = objects_of(object_of(self._links.written(cluster)).get(_DEFAULTS))
        return blocks[0].get("namespace") if len(blocks) == 1 else None

    def _namespace(self, address: str, expression: object) -> str | None:
        """The ARN of a namespace that an expression of a resource is."""
        if "id" in self._links.attributes(address, expression, _NAMESPACES):  # which is no name and no ARN
            return None
        made = self._links.leads_to(address, expression, _NAMESPACES, self._of["namespace"].keys())
        return self._unknown(f"({made}.arn)") if made else None

    def _providers(self, cluster: str, name: object) -> Iterator[str]:
        """The default capacity providers of a cluster."""
        for address, resource in self._of[_PROVIDERS].items():
            values = object_of(resource.get("values"))
            expression = object_of(self._links.written(address)).get("cluster_name")
            by_reference = self._links.leads_to(address, expression, (_CLUSTER,), self._of[_CLUSTER].keys())
            if by_reference != cluster and (name is None or values.get("cluster_name") != name):
                continue
            for one in objects_of(values.get("default_capacity_provider_strategy")):
                provider = one.get("capacity_provider")
                yield provider if isinstance(provider, str) else self._unknown(f"(the capacity provider of {address})")

    def _unknown(self, words: str) -> Unknown:
        made = Unknown(words)
        made.scope = self._file
        return made
