"""What the expressions of a template come to, in one world (AWS: CloudFormation, intrinsic function reference)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scaudit_cli.lint.intrinsics import FUNCTIONS, as_written, opened
from scaudit_cli.lint.loops import LOOP
from scaudit_cli.lint.nested import given_to, output_of
from scaudit_cli.lint.opens import is_open, with_values, written
from scaudit_cli.lint.request import NO_VALUE
from scaudit_cli.lint.scalars import text_of_scalar
from scaudit_cli.lint.stack import TASK_DEFINITION, Stack
from scaudit_cli.lint.worlds import Impossible, World

_DEEPEST = 60
_CAPACITY = "AWS::ECS::CapacityProvider"
_NAME_GIVEN = {"AWS::ECS::Cluster": "ClusterName", "AWS::Logs::LogGroup": "LogGroupName", _CAPACITY: "Name"}
"""Resources whose Ref is their name, and the property that sets it."""
_SAME_AS_REF = {
    (TASK_DEFINITION, "TaskDefinitionArn"),
    ("AWS::ServiceDiscovery::HttpNamespace", "Id"),
    ("AWS::ServiceDiscovery::PrivateDnsNamespace", "Id"),
    ("AWS::ServiceDiscovery::PublicDnsNamespace", "Id"),
}


class Evaluator:
    """Resolves the expressions of one template. What they depend on, and what it leaves open, is up to the world.

    `deciding` is within a condition or the key of a mapping: there every value counts that a parameter may have,
    elsewhere its default does.
    """

    def __init__(
        self, stack: Stack, stacks: Sequence[Stack], world: World, *, deciding: bool = False, depth: int = 0
    ) -> None:
        self.stack, self.stacks, self.world = stack, stacks, world
        self.deciding, self.depth = deciding, depth

    def within(self, stack: Stack) -> "Evaluator":
        """One for an expression in another template, or deeper in this one."""
        return Evaluator(stack, self.stacks, self.world, deciding=self.deciding, depth=self.depth + 1)

    def to_decide(self) -> "Evaluator":
        """One for an expression on which it depends what of the template is taken."""
        return Evaluator(self.stack, self.stacks, self.world, deciding=True, depth=self.depth + 1)

    def value(self, node: Any) -> Any:  # noqa: ANN401
        """The node with its outermost expression resolved: a scalar, perhaps an open text; NO_VALUE; or a list or an
        object whose parts are still to be resolved."""
        if isinstance(node, str):
            return self.known(text) if (text := opened(node)) != node else node
        if not isinstance(node, Mapping):
            return node
        name = next((key for key in node if key == "Ref" or str(key).startswith("Fn::")), None)
        if name is None:
            return node
        if str(name).startswith(LOOP):
            return self.open(name)
        if len(node) > 1:
            beside = ", ".join(str(key) for key in node if key != name)
            return self.open(f"{name} {as_written(node[name])} beside {beside}")
        if self.depth > _DEEPEST:
            return self.open(as_written(node))
        deeper = self.within(self.stack)
        function = _FUNCTIONS.get(name) or FUNCTIONS.get(name)
        found = function(deeper, node[name]) if function else None
        return self.open(as_written(node)) if found is None else found

    def text(self, node: Any) -> str | None:  # noqa: ANN401
        """The node as a text; None for what is none."""
        found = self.value(node)
        return None if found is NO_VALUE or isinstance(found, Mapping | list) else text_of_scalar(found)

    def items(self, node: Any) -> list[Any] | None:  # noqa: ANN401
        """The items of a list, resolved; None for what is no list, or not settled."""
        found = self.value(node)
        return [v for v in map(self.value, found) if v is not NO_VALUE] if isinstance(found, list) else None

    def holds(self, condition: Any) -> bool:  # noqa: ANN401
        """Whether a condition holds, by its name or as it is written."""
        if self.depth > _DEEPEST:
            return self.world.same(self.stack.mark(f"condition {as_written(condition)}"), "met", self.stack.choices)
        deciding = self.to_decide()
        if isinstance(condition, Mapping) and len(condition) == 1:
            ((name, argument),) = condition.items()
            if name == "Condition" and isinstance(argument, str):
                return deciding.holds(argument)
            if name in _LOGIC and isinstance(argument, list):
                return _LOGIC[name](deciding, argument)
        elif isinstance(condition, str) and condition in self.stack.conditions:
            return deciding.holds(self.stack.conditions[condition])
        return self.world.same(self.stack.mark(f"condition {as_written(condition)}"), "met", self.stack.choices)

    def require(self, resource: Mapping[str, Any]) -> None:
        """Raises Impossible where the resource's condition does not hold."""
        if "Condition" in resource and not self.holds(resource["Condition"]):
            raise Impossible

    def open(self, label: str) -> str:
        """The text of what this template calls so and does not settle."""
        return self.known(self.stack.mark(label))

    def known(self, text: str) -> str:
        """The text with what is known of it in this world filled in."""
        return with_values(text, self.world.equal)

    def _ref(self, name: Any) -> Any:  # noqa: ANN401
        if name == "AWS::NoValue":
            return NO_VALUE
        # AWS::LanguageExtensions lets it be an expression.
        name = self.text(name) if isinstance(name, Mapping) else name
        if not isinstance(name, str) or is_open(name):
            return None
        if (parameter := self.stack.parameter(name)) is not None:
            if given := given_to(self.stack, self.stacks, name):
                return self.within(given[0]).value(given[1])
            return self._parameter(self.stack.mark(name), parameter)
        resource = self.stack.resources.get(name)
        property = _NAME_GIVEN.get(str(resource.get("Type"))) if isinstance(resource, Mapping) else None
        given = resource.get("Properties") if property and isinstance(resource, Mapping) else None
        named = self.text(given.get(property)) if isinstance(given, Mapping) and property in given else None
        unnamed = named is None or is_open(named)
        if unnamed and isinstance(resource, Mapping) and resource.get("Type") == _CAPACITY:
            # Whatever it will be called, it is no provider of AWS's own: those names are kept (CreateCapacityProvider).
            return f"{name} of {self.stack.file}"
        return self.open(name) if named is None else named

    def _parameter(self, text: str, declared: Mapping[str, Any]) -> Any:  # noqa: ANN401
        type, default = str(declared.get("Type", "")), declared.get("Default")
        if text in self.world.equal or type.startswith("AWS::SSM::"):  # whose default is only where the value is kept
            return self.known(text)
        if self.deciding or default is None or isinstance(default, Mapping | list):
            return text
        if type == "CommaDelimitedList" or type.startswith("List<"):
            return [item.strip() for item in text_of_scalar(default).split(",")]
        return text if text_of_scalar(default) in self.world.unequal.get(text, ()) else self.value(default)

    def _get_att(self, argument: Any) -> Any:  # noqa: ANN401
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(parts, list) or len(parts) != 2:
            return None
        id, attribute = self.text(parts[0]), self.text(parts[1])
        kind, _, output = (attribute or "").partition(".")
        if id and kind == "Outputs" and (found := output_of(self.stack, self.stacks, id, output)):
            return self.within(found[0]).value(found[1])
        resource = self.stack.resources.get(id or "")
        type = str(resource.get("Type")) if isinstance(resource, Mapping) else ""
        return self._ref(id) if (type, attribute) in _SAME_AS_REF else self.open(f"{id}.{written(attribute or '')}")

    def _if(self, argument: Any) -> Any:  # noqa: ANN401
        if not isinstance(argument, list) or len(argument) != 3:
            return None
        return self.value(argument[1] if self.holds(argument[0]) else argument[2])

    def same(self, one: str, other: str) -> bool:
        """Whether two texts are one in this world."""
        return self.world.same(one, other, self.stack.choices)

    def _equals(self, argument: Any) -> bool:  # noqa: ANN401
        one, other = (self.open(as_written(a)) if (t := self.text(a)) is None else t for a in [*argument, "", ""][:2])
        return self.same(one, other)


def _contains(here: Evaluator, argument: list[Any]) -> bool:
    """A function of rules: whether a list of texts has a value."""
    texts, value = [*argument, None, None][:2]
    known = [here.text(text) for text in (here.items(texts) or ())]
    return any(text is not None and here.same(text, here.text(value) or "") for text in known)


_LOGIC: dict[str, Callable[[Evaluator, list[Any]], bool]] = {
    "Fn::Equals": Evaluator._equals,
    "Fn::Not": lambda here, conditions: not all(map(here.holds, conditions)),
    "Fn::And": lambda here, conditions: all(map(here.holds, conditions)),
    "Fn::Or": lambda here, conditions: any(map(here.holds, conditions)),
    "Fn::Contains": _contains,
}
_FUNCTIONS: dict[str, Callable[[Evaluator, Any], Any]] = {
    "Ref": Evaluator._ref,
    "Fn::GetAtt": Evaluator._get_att,
    "Fn::If": Evaluator._if,
}
