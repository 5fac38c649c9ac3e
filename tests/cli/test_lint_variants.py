"""What a template leaves open: in which variants it is judged, what is one, and what stays unknown."""

from pathlib import Path

import pytest

from scaudit_cli.lint.about import PARTS
from tests.cli.linted import CASES, findings, of, put, run, told

TEMPLATE = """
Parameters:
  E: {{Type: String}}
{parameters}
Conditions:
  InA: !Equals [!Ref E, a]
{conditions}
{sections}
Resources:
{resources}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: {family}
      NetworkMode: {mode}
      RequiresCompatibilities: [FARGATE]
      Cpu: "512"
      Memory: "1024"
      ContainerDefinitions:
        - Name: app
          Image: nginx
          HealthCheck: {{Command: [CMD, "true"]}}
          PortMappings: {mappings}
{containers}
  Svc:
    Type: AWS::ECS::Service
    Properties:
      Cluster: prod
      LaunchType: FARGATE
      TaskDefinition: {task}
      ServiceConnectConfiguration:
        Enabled: {enabled}
        Namespace: {namespace}
        LogConfiguration: {log}
        Services: {services}
"""
LOG = "{LogDriver: awslogs, Options: {awslogs-group: /g, awslogs-region: !Ref AWS::Region, awslogs-stream-prefix: p}}"
AS_IT_SHOULD_BE = {
    "parameters": "",
    "conditions": "",
    "sections": "",
    "resources": "",
    "family": "web",
    "mode": "awsvpc",
    "mappings": "[{Name: http, ContainerPort: 8080, AppProtocol: http}]",
    "containers": "",
    "task": "!Ref Task",
    "enabled": "true",
    "namespace": "shop",
    "log": LOG,
    "services": "[{PortName: http, DiscoveryName: web, ClientAliases: [{Port: 80, DnsName: web}]}]",
}


def template(folder: Path, **changes: str) -> Path:
    path = folder / "template.yaml"
    path.write_text(TEMPLATE.format(**{**AS_IT_SHOULD_BE, **changes}))
    return path


def serving(name: str) -> str:
    """Services with one endpoint whose port has this name."""
    return f"[{{PortName: {name}, ClientAliases: [{{Port: 80}}]}}]"


def mapping(name: str) -> str:
    return f"[{{Name: {name}, ContainerPort: 80}}]"


def another(id: str, *, name: str = "web", namespace: str = "shop", condition: str = "", alias: str = "x") -> str:
    """Another service with one endpoint."""
    return f"""
  {id}:
    Type: AWS::ECS::Service
    {f"Condition: {condition}" if condition else ""}
    Properties:
      Cluster: prod
      TaskDefinition: !Ref Task
      ServiceConnectConfiguration:
        Enabled: true
        {f"Namespace: {namespace}" if namespace else ""}
        LogConfiguration: {LOG}
        Services: [{{PortName: http, DiscoveryName: {name}, ClientAliases: [{{Port: 80, DnsName: {alias}}}]}}]
"""


def task(id: str, *, family: str, port: str, condition: str = "") -> str:
    """Another task definition with one named port."""
    return f"""
  {id}:
    Type: AWS::ECS::TaskDefinition
    {f"Condition: {condition}" if condition else ""}
    Properties:
      Family: {family}
      NetworkMode: awsvpc
      ContainerDefinitions: [{{Name: a, Image: b, PortMappings: [{{Name: {port}, ContainerPort: 80}}]}}]
"""


NAMESPACE = "  Ns: {Type: AWS::ServiceDiscovery::HttpNamespace, Properties: {Name: shop}}\n"
CLUSTER = (
    "  Cl: {Type: AWS::ECS::Cluster, Properties: {ClusterName: prod, ServiceConnectDefaults: {Namespace: shop}}}\n"
)
INCLUDE = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/x}}"
EXTENSIONS = "Transform: AWS::LanguageExtensions"
PER_STAGE = "Mappings: {Stages: {dev: {Port: http}, prod: {Port: nope}}}"
PER_REGION = "Mappings: {R: {us-east-1: {Ns: shop}, eu-central-1: {Ns: laden}}}"

WELL: dict[str, dict[str, str]] = {
    "services that a rule keeps apart": {
        "parameters": "  F: {Type: String}",
        "conditions": "  InB: !Equals [!Ref F, b]",
        "sections": "Rules:\n  Apart:\n    RuleCondition: !Equals [!Ref E, a]\n"
        "    Assertions: [{Assert: !Not [!Equals [!Ref F, b]]}]",
        "resources": another("B", condition="InA", alias="web") + another("C", condition="InB", alias="web"),
        "services": "[{PortName: http, DiscoveryName: own, ClientAliases: [{Port: 80, DnsName: own}]}]",
    },
    "a name that a transform makes": {
        "sections": "Transform: AWS::Serverless-2016-10-31",
        "resources": "  F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, InlineCode: c}}",
        "namespace": "!Ref FRole",
    },
    "names that Sub brings itself, and those of CloudFormation": {
        "services": "[{PortName: http, DiscoveryName: !Sub ['${a}', {a: !Ref AWS::StackName}], "
        "ClientAliases: [{Port: 80}]}]",
    },
    "an ARN of which nearly all is open": {"namespace": "!Sub 'arn:aws:${E}'"},
    "an ARN of which the id is open": {
        "namespace": "!Sub 'arn:${AWS::Partition}:servicediscovery:${AWS::Region}:${AWS::AccountId}:${E}'"
    },
    "a name of which one allowed value is one": {
        "parameters": "  N: {Type: String, AllowedValues: [Dev, prod]}",
        "services": "[{PortName: http, DiscoveryName: !Ref N, ClientAliases: [{Port: 80}]}]",
    },
    "an ARN by Join": {
        "namespace": "!Join [':', [arn, aws, servicediscovery, !Ref AWS::Region, !Ref AWS::AccountId, namespace/ns-x]]"
    },
    "a namespace for each Region": {"sections": PER_REGION, "namespace": "!FindInMap [R, !Ref AWS::Region, Ns]"},
    "a default that decides": {
        "parameters": "  M: {Type: String, Default: awsvpc, AllowedValues: [awsvpc, host]}",
        "mode": "!Ref M",
    },
    "one condition on both sides": {"mappings": mapping("!If [InA, a, b]"), "services": serving("!If [InA, a, b]")},
    "one text by Sub and Join": {
        "mappings": mapping("!Sub ['${X}-http', {X: !Ref E}]"),
        "services": serving("!Join ['-', [!Ref E, http]]"),
    },
    "one dynamic reference": {
        "mappings": mapping("'{{resolve:ssm:/x}}'"),
        "services": serving("'{{resolve:ssm:/x}}'"),
    },
    "one parameter of few values": {
        "parameters": "  F: {Type: String, AllowedValues: [x, y]}",
        "mappings": mapping("!Ref F"),
        "services": serving("!Ref F"),
    },
    "one entry of a mapping": {
        "sections": PER_STAGE,
        "mappings": mapping("!FindInMap [Stages, !Ref E, Port]"),
        "services": serving("!FindInMap [Stages, !Ref E, Port]"),
    },
    "the one entry of a mapping that is allowed": {
        "parameters": "  Stage: {Type: String, Default: dev, AllowedValues: [dev]}",
        "sections": PER_STAGE,
        "services": serving("!FindInMap [Stages, !Ref Stage, Port]"),
    },
    "mappings by several parameters, whose combinations are many": {
        "parameters": "\n".join(f"  {name}: {{Type: String, Default: s1}}" for name in ("Size", "Tier", "Stage")),
        "sections": f"Mappings: {{S: {{{', '.join(f's{i}: {{port: http, ns: shop{i}}}' for i in range(12))}}}}}",
        "namespace": "!FindInMap [S, !Ref Stage, ns]",
        "mappings": mapping("!FindInMap [S, !Ref Size, port]"),
        "services": serving("!FindInMap [S, !Ref Tier, port]"),
    },
    "one item of an open list": {
        "parameters": "  L: {Type: CommaDelimitedList}",
        "mappings": mapping("!Select ['0', !Ref L]"),
        "services": serving("!Select [0, !Ref L]"),
    },
    "an item of a list by default": {
        "parameters": "  P: {Type: String, Default: 'a,http'}",
        "services": serving("!Select [1, !Split [',', !Ref P]]"),
    },
    "an open port": {
        "parameters": "  P: {Type: Number}",
        "services": "[{PortName: http, ClientAliases: [{Port: !Ref P}]}]",
        "mappings": "[{Name: http, ContainerPort: !Ref P}]",
    },
    "options of the log driver": {"log": LOG.replace("}}", ", max-buffer-size: 4, enable-ecs-log-metadata: true}}")},
    "a port with a point": {"mappings": "[{Name: http, ContainerPort: 8080.0}]"},
    "a variant that cannot be": {
        "parameters": "  Z: {Type: String, AllowedValues: [a, b]}",
        "conditions": "  Neither: !Not [!Or [!Equals [!Ref Z, a], !Equals [!Ref Z, b]]]",
        "services": serving("!If [Neither, nope, http]"),
    },
    "conditions that no check is about": {
        "parameters": "\n".join(f"  P{i}: {{Type: String}}" for i in range(9)),
        "conditions": "\n".join(f"  C{i}: !Equals [!Ref P{i}, a]" for i in range(9)),
        "containers": "          Environment:\n"
        + "\n".join(f"            - !If [C{i}, {{Name: N{i}, Value: a}}, !Ref AWS::NoValue]" for i in range(9)),
    },
    "conditions in a circle": {
        "conditions": "  One: !Not [!Condition Other]\n  Other: !Not [!Condition One]",
        "services": serving("!If [One, http, http]"),
    },
    "services of which one is there": {
        "parameters": "  Z: {Type: String, AllowedValues: [x, y]}",
        "conditions": "  X: !Equals [!Ref Z, x]\n  Y: !Equals [!Ref Z, y]",
        "resources": another("B", name="b", condition="X") + another("C", name="b", condition="Y"),
    },
    "discovery names that differ": {
        "resources": another("B", name="!Sub '${E}-api'", alias="b") + another("C", name="!Sub '${E}-web'", alias="c")
    },
    "task definitions of which one is there": {
        "conditions": "  NotInA: !Not [!Condition InA]",
        "resources": task("A", family="fam", port="http", condition="InA")
        + task("B", family="fam", port="http", condition="NotInA"),
        "task": "fam",
    },
    "a value that a rule refuses": {
        "parameters": "  F: {Type: String}",
        "sections": "Rules: {R: {Assertions: [{Assert: !Equals [!Ref E, b]}]}}",
        "services": "!If [InA, [{PortName: nope, ClientAliases: [{Port: 80}]}], "
        "[{PortName: http, ClientAliases: [{Port: 80}]}]]",
    },
    "a value that a rule refuses where another is given": {
        "conditions": "  InB: !Equals [!Ref E, b]",
        "sections": "Rules: {R: {RuleCondition: !Equals [!Ref 'AWS::Region', !Ref 'AWS::Region'], "
        "Assertions: [{Assert: {'Fn::Contains': [[a, c], !Ref E]}}]}}",
        "services": "!If [InB, [{PortName: nope, ClientAliases: [{Port: 80}]}], "
        "[{PortName: http, ClientAliases: [{Port: 80}]}]]",
    },
    "a default of a mapping that is the entry's": {
        "sections": f"{EXTENSIONS}\nMappings: {{M: {{a: {{P: http}}}}}}",
        "services": serving("!FindInMap [M, !Ref AWS::Region, P, {DefaultValue: http}]"),
    },
    "a service that is never there": {
        "conditions": "  Never: !Equals [a, b]",
        "resources": another("B", condition="Never"),
    },
}
WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "a name by an expression within Ref": (
        {"sections": EXTENSIONS, "task": "!Ref {'Fn::Sub': Task}", "services": serving("nope")},
        "SC102",
        "portName nope is not among the named port mappings (http)",
    ),
    "the ARN of a cluster by an expression": (
        {"namespace": "!Sub 'arn:aws:ecs:${AWS::Region}:${AWS::AccountId}:cluster/${E}'"},
        "SC101",
        'cluster/${E}", expected the ARN of a namespace',
    ),
    "the ARN of a Cloud Map service by an expression": (
        {"namespace": "!Sub 'arn:${AWS::Partition}:servicediscovery:${AWS::Region}:${AWS::AccountId}:service/${E}'"},
        "SC101",
        'service/${E}", expected the ARN of a namespace',
    ),
    "a name with a capital beside what is open": (
        {"services": "[{PortName: http, DiscoveryName: !Sub '${E}-Web', ClientAliases: [{Port: 80}]}]"},
        "SC112",
        'discoveryName is "${E}-Web", expected 1 to 64 lowercase',
    ),
    "a name of which no allowed value is one": (
        {
            "parameters": "  N: {Type: String, AllowedValues: [Dev, Prod]}",
            "services": "[{PortName: http, DiscoveryName: !Ref N, ClientAliases: [{Port: 80}]}]",
        },
        "SC112",
        'discoveryName is "${N}", expected 1 to 64 lowercase',
    ),
    "no alias in one variant": (
        {"services": "[{PortName: http, ClientAliases: [!If [InA, {Port: 80}, !Ref AWS::NoValue]]}]"},
        "SC112",
        "clientAliases has 0 elements, expected 1 (when E is not a)",
    ),
    "no mapping in one variant": (
        {"mappings": "[!If [InA, {Name: http, ContainerPort: 80}, !Ref AWS::NoValue]]"},
        "SC102",
        "(none) (when E is not a)",
    ),
    "a task definition in one variant": (
        {"resources": task("Other", family="o", port="other"), "task": "!If [InA, !Ref Task, !Ref Other]"},
        "SC102",
        "portName http is not among the named port mappings (other) (when E is not a)",
    ),
    "a family by an expression": (
        {"family": "!Sub '${E}-web'", "task": "!Join ['-', [!Ref E, web]]", "services": serving("nope")},
        "SC102",
        "portName nope",
    ),
    "a revision by an expression": (
        {
            "family": "!Sub '${E}-web'",
            "task": "!Sub 'arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/${E}-web:3'",
            "services": serving("nope"),
        },
        "SC102",
        "portName nope",
    ),
    "all allowed values": (
        {"parameters": "  M: {Type: String, AllowedValues: [none, host]}", "mode": "!Ref M"},
        "SC103",
        "expected awsvpc or bridge",
    ),
    "what is behind a switch that is off": (
        {
            "parameters": "  Mesh: {Type: String, Default: 'false', AllowedValues: ['true', 'false']}",
            "enabled": "!Ref Mesh",
            "services": serving("nope"),
        },
        "SC102",
        "(when Mesh is true)",
    ),
    "a variant in a variant": (
        {
            "conditions": "  InB: !Equals [!Ref E, b]",
            "services": f"!If [InA, {serving('http')}, !If [InB, {serving('nope')}, !Ref AWS::NoValue]]",
        },
        "SC102",
        "(when E is b)",
    ),
    "two conditions": (
        {
            "parameters": "  Z: {Type: String}",
            "conditions": "  Both: !And [!Equals [!Ref Z, z], !Condition InA]",
            "services": serving("!If [Both, nope, http]"),
        },
        "SC102",
        "(when E is a and Z is z)",
    ),
    "an entry of a mapping": (
        {"sections": PER_STAGE, "services": serving("!FindInMap [Stages, !Ref E, Port]")},
        "SC102",
        "(when E is prod)",
    ),
    "an entry of a mapping that is not the default's": (
        {
            "parameters": "  Stage: {Type: String, Default: dev}",
            "sections": PER_STAGE,
            "services": serving("!FindInMap [Stages, !Ref Stage, Port]"),
        },
        "SC102",
        "(when Stage is prod)",
    ),
    "an entry of one of several mappings": (
        {
            "parameters": "\n".join(f"  {name}: {{Type: String, Default: dev}}" for name in ("Size", "Tier", "Stage")),
            "sections": PER_STAGE.replace(
                "}}}", "}, s: {Port: http}, t: {Port: http}, u: {Port: http}, v: {Port: http}}}"
            ),
            "family": "!FindInMap [Stages, !Ref Size, Port]",
            "mappings": mapping("!FindInMap [Stages, !Ref Tier, Port]"),
            "services": serving("!FindInMap [Stages, !Ref Stage, Port]"),
        },
        "SC102",
        "(when Stage is prod)",
    ),
    "an entry beside a default": (
        {
            "sections": f"{EXTENSIONS}\n{PER_STAGE}",
            "services": serving("!FindInMap [Stages, !Ref E, Port, {DefaultValue: http}]"),
        },
        "SC102",
        "(when E is prod)",
    ),
    "a default of a mapping": (
        {
            "sections": f"{EXTENSIONS}\nMappings: {{M: {{a: {{P: http}}}}}}",
            "services": serving("!FindInMap [M, zz, P, {DefaultValue: nope}]"),
        },
        "SC102",
        "portName nope",
    ),
    "a value that a rule refuses only elsewhere": (
        {
            "parameters": "  F: {Type: String}",
            "sections": "Rules: {R: {RuleCondition: !Equals [!Ref F, f], Assertions: [{Assert: !Equals [!Ref E, b]}]}}",
            "services": serving("!If [InA, nope, http]"),
        },
        "SC102",
        "(when E is a)",
    ),
    "in one Region": (
        {
            "conditions": "  US: !Equals [!Ref AWS::Region, us-east-1]",
            "services": serving("!If [US, nope, http]"),
        },
        "SC102",
        "(when AWS::Region is us-east-1)",
    ),
    "a text that cannot be the other": (
        {"services": serving("!Sub '${E}-grpc'")},
        "SC102",
        "portName ${E}-grpc is not among the named port mappings (http)",
    ),
    "a name that YAML reads as true": ({"mappings": mapping("yes")}, "SC112", "name is true, expected a string"),
    "a name that YAML reads as a date": (
        {"services": "[{PortName: http, DiscoveryName: 2024-01-01, ClientAliases: [{Port: 80}]}]"},
        "SC112",
        'discoveryName is "2024-01-01", expected a string',
    ),
    "properties that are a list": (
        {"resources": "  Bad: {Type: AWS::ECS::Service, Properties: [1]}"},
        "SC112",
        "Properties is a list, expected an object",
    ),
    "a container that is null": ({"containers": "        - null"}, "SC112", "containerDefinitions[1] is null"),
    "a namespace by its id": (
        {
            "resources": NAMESPACE
            + another(
                "B",
                namespace="!Sub 'arn:aws:servicediscovery:${AWS::Region}:${AWS::AccountId}:namespace/${Ns.Id}'",
            )
        },
        "SC105",
        "discovery name web is also that of endpoint web",
    ),
    "a namespace by the cluster's default": (
        {"resources": CLUSTER + another("B", namespace="")},
        "SC105",
        "discovery name web is also that of endpoint web",
    ),
    "a namespace by a variant's default": (
        {"resources": CLUSTER + another("B", namespace="!If [InA, shop, !Ref AWS::NoValue]")},
        "SC105",
        "discovery name web is also that of endpoint web",
    ),
    "services with one condition": (
        {"resources": another("B", condition="InA")},
        "SC105",
        "discovery name web is also that of endpoint web",
    ),
}
NOT_THERE: dict[str, tuple[dict[str, str], str]] = {
    "a resource that is not there": (
        {"task": "!Ref Tsk"},
        "Ref Tsk: the template has no parameter or resource",
    ),
    "a parameter that is not there, in a branch": (
        {"namespace": "!If [InA, shop, !Sub 'x-${Stage}']"},
        "Fn::Sub Stage: the template has no parameter or resource",
    ),
    "an attribute of what is not there": (
        {"namespace": "!GetAtt Nss.Arn"},
        "Fn::GetAtt Nss: the template has",
    ),
    "a condition that is not there": (
        {"enabled": "!If [InB, true, false]"},
        "Fn::If InB: the template has no",
    ),
    "a service under a condition that is not there": (
        {"resources": another("B", name="b", condition="InB")},
        "Condition InB: the template has no condition of that name",
    ),
}
EVERYTHING = {*PARTS, "SC112"}
OPEN: dict[str, tuple[dict[str, str], set[str], str]] = {
    "a list that is open": (
        {"parameters": "  L: {Type: CommaDelimitedList}", "mappings": "!Ref L"},
        {"SC102"},
        "portMappings is ${L}, which the file does not settle",
    ),
    "a container from elsewhere": (
        {"containers": f"        - {INCLUDE}"},
        {"SC102", "SC107", "SC108"},
        "containerDefinitions[1] is ${Fn::Transform {Name: AWS::Include",
    ),
    "text from elsewhere beside what is there": (
        {"services": f"[{{PortName: http, ClientAliases: [{{Port: 80}}], {INCLUDE}}}]"},
        {"SC102", "SC105", "SC109", "SC113"},
        "services[0] is ${Fn::Transform {Name: AWS::Include, Parameters: {Location: s3://b/x}} beside PortName",
    ),
    "resources from elsewhere": ({"resources": f"  {INCLUDE}"}, {"SC112"}, "puts resources into the template"),
    "a resource from elsewhere": ({"resources": f"  X:\n    {INCLUDE}"}, {"SC112"}, "Fn::Transform makes X what it is"),
    "a module": ({"resources": "  M: {Type: My::Ecs::Svc::MODULE}"}, {"SC112"}, "M is of module My::Ecs::Svc::MODULE"),
    "a module of rain": (
        {"resources": "  M: {Type: !Rain::Module m.yaml}"},
        {"SC112"},
        "M is of Fn::Rain::Module, which may hold services (give the template that is deployed",
    ),
    "a resource of another file": ({"resources": "  M: !Rain::Include m.yaml"}, {"SC112"}, "M is of Fn::Rain::Include"),
    "resources of another file": (
        {"resources": "  Fn::Rain::Include: m.yaml"},
        {"SC112"},
        "Fn::Rain::Include may hold",
    ),
    "a local module": ({"sections": "Modules: {M: {Source: m.yaml}}"}, {"SC112"}, "module M may hold services"),
    "a macro": ({"sections": "Transform: Mine"}, EVERYTHING, "macro Mine may change the template"),
    "a macro beside what is known": (
        {"sections": "Transform: [AWS::LanguageExtensions, Mine]"},
        EVERYTHING,
        "macro Mine may change the template",
    ),
    "a macro among the resources": (
        {"resources": "  Fn::Transform: {Name: Mine}"},
        EVERYTHING,
        "macro Mine may change the template",
    ),
    "a service that is text from elsewhere": (
        {"resources": another("B", name="b", alias="b").replace("Properties:", f"{INCLUDE}\n    Properties:")},
        EVERYTHING,
        "Fn::Transform makes B what it is",
    ),
    "a task definition that is text from elsewhere": (
        {
            "resources": task("T", family="t", port="http").replace("Properties:", f"{INCLUDE}\n    Properties:"),
            "task": "!Ref T",
        },
        EVERYTHING - {"SC109", "SC113"},
        "Fn::Transform makes T what it is",
    ),
    "a loop within a service": (
        {
            "sections": EXTENSIONS,
            "parameters": "  L: {Type: CommaDelimitedList}",
            "task": "!Ref Task\n      Fn::ForEach::P: [N, !Ref L, {'Tag${N}': 1}]",
        },
        EVERYTHING,
        "Properties is ${Fn::ForEach::P}, which the file does not settle",
    ),
    "a loop over an open list": (
        {
            "sections": EXTENSIONS,
            "parameters": "  L: {Type: CommaDelimitedList}",
            "resources": "  Fn::ForEach::S: [N, !Ref L, {'S${N}': {Type: AWS::ECS::Service}}]",
        },
        EVERYTHING,
        "Fn::ForEach::S loops over a list that the file does not settle",
    ),
    "some allowed values": (
        {"parameters": "  M: {Type: String, AllowedValues: [awsvpc, host]}", "mode": "!Ref M"},
        {"SC103"},
        "networkMode is ${M}, which may be awsvpc or host",
    ),
    "a dynamic reference": (
        {"services": serving("'{{resolve:ssm:/x}}'")},
        {"SC102"},
        "portName is {{resolve:ssm:/x}}, which the file does not settle",
    ),
    "the default of an SSM parameter": (
        {
            "parameters": "  S: {Type: 'AWS::SSM::Parameter::Value<String>', Default: http}",
            "services": serving("!Ref S"),
        },
        {"SC102"},
        "portName is ${S}",
    ),
    "a mapping that a parameter names": (
        {
            "sections": f"{EXTENSIONS}\nMappings: {{M: {{a: {{P: http}}}}}}",
            "services": serving("!FindInMap [!Ref E, a, P, {DefaultValue: http}]"),
        },
        {"SC102"},
        "portName is ${Fn::FindInMap [${E}, a, P, {DefaultValue: http}]}",
    ),
    "two parameters": (
        {"parameters": "  F: {Type: String}", "mappings": mapping("!Ref F"), "services": serving("!Ref E")},
        {"SC102"},
        "portName is ${E}",
    ),
    "an If without an else": ({"services": serving("!If [InA, http]")}, {"SC102"}, "portName is ${Fn::If [InA, http]}"),
    "a name that another may have": (
        {"resources": another("B", name="!Ref E")},
        {"SC105"},
        "may be that of endpoint",
    ),
    "a namespace that another may have": (
        {"resources": another("B", namespace="!ImportValue ns")},
        {"SC105"},
        "discovery name web may be that of endpoint web",
    ),
    "a task definition that is not always there": (
        {"resources": task("T", family="t", port="http", condition="InA"), "task": "!Ref T"},
        {"SC102", "SC103", "SC111"},
        "task definition T is not made when the service is: see its Condition",
    ),
    "too many variants": (
        {
            "parameters": "\n".join(f"  P{i}: {{Type: String}}" for i in range(8)),
            "conditions": "\n".join(f"  C{i}: !Equals [!Ref P{i}, a]" for i in range(8)),
            "containers": "\n".join(
                f"        - !If [C{i}, {{Name: c{i}, Image: x, Essential: false}}, !Ref AWS::NoValue]" for i in range(8)
            ),
        },
        {*(f"SC{id}" for id in range(101, 112)), "SC113"},
        "more than 128 variants",
    ),
}


@pytest.mark.parametrize("changes", WELL.values(), ids=WELL)
def test_what_is_well_in_every_variant_is_well(tmp_path: Path, changes: dict[str, str]):
    path = template(tmp_path, **changes)
    assert (told(path), run(path)[0]) == (set(), 0)


@pytest.mark.parametrize(("changes", "check", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_a_variant_is_wrong(tmp_path: Path, changes: dict[str, str], check: str, said: str):
    path = template(tmp_path, **changes)
    messages = [m for f in findings(path) if (f["id"], f["status"]) == (check, "fail") for m in f["messages"]]
    assert any(said in message for message in messages), messages
    assert run(path)[0] == 1


@pytest.mark.parametrize(("changes", "said"), NOT_THERE.values(), ids=NOT_THERE)
def test_a_name_that_the_template_does_not_have_is_a_warning(tmp_path: Path, changes: dict[str, str], said: str):
    (wrong,) = [f for f in findings(template(tmp_path, **changes)) if (f["id"], f["status"]) == ("SC112", "fail")]
    assert said in wrong["messages"][0] and wrong["severity"] == "warning" and wrong["line"] > 1


@pytest.mark.parametrize(("changes", "checks", "said"), OPEN.values(), ids=OPEN)
def test_what_depends_on_what_is_open_is_unknown(tmp_path: Path, changes: dict[str, str], checks: set[str], said: str):
    path = template(tmp_path, **changes)
    found = findings(path)
    unknown = [f for f in found if f["status"] == "unknown"]
    assert told(path) == {f"{id} unknown" for id in checks}
    assert any(said in message for f in unknown for message in f["messages"])
    assert run(path)[0] == 2


def test_nothing_says_more_than_the_file_does(tmp_path: Path):
    """No sentence has the marks of what is open, nor an expression in JSON."""
    for changes in [*WELL.values(), *(changes for changes, *_ in [*WRONG.values(), *OPEN.values()])]:
        for output in ("text", "json"):
            said = run(template(tmp_path, **changes), "--verbose", "--output", output)[1]
            assert not any("\ue000" <= character <= "\ue00f" for character in said)
            assert not any(stand_in in said for stand_in in ('{"Ref"', '{"Fn::', "\\ue00"))


def test_a_value_is_pointed_at_where_it_is_open(tmp_path: Path):
    path = template(tmp_path, parameters="  M: {Type: String, AllowedValues: [awsvpc, host]}", mode="!Ref M")
    line = of("SC103", findings(path))["line"]
    assert path.read_text().splitlines()[line - 1].strip() == "NetworkMode: !Ref M"


def test_a_loop_makes_what_it_says(tmp_path: Path):
    body = another("S${N}", name="!Sub 's-${N}'", alias="!Sub '${N}'").replace("\n", "\n      ")
    loop = f"  Fn::ForEach::S:\n    - N\n    - [one, two]\n    - {body.strip()}\n"
    found = findings(template(tmp_path, sections=EXTENSIONS, resources=loop))
    assert {f["service"] for f in found} == {"Svc", "Sone", "Stwo"}
    assert {f["endpoint"] for f in found if f["id"] == "SC104"} == {"web", "s-one", "s-two"}


def test_what_an_open_loop_repeats_is_unknown_whatever_is_around_it(tmp_path: Path):
    body = another("S${N}${M}", name="s").replace("\n", "\n          ").strip()
    inner = f"    - Fn::ForEach::In:\n        - N\n        - !Ref L\n        - {body}\n"
    loop = f"  Fn::ForEach::S:\n    - M\n    - [a, b]\n{inner}"
    path = template(tmp_path, sections=EXTENSIONS, parameters="  L: {Type: CommaDelimitedList}", resources=loop)
    found = findings(path)
    assert {f["service"] for f in found} == {"Svc", "S${N}a", "S${N}b", ""}
    assert {f["status"] for f in found if f["service"].startswith("S$")} == {"unknown"}
    assert not {f["status"] for f in found if f["service"] == "Svc"} & {"unknown", "fail"}


def test_a_name_that_yaml_reads_as_true_is_64(tmp_path: Path):
    path = template(tmp_path, parameters="  On: {Type: String}")
    assert run(path)[::2] == (
        64,
        f"scaudit: cannot read {path}: YAML reads a name in Parameters as True; write it in quotes\n",
    )


@pytest.mark.parametrize(
    ("services", "moot"),
    [
        ("[]", {"SC102", "SC109", "SC113"}),
        ("!Ref AWS::NoValue", {"SC102", "SC109", "SC113"}),
        ("[{PortName: http, ClientAliases: [{Port: 80}]}]", {"SC109", "SC113"}),
        ("[{PortName: http, ClientAliases: [{Port: 80}], Tls: !Ref Open}]", {"SC113"}),
        ("!If [InA, [], [{PortName: http, ClientAliases: [{Port: 80}], Tls: {Role: x}}]]", {"SC113"}),
    ],
)
def test_what_the_service_alone_settles_needs_no_task_definition(tmp_path: Path, services: str, moot: set[str]):
    path = template(tmp_path, parameters="  Open: {Type: String}", services=services, task="arn:of-another:1")
    found = {(one["id"], one["status"]) for one in findings(path)}
    of_definition = {"SC102", "SC103", "SC107", "SC108", "SC109", "SC111", "SC113"}
    told = {id for id in of_definition if (id, "unknown") in found or (id, "fail") in found}
    assert told == of_definition - moot


def test_a_missing_partner_is_one_line_that_says_what_to_add(tmp_path: Path):
    out = run(template(tmp_path, task="!ImportValue shop-task"))[1]
    (line,) = [line for line in out.splitlines() if "?" in line]
    assert "SC102, SC103" in line and "${Fn::ImportValue shop-task} is in none of the files: add the template" in line


def test_a_service_without_service_connect_is_not_healthy(tmp_path: Path):
    (path,) = [tmp_path / "template.yaml"]
    path.write_text("Resources: {S: {Type: AWS::ECS::Service, Properties: {ServiceName: s}}}")
    told_of = "- s  (the file has no Service Connect for this service)\n"
    assert run(path)[:2] == (0, f"{told_of}1 service, 0 healthy, 1 not judged: nothing found\n")


def test_a_nested_stack_is_given_what_its_parent_gives(tmp_path: Path):
    child = template(
        tmp_path,
        parameters="  Port: {Type: String}\n  Given: {Type: String}",
        task="!Ref Given",
        services=serving("!Ref Port"),
    )
    parent = tmp_path / "parent.yaml"
    nests = """
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./template.yaml
      Parameters: {Port: grpc, Given: !Ref Mine, E: a}
"""
    parent.write_text(f"Resources:{nests}{task('Mine', family='mine', port='grpc')}")
    assert not {f["status"] for f in findings(child, parent) if f["id"] == "SC102"} - {"pass"}
    parent.write_text(parent.read_text().replace("Port: grpc", "Port: http"))
    assert "SC102 fail" in told(child, parent)


def test_an_output_of_a_nested_stack_is_what_it_says(tmp_path: Path):
    nested = tmp_path / "nested.yaml"
    nested.write_text(
        f"Resources:{task('Mine', family='mine', port='http')}\nOutputs: {{Task: {{Value: !Ref Mine}}}}\n"
    )
    nests = "  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml}}"
    path = template(tmp_path, resources=nests, task="!GetAtt Nested.Outputs.Task")
    assert of("SC102", findings(path, nested))["status"] == "pass"
    assert of("SC102", findings(path))["status"] == "unknown"


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com/bucket/v1/nested.yaml",
        "!Sub 'https://${E}.s3.amazonaws.com/nested.yaml'",
        "!Join [/, [!Ref E, nested.yaml]]",
        "!Join ['', ['https://', !Ref E, /nested.yaml]]",
    ],
)
def test_a_nested_stack_by_its_url_is_the_only_file_of_that_name(tmp_path: Path, url: str):
    nested, other = tmp_path / "nested.yaml", tmp_path / "other"
    nested.write_text(
        f"Resources:{task('Mine', family='mine', port='http')}\nOutputs: {{Task: {{Value: !Ref Mine}}}}\n"
    )
    nests = f"  Nested: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {url}}}}}"
    path = template(tmp_path, resources=nests, task="!GetAtt Nested.Outputs.Task")
    assert of("SC102", findings(path, nested))["status"] == "pass"
    other.mkdir()
    (other / "nested.yaml").write_text(nested.read_text())
    assert of("SC102", findings(path, nested, other / "nested.yaml"))["status"] == "unknown"


@pytest.mark.parametrize(
    "properties", ["{}", "5", "{TemplateURL: !Sub []}", "{TemplateURL: !Join ['', []]}", "{TemplateURL: [a]}"]
)
def test_a_nested_stack_that_names_no_template_is_unknown(tmp_path: Path, properties: str):
    path = tmp_path / "parent.yaml"
    path.write_text(f"Resources: {{N: {{Type: AWS::CloudFormation::Stack, Properties: {properties}}}}}")
    assert told(path) == {"SC112 unknown"}


def test_a_template_that_only_nests_others_is_not_known_to_have_no_services(tmp_path: Path):
    parent, child = tmp_path / "parent.yaml", template(tmp_path)
    parent.write_text(
        "Resources:\n  Net: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}\n"
        "  App: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: a, SemanticVersion: b}}}\n"
    )
    open_ = of("SC112", findings(parent))
    assert open_["messages"] == [
        "its nested stacks, products or stack sets may have services (Net): add their templates"
    ]
    assert run(parent)[0] == 2 and told(parent, child) == set()


@pytest.mark.parametrize(
    ("exported", "imported", "status"),
    [
        ("shop-task", "shop-task", "pass"),
        ("!Sub '${AWS::StackName}-task'", "!Sub '${E}-task'", "pass"),
        ("!Sub '${AWS::StackName}-task'", "shop-task", "pass"),
        ("!Sub '${AWS::StackName}-job'", "!Sub '${E}-task'", "unknown"),
        ("!Ref AWS::StackName", "shop-task", "unknown"),
        ("!Sub '${AWS::StackName}-task'", "!Ref E", "unknown"),
    ],
)
def test_an_import_is_joined_to_the_only_export_that_it_can_be(
    tmp_path: Path, exported: str, imported: str, status: str
):
    path = template(tmp_path, task=f"{{Fn::ImportValue: {imported}}}")
    other = tmp_path / "other.yaml"
    output = f"Outputs: {{Task: {{Value: !Ref Mine, Export: {{Name: {exported}}}}}}}"
    other.write_text(f"Resources:{task('Mine', family='mine', port='http')}\n{output}\n")
    assert of("SC102", findings(path, other))["status"] == status


def test_a_sentence_that_is_cut_is_cut_legibly(tmp_path: Path):
    """Sentences are of bounded length, and what is open in them has a long way in it: its file."""
    folder = tmp_path / ("f" * 200) / ("g" * 200)
    folder.mkdir(parents=True)
    names = ", ".join(f"{{Name: !Sub '${{E}}-{i}-{'n' * 50}', ContainerPort: 8{i}}}" for i in range(8))
    path = template(folder, mappings=f"[{names}]", services=serving("http"))
    (told_of,) = of("SC102", findings(path))["messages"]
    assert told_of.startswith("portName http is not among the named port mappings (${E}-0-nnn")
    assert told_of.endswith("nnn, ${...")


@pytest.mark.parametrize("forged", ["\ue000a\ue001b\ue002", '"\\uE000a\\ue001b\\U0000e002"'])
def test_nobody_forges_what_is_open(tmp_path: Path, forged: str):
    """A text that looks like one was asked about without an end."""
    code, out, err = run(template(tmp_path, enabled=forged))
    assert (code, out) == (64, "") and "a character for private use" in err


def test_two_resources_of_one_name_are_two_services(tmp_path: Path):
    path = template(tmp_path, conditions="  NotA: !Not [!Condition InA]", resources=another("B", condition="NotA"))
    text = path.read_text().replace("      Cluster: prod\n", "      Cluster: prod\n      ServiceName: web\n")
    path.write_text(text.replace("  Svc:\n", "  Svc:\n    Condition: InA\n"))
    out = run(path)[1]
    assert out.splitlines()[-1].startswith("2 services, 2 healthy")
    assert f"prod/web (B) of {path}" in out and f"prod/web (Svc) of {path}" in out


EXPORTING = (CASES / "22-exporting-stack.yaml").read_text()


def test_an_export_that_two_files_make_is_not_one_that_none_makes(tmp_path: Path):
    importing, one, two = put(
        tmp_path, i__yaml=(CASES / "22-importing-stack.yaml").read_text(), one__yaml=EXPORTING, two__yaml=EXPORTING
    )
    (message,) = of("SC102", findings(importing, one, two))["messages"]
    assert "shop-task, which several of the files export} is not settled: give those apart" in message
    assert of("SC102", findings(importing, one))["status"] == "fail"


NAMES: dict[str, tuple[str, bool]] = {
    "one name": ("Name: shop-task", True),
    "one name made of the Region": ('Name: !Sub "${AWS::Region}-task"', True),
    "that of the stack": ('Name: !Sub "${AWS::StackName}-task"', False),
    "only where a condition holds": ("Name: shop-task}, Condition: Nowhere, X: {", False),
}


@pytest.mark.parametrize(("name", "told_of"), NAMES.values(), ids=NAMES)
def test_files_that_export_the_same_are_told(tmp_path: Path, name: str, told_of: bool):
    text = EXPORTING.replace("Name: shop-task", name)
    assert text != EXPORTING or name == "Name: shop-task"
    one, two = put(tmp_path, one__yaml=text, two__yaml=text)
    said = f"note: {one} and {two} export the same ("
    assert (said in run(one, two)[1]) is told_of
    assert said not in run(one)[1]


SWITCH = "Parameters: {{Live: {{Type: String{default}, AllowedValues: [{allowed}]}}}}\nResources:\n"


@pytest.mark.parametrize(
    ("allowed", "default", "expected"),
    [
        ("'yes', 'no'", ", Default: 'no'", {"SC112 fail"}),
        ("'yes', 'no'", "", {"SC112 fail", "SC102 fail"}),
        ("'True', 'False'", ", Default: 'False'", {"SC102 fail"}),
        ("'true', 'false'", "", {"SC102 fail"}),
    ],
)
def test_a_switch_has_the_values_that_it_is_allowed(tmp_path: Path, allowed: str, default: str, expected: set[str]):
    text = (CASES / "18-task-by-getatt.yaml").read_text()
    assert text.count("Enabled: true") == 1
    text = text.replace("Enabled: true", "Enabled: !Ref Live")
    text = text.replace("Resources:\n", SWITCH.format(allowed=allowed, default=default), 1)
    (path,) = put(tmp_path, template__yaml=text)
    assert {one for one in told(path) if one.endswith("fail")} == expected


def test_a_task_definition_that_a_parameter_says_is_in_no_file_that_could_be_added(tmp_path: Path):
    text = (CASES / "18-task-by-getatt.yaml").read_text().replace("!GetAtt Task.TaskDefinitionArn", "!Ref Given")
    (path,) = put(tmp_path, t__yaml=text.replace("Resources:", "Parameters: {Given: {Type: String}}\nResources:", 1))
    (message,) = of("SC102", findings(path))["messages"]
    assert message == "task definition ${Given} is settled when it is deployed, and not by the files"


def test_what_an_engine_fills_in_is_open(tmp_path: Path):
    """AWS Proton's templates, and others': in quotes they are YAML, without them they are not."""
    for service, port in (('"{{ service.name }}"', '"{{ port }}"'), ("{{service.name}}", "{{ port | int }}")):
        path = template(
            tmp_path,
            family=service,
            mappings=f"[{{Name: http, ContainerPort: {port}}}]",
            namespace=service,
            services="[{PortName: http, DiscoveryName: !Sub '{{ a }}-${E}', ClientAliases: [{Port: 80}]}]",
            parameters="  P: {Type: String, Default: '{{ b }}'}",
            conditions=f"  C: !Equals [!Ref P, {service}]",
        )
        assert told(path) == set() and run(path)[0] == 0
        path.write_text(path.read_text().replace("PortName: http", "PortName: nowhere"))
        wrong = of("SC102", findings(path))
        assert wrong["status"] == "fail" and "nowhere" in path.read_text().splitlines()[wrong["line"] - 1]
        path.write_text(path.read_text().replace("PortName: nowhere", f"PortName: {service}"))
        assert "SC102 unknown" in told(path)
        assert "service.name" in of("SC102", findings(path))["messages"][0]


def test_a_name_of_a_udp_port_leaves_another_of_tcp_alone(tmp_path: Path):
    mappings = "[{Name: !Ref E, ContainerPort: 80}, {Name: xray, ContainerPort: 2000, Protocol: udp}]"
    assert told(template(tmp_path, mappings=mappings, services=serving("!Ref E"))) == set()
    named = mappings.replace("!Ref E", "http")
    assert told(template(tmp_path, mappings=named, services=serving("xray"))) == {"SC102 fail"}
