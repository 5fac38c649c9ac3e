"""The cluster and the namespace that a service is in, where the files make them: whatever they are called by, they are
one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scaudit.model import Moot, Unread
from scaudit.values import dataclass
from scaudit_cli.lint.about import OF_FARGATE
from scaudit_cli.lint.opens import is_open, mark, may_equal, missing_in, placeholder, written
from scaudit_cli.lint.request import NO_VALUE
from scaudit_cli.lint.worlds import World

if TYPE_CHECKING:
    from scaudit_cli.lint.evaluate import Evaluator
    from scaudit_cli.lint.stack import Stack

_CLUSTER, _LOG_GROUP = "AWS::ECS::Cluster", "AWS::Logs::LogGroup"
_ASSOCIATIONS = "AWS::ECS::ClusterCapacityProviderAssociations"
_NAMESPACES = tuple(f"AWS::ServiceDiscovery::{kind}Namespace" for kind in ("Http", "PrivateDns", "PublicDns"))


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that a template makes, by the texts that mean it: what Ref and Arn give, and the name it is given."""

    stack: "Stack"
    id: str
    ref: str
    arn: str
    name: str
    properties: Mapping[str, Any]
    evaluator: "Evaluator"

    @property
    def itself(self) -> str:
        """A text for it alone: two that are made are two, whatever their ARNs will be."""
        return f"{self.id} of {self.stack.file}".replace(":", "")

    def is_meant_by(self, text: str, kind: str) -> bool:
        """Whether a text is its name, its Ref or its ARN; `kind` is how an ARN of its kind names it."""
        return (
            text in (self.ref, self.arn)
            or text.endswith(f":{kind}/{self.ref}")
            or text.endswith(f":{kind}/{self.name}" if self.name else self.arn)
        )

    def value(self, *path: str) -> str | None:
        """A text in its properties; None where there is none."""
        node: Any = self.properties
        for name in path:
            node = self.evaluator.value(node.get(name, NO_VALUE)) if isinstance(node, Mapping) else NO_VALUE
        return None if node is NO_VALUE else self.evaluator.text(node)


def _made(types: Sequence[str], naming: str, stacks: Sequence["Stack"], world: World) -> Iterator[Made]:
    if not stacks:
        return
    from scaudit_cli.lint.evaluate import Evaluator

    for stack in stacks:
        here = Evaluator(stack, stacks, world)
        for id, resource in (each for type in types for each in stack.of_type(type)):
            properties = here.value(resource.get("Properties"))
            if is_open(properties) or stack.why_hidden(id):
                continue  # what is made is not what is written
            known = properties if isinstance(properties, Mapping) else {}
            one = Made(stack, id, here.text({"Ref": id}) or "", stack.mark(f"{id}.Arn"), "", known, here)
            yield replace(one, name=one.value(naming) or "")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a service is. `namespace` is one text for one namespace, open where it may be one of several;
    `namespace_name` is what its DNS names end with.
    `default` is the cluster's default namespace as the files set it: empty if they set none, None if they do not make
    the cluster, whose default capacity providers are `providers`, open texts where they are not settled. `log_class`
    is that of the log group for the proxies, where they make it."""

    cluster: str
    namespace: str
    namespace_name: str
    default: str | None = None
    log_class: str = "STANDARD"
    cluster_made: Made | None = None
    namespace_made: Made | None = None
    providers: tuple[str, ...] = ()


def surroundings_of(parameters: Mapping[str, Any], file: str, stacks: Sequence["Stack"], world: World) -> Surroundings:
    """The surroundings of a service, by the parameters of the request that makes it, and by the file that has this."""
    called = str(parameters.get("cluster") or "default")
    clusters = _meant(called, "cluster", list(_made([_CLUSTER], "ClusterName", stacks, world)), [file])
    cluster = clusters[0] if len(clusters) == 1 else None
    configuration = parameters.get("serviceConnectConfiguration") or {}
    known = Surroundings(
        called,
        "",
        "",
        default=(cluster.value("ServiceConnectDefaults", "Namespace") or "") if cluster else None,
        log_class=_log_class(configuration, stacks, world),
        cluster_made=cluster,
        providers=tuple(_providers(cluster)) if cluster else (),
    )
    named = configuration.get("namespace") or known.default
    if not named:
        # One cluster has one default namespace, whatever it is.
        which = "the cluster" if missing_in(called) else f"cluster {written(called.rsplit('/', 1)[-1])}"
        named = placeholder(f"(the default namespace of {which})", called if is_open(called) else "")
        return replace(known, namespace=named, namespace_name=named)
    made = list(_made(_NAMESPACES, "Name", stacks, world))
    found = _meant(named, "namespace", made, [file, *([cluster.stack.file] if cluster else [])])
    if len(found) != 1:
        which = mark(named) if found and not is_open(named) else named
        return replace(known, namespace=which, namespace_name=named)
    return replace(known, namespace=found[0].itself, namespace_name=found[0].name or named, namespace_made=found[0])


def _providers(cluster: Made) -> Iterator[str]:
    """The capacity providers of a service that names neither one nor a launch type (AWS: CreateService,
    capacityProviderStrategy): by the cluster, or by what associates them with it."""
    for here, properties in [(cluster.evaluator, cluster.properties), *_associated(cluster)]:
        given = properties.get("DefaultCapacityProviderStrategy", NO_VALUE)
        items = here.items(given)
        if items is None and is_open(whole := here.value(given)):
            items = [whole]
        for each in items or ():
            named = here.text(each.get("CapacityProvider")) if isinstance(each, Mapping) else each
            if isinstance(named, str):
                yield named


def _associated(cluster: Made) -> Iterator[tuple["Evaluator", Mapping[str, Any]]]:
    """What a template associates with a cluster, which may be another's."""
    for stack in cluster.evaluator.stacks:
        here = cluster.evaluator.within(stack)
        for _, resource in stack.of_type(_ASSOCIATIONS):
            properties = here.value(resource.get("Properties"))
            named = here.text(properties.get("Cluster")) if isinstance(properties, Mapping) else None
            is_its = bool(named) and named in (cluster.ref, cluster.arn, cluster.name)
            if is_its and ("Condition" not in resource or here.holds(resource["Condition"])):
                yield here, properties


def why_capacity_is_open(parameters: Mapping[str, Any], around: Surroundings) -> Unread | Moot | None:
    """Why it is not known on what a service runs, which leaves that to its cluster; moot where only AWS can tell."""
    if parameters.get("launchType") or parameters.get("capacityProviderStrategy"):
        return None
    if around.cluster_made is None:
        return Moot(
            f"needs AWS: the default capacity providers of cluster {written(around.cluster.rsplit('/', 1)[-1])}"
        )
    made = around.cluster_made
    may_be = (name for name in around.providers if is_open(name) and any(may_equal(name, one) for one in OF_FARGATE))
    open_ = next(may_be, "")
    whose = f"the default capacity provider of cluster {made.id}"
    return Unread(f"{whose} is {written(open_)}, which the file does not settle") if open_ else None


def _meant(text: str, kind: str, made: Sequence[Made], near: Sequence[str]) -> list[Made]:
    """What a text may mean, by id or ARN, else by name. Of several with one name it is those in the first of the near
    files that has any."""
    found = [one for one in made if one.is_meant_by(text, kind)] or [one for one in made if one.name == text]
    for file in near:
        beside = [one for one in found if one.stack.file == file]
        found = beside if len(found) > 1 and beside else found
    return found


def _log_class(configuration: Mapping[str, Any], stacks: Sequence["Stack"], world: World) -> str:
    """The class of the log group that a configuration names; STANDARD is what CloudWatch Logs gives one."""
    group = ((configuration.get("logConfiguration") or {}).get("options") or {}).get("awslogs-group")
    for made in _made([_LOG_GROUP], "LogGroupName", stacks, world) if group else ():
        if group in (made.ref, made.name):
            given = made.value("LogGroupClass") or "STANDARD"
            return "STANDARD" if is_open(given) else given
    return "STANDARD"
