"""`scaudit lint`: what `terraform show -json` prints."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.cli.linted import DEFINITION, findings, of, put, run, told, without


def resource(kind: str, name: str, values: dict, module: str = "") -> dict[str, Any]:
    return {"address": f"{module}{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values}


TASK_VALUES = {
    "family": "web",
    "network_mode": "awsvpc",
    "requires_compatibilities": ["FARGATE"],
    "cpu": "1024",
    "memory": "2048",
    "container_definitions": json.dumps(DEFINITION["containerDefinitions"]),
    "runtime_platform": [],
    "skip_destroy": False,
}
SERVICE_VALUES = {
    "name": "web",
    "cluster": "arn:aws:ecs:eu-central-1:123456789012:cluster/prod",
    "launch_type": "FARGATE",
    "platform_version": None,
    "deployment_controller": [{"type": "ECS"}],
    "tags": {"team": "shop"},
    "wait_for_steady_state": False,
    "service_connect_configuration": [
        {
            "enabled": True,
            "namespace": "shop",
            "log_configuration": [
                {
                    "log_driver": "awslogs",
                    "options": {"awslogs-group": "/g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "p"},
                    "secret_option": [],
                }
            ],
            "service": [
                {
                    "port_name": "nginx",
                    "discovery_name": "",
                    "ingress_port_override": 0,
                    "client_alias": [{"dns_name": "web", "port": 80}],
                    "timeout": [],
                    "tls": [],
                }
            ],
        }
    ],
}


def planned(service: dict, task: dict, references: list[str], open_: dict | None = None, **more: Any) -> dict:
    resources = [resource("aws_ecs_task_definition", "web", task), resource("aws_ecs_service", "web", service)]
    expressions = {"task_definition": {"references": references}}
    configured = {"address": "aws_ecs_service.web", "mode": "managed", "expressions": expressions}
    change = {"address": "aws_ecs_service.web", "change": {"after_unknown": {"task_definition": True, **(open_ or {})}}}
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": [change],
        "configuration": {"root_module": {"resources": [configured]}},
        **more,
    }


OWN = ["aws_ecs_task_definition.web.arn", "aws_ecs_task_definition.web"]


def test_a_terraform_plan_is_judged(tmp_path: Path):
    (path,) = put(tmp_path, plan__json=planned(SERVICE_VALUES, TASK_VALUES, OWN))
    assert told(path) == set()
    code, out, _ = run(path)
    assert code == 0 and out.startswith("✓ 1 healthy") and ": prod/web\n" in out
    text = json.dumps(planned(SERVICE_VALUES, TASK_VALUES, OWN), indent=1).replace(
        '_name": "nginx"', '_name": "nowhere"'
    )
    path.write_text(text)
    wrong = of("SC102", findings(path))
    assert wrong["status"] == "fail" and "nowhere" in text.splitlines()[wrong["line"] - 1]


def serving(**blocks: object) -> dict:
    """The service with blocks of its configuration, or of its endpoint, changed."""
    service = deepcopy(SERVICE_VALUES)
    configuration = service["service_connect_configuration"][0]
    endpoint = configuration["service"][0]
    for name, block in blocks.items():
        (endpoint if name in endpoint else configuration if name in configuration else service)[name] = block
    return service


def test_names_and_numbers_are_read_as_the_provider_has_them(tmp_path: Path):
    header = {"name": "x-test", "value": [{"exact": "1"}]}
    alias = {"dns_name": "web", "port": 80, "test_traffic_rules": [{"header": [header]}]}
    canary = {"canary_bake_time_in_minutes": "3", "canary_percent": 5}
    deployment = {"strategy": "CANARY", "bake_time_in_minutes": "0", "canary_configuration": [canary]}
    log = {"log_driver": "splunk", "options": {}, "secret_option": [{"name": "splunk-token", "value_from": "x"}]}
    service = serving(client_alias=[alias], deployment_configuration=[deployment], log_configuration=[log])
    assert told(*put(tmp_path, plan__json=planned(service, TASK_VALUES, OWN))) == {"SC106 fail"}
    mapping = {"name": "nginx", "containerPort": "80"}
    task = {**TASK_VALUES, "container_definitions": json.dumps([{"name": "web", "portMappings": [mapping]}])}
    wrong = of("SC112", findings(*put(tmp_path, plan__json=planned(service, task, OWN))))
    assert 'containerPort is "80", expected a whole number' in wrong["messages"][0]  # which the provider refuses, too


def test_what_is_known_only_after_apply_is_unknown(tmp_path: Path):
    open_ = {"service_connect_configuration": [{"service": [{"port_name": True}]}]}
    (path,) = put(tmp_path, plan__json=planned(SERVICE_VALUES, TASK_VALUES, OWN, open_))
    assert "SC102 unknown" in told(path) and "known only after apply" in of("SC102", findings(path))["messages"][0]
    change = {"address": "aws_ecs_task_definition.web", "change": {"after_unknown": {"container_definitions": True}}}
    plan = planned(SERVICE_VALUES, without(TASK_VALUES, "container_definitions"), OWN)
    (path,) = put(tmp_path, plan__json={**plan, "resource_changes": [*plan["resource_changes"], change]})
    assert "SC102 unknown" in told(path) and run(path)[0] == 2


def test_a_terraform_state_is_judged_by_the_family(tmp_path: Path):
    arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:3"
    resources = [
        resource("aws_ecs_service", "web", {**SERVICE_VALUES, "task_definition": arn}, "module.a."),
        resource("aws_ecs_task_definition", "web", TASK_VALUES, "module.b.module.c."),
    ]
    modules = [{"resources": resources[:1]}, {"child_modules": [{"resources": resources[1:]}]}]
    state = {"format_version": "1.0", "values": {"root_module": {"child_modules": modules}}}
    (path,) = put(tmp_path, state__json=state)
    assert told(path) == set() and run(path)[0] == 0
    state = json.loads(json.dumps(state).replace('"port_name": "nginx"', '"port_name": "nowhere"'))
    assert told(*put(tmp_path, state__json=state)) == {"SC102 fail"}


def module_plan(service_expression: object, calls: dict, outputs: dict) -> dict:
    """Two task definitions in modules `web` and `api`, and a service in module `service`."""
    wrong = {**TASK_VALUES, "container_definitions": json.dumps([{"name": "a", "image": "b"}])}
    modules = [
        {"resources": [resource("aws_ecs_task_definition", "this[0]", TASK_VALUES, "module.web.")]},
        {"resources": [resource("aws_ecs_task_definition", "this[0]", wrong, "module.api.")]},
        {"resources": [resource("aws_ecs_service", "this", SERVICE_VALUES, "module.service.")]},
    ]
    configured = {"address": "aws_ecs_service.this", "expressions": {"task_definition": service_expression}}
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": modules}},
        "resource_changes": [
            {"address": "module.service.aws_ecs_service.this", "change": {"after_unknown": {"task_definition": True}}}
        ],
        "configuration": {
            "root_module": {
                "module_calls": {
                    "service": {"expressions": calls, "module": {"resources": [configured]}},
                    "web": {"module": {"outputs": outputs}},
                }
            }
        },
    }


def test_a_task_definition_is_followed_through_variables_and_outputs(tmp_path: Path):
    outputs = {"arn": {"expression": {"references": ["aws_ecs_task_definition.this[0].arn"]}}}
    calls = {"task": {"references": ["module.web.arn", "module.web"]}}
    (path,) = put(tmp_path, plan__json=module_plan({"references": ["var.task"]}, calls, outputs))
    assert told(path) == set()
    (path,) = put(tmp_path, plan__json=module_plan({"references": ["local.task"]}, calls, outputs))
    assert "SC102 unknown" in told(path)


def test_a_plan_without_services_says_so(tmp_path: Path):
    (path,) = put(tmp_path, plan__json={"format_version": "1.2", "planned_values": {"root_module": {}}})
    assert f"note: {path} has no aws_ecs_service" in run(path)[1]


def test_what_may_make_services_that_are_not_read_is_told(tmp_path: Path):
    def said(kind: str, **values: object) -> tuple[int, str]:
        made = [resource(kind, "x", values)]
        plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": made}}}
        code, out, _ = run(*put(tmp_path, plan__json=plan))
        return code, out

    code, out = said("awscc_ecs_service", service_name="web")
    assert code == 2 and "awscc_ecs_service.x is a service of a provider that is not read" in out
    code, out = said("aws_cloudformation_stack", template_body="Resources: {S: {Type: AWS::ECS::Service}}")
    assert code == 2 and "aws_cloudformation_stack.x may have services: give its template" in out
    assert said("aws_cloudformation_stack_set", template_url="https://x/y.yaml")[0] == 2
    assert said("aws_cloudformation_stack", template_body="Resources: {B: {Type: AWS::S3::Bucket}}")[0] == 0
    assert said("aws_s3_bucket")[0] == 0
    plan = planned(SERVICE_VALUES, TASK_VALUES, OWN)
    plan["planned_values"]["root_module"]["resources"].append(resource("awscc_ecs_service", "x", {}))
    assert run(*put(tmp_path, plan__json=plan))[0] == 2


def by_provider(configured: dict) -> dict:
    """A plan in which the provider leaves to AWS what the configuration does not write: hashicorp/aws 5.100.0 plans
    launch_type, platform_version and the names of an endpoint as known after apply then."""
    service = json.loads(json.dumps(without(SERVICE_VALUES, "launch_type", "platform_version")))
    (endpoint,) = service["service_connect_configuration"][0]["service"]
    del endpoint["discovery_name"], endpoint["client_alias"][0]["dns_name"]
    later = {"discovery_name": True, "client_alias": [{"dns_name": True}], "timeout": [], "tls": []}
    open_ = {
        "iam_role": True,
        "launch_type": True,
        "platform_version": True,
        "service_connect_configuration": [{"service": [later], "log_configuration": [{"options": {}}]}],
    }
    plan = planned(service, TASK_VALUES, OWN, open_)
    (resource,) = plan["configuration"]["root_module"]["resources"]
    resource["expressions"] |= configured
    return plan


BLOCK = {"port_name": {"constant_value": "nginx"}, "client_alias": [{"port": {"constant_value": 80}}]}


def test_what_the_configuration_leaves_to_aws_is_not_sent(tmp_path: Path):
    blocks = {"service_connect_configuration": [{"enabled": {}, "service": [BLOCK]}]}
    (path,) = put(tmp_path, plan__json=by_provider(blocks))
    assert told(path) == set() and run(path)[0] == 0
    assert of("SC104", findings(path))["endpoint"] == "nginx"


def test_what_the_configuration_writes_is_unknown_until_it_is_applied(tmp_path: Path):
    written = {**BLOCK, "discovery_name": {"references": ["random_pet.a.id", "random_pet.a"]}}
    blocks = {
        "service_connect_configuration": [{"service": [written]}],
        "launch_type": {"references": ["random_pet.a"]},
    }
    (path,) = put(tmp_path, plan__json=by_provider(blocks))
    assert told(path) == {"SC103 unknown"}
    assert of("SC104", findings(path))["endpoint"] == "(known only after apply)"


def test_a_variable_that_is_null_leaves_it_to_aws(tmp_path: Path):
    """As hashicorp/aws 5.100.0 plans a module whose variable is null: computed, and so known only after apply."""
    module = "module.a."
    mesh = without(SERVICE_VALUES["service_connect_configuration"][0], "namespace")
    values = without(SERVICE_VALUES, "cluster", service_connect_configuration=[mesh])
    block = expressed(
        enabled=True, namespace=["var.ns"], service=expressed(port_name="nginx", discovery_name=["var.n"])
    )
    service = {
        "address": "aws_ecs_service.web",
        "expressions": {
            "cluster": {"references": ["var.cluster"]},
            "task_definition": {"references": ["aws_ecs_task_definition.web.arn"]},
            "service_connect_configuration": [block],
        },
    }
    later = [{"namespace": True, "service": [{"discovery_name": True}]}]
    change = {"cluster": True, "task_definition": True, "service_connect_configuration": later}

    def planned_with(namespace: dict, *, name: dict | None = None) -> Path:
        given = {"cluster": {"references": IN_CLUSTER}, "ns": namespace, **({"n": name} if name else {})}
        resources = [
            resource("aws_ecs_task_definition", "web", TASK_VALUES, module),
            resource("aws_ecs_service", "web", values, module),
        ]
        cluster = resource("aws_ecs_cluster", "c", {"name": "prod", "service_connect_defaults": []})
        root = {"resources": [cluster], "child_modules": [{"resources": resources}]}
        call = {"a": {"expressions": given, "module": {"resources": [service]}}}
        plan = {
            "format_version": "1.2",
            "planned_values": {"root_module": root},
            "resource_changes": [{"address": f"{module}aws_ecs_service.web", "change": {"after_unknown": change}}],
            "configuration": {"root_module": {"module_calls": call}},
        }
        return put(tmp_path, plan__json=plan)[0]

    null = planned_with({"constant_value": None})
    assert told(null) == {"SC101 fail"} and "sets no default" in of("SC101", findings(null))["messages"][0]
    assert told(planned_with({"references": ["var.root"]})) == {"SC101 fail"}
    assert told(planned_with({"references": ["data.x.y.name", "data.x.y"]})) == set()
    other = {"references": ["random_pet.n.id", "random_pet.n"]}
    assert of("SC105", findings(null))["endpoint"] == "nginx"  # named after its port
    assert of("SC105", findings(planned_with({"constant_value": None}, name=other)))["endpoint"] != "nginx"


def test_a_dynamic_block_is_not_in_the_configuration(tmp_path: Path):
    (path,) = put(tmp_path, plan__json=by_provider({}))
    assert told(path) == set()
    assert of("SC104", findings(path))["endpoint"] == "nginx"
    plan = by_provider({})
    plan["resource_changes"][0]["change"]["after_unknown"]["service_connect_configuration"][0]["service"][0] |= {
        "port_name": True
    }
    assert "SC102 unknown" in told(*put(tmp_path, plan__json=plan))


def expressed(**blocks: object) -> dict:
    """What a block in a configuration has: references for a list, blocks for an object, else constants."""
    made: dict[str, object] = {}
    for name, value in blocks.items():
        inner = isinstance(value, dict)
        made[name] = [value] if inner else {"references" if isinstance(value, list) else "constant_value": value}
    return made


NAMESPACE = ["aws_service_discovery_http_namespace.ns.arn", "aws_service_discovery_http_namespace.ns"]
IN_CLUSTER = ["aws_ecs_cluster.c.id", "aws_ecs_cluster.c"]
ASSOCIATION = {"cluster_name": "prod", "default_capacity_provider_strategy": [{"capacity_provider": "FARGATE"}]}


def clustered(mode: str = "awsvpc", association: dict | None = None, **cluster: object) -> dict:
    """What hashicorp/aws 5.100.0 plans of two services with one discovery name: `a` has the default namespace and the
    default capacity of the cluster, `b` names the namespace; `b` stands outside the task definitions' for_each."""
    task = {**without(TASK_VALUES, "requires_compatibilities"), "network_mode": mode}
    mesh = without(SERVICE_VALUES["service_connect_configuration"][0], "namespace")
    mesh["service"][0] |= {"discovery_name": "web"}
    values = without(SERVICE_VALUES, "launch_type", "cluster", service_connect_configuration=[mesh])
    other = json.loads(json.dumps(values).replace('"dns_name": "web"', '"dns_name": "web-b"'))
    later = {
        "cluster": True,
        "launch_type": True,
        "task_definition": True,
        "service_connect_configuration": [{"namespace": True, "service": [{}]}],
    }
    expressions = {
        'aws_ecs_service.s["a"]': (
            expressed(cluster=IN_CLUSTER, task_definition=["aws_ecs_task_definition.t", "each.key"])
            | expressed(service_connect_configuration=expressed(enabled=True))
        ),
        "aws_ecs_service.b": expressed(
            cluster=IN_CLUSTER,
            task_definition=[f'aws_ecs_task_definition.t["a"]{end}' for end in (".arn", "")]
            + ["aws_ecs_task_definition.t"],
            service_connect_configuration=expressed(namespace=NAMESPACE),
        ),
        "aws_ecs_cluster.c": expressed(name="prod", service_connect_defaults=expressed(namespace=NAMESPACE)),
        "aws_ecs_cluster_capacity_providers.p": expressed(cluster_name=["aws_ecs_cluster.c.name", "aws_ecs_cluster.c"]),
    }
    wrong = {**task, "container_definitions": "[]"}
    resources = [
        resource("aws_ecs_task_definition", 't["a"]', task),
        resource("aws_ecs_task_definition", 't["b"]', wrong),
        resource("aws_ecs_service", 's["a"]', {**values, "name": "a"}),
        resource("aws_ecs_service", "b", {**other, "name": "b"}),
        resource("aws_service_discovery_http_namespace", "ns", {"name": "shop"}),
        resource("aws_ecs_cluster", "c", {"name": "prod", "service_connect_defaults": [{}], **cluster}),
        *([resource("aws_ecs_cluster_capacity_providers", "p", association)] if association else []),
    ]
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": [
            {"address": address, "change": {"after_unknown": later}} for address in expressions if "service" in address
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    {"address": address.split("[")[0], "expressions": one} for address, one in expressions.items()
                ]
            }
        },
    }


def statuses(check: str, *paths: Path) -> dict[str, str]:
    return {f["service"]: f["status"] for f in findings(*paths) if f["id"] == check}


def test_a_cluster_and_a_namespace_of_the_plan_are_known(tmp_path: Path):
    (path,) = put(tmp_path, plan__json=clustered())
    found = findings(path)
    assert {f["cluster"] for f in found} == {"prod"}
    assert statuses("SC102", path) == {"a": "pass", "b": "pass"}
    assert statuses("SC105", path) == {"a": "fail", "b": "fail"}
    (no_default,) = put(tmp_path, none__json=clustered(service_connect_defaults=[]))
    assert statuses("SC105", no_default) == {"a": "unknown", "b": "unknown"}


def of_namespaces(plan: dict, folder: Path) -> dict[str, str]:
    """What is told of the namespaces, by service."""
    found = [f for f in findings(*put(folder, plan__json=plan)) if f["id"] == "SC101" and f["status"] == "fail"]
    assert {f["severity"] for f in found} <= {"warning"} and all(f["line"] > 1 for f in found)
    return {f["service"]: f["messages"][0] for f in found}


def test_a_service_has_no_namespace_where_neither_it_nor_its_cluster_names_one(tmp_path: Path):
    assert of_namespaces(clustered(), tmp_path) == {}
    plan = clustered(service_connect_defaults=[])
    told = "no namespace is named, and aws_ecs_cluster.c sets no default (not confirmed on AWS)"
    assert of_namespaces(plan, tmp_path) == {"a": told}
    off = json.loads(json.dumps(plan).replace('"enabled": true', '"enabled": false'))
    assert of_namespaces(off, tmp_path) == {}
    later = {"address": "aws_ecs_cluster.c", "change": {"after_unknown": {"service_connect_defaults": True}}}
    plan["resource_changes"].append(later)
    assert of_namespaces(plan, tmp_path) == {}


def test_the_id_of_a_namespace_is_told(tmp_path: Path):
    plan = json.loads(json.dumps(clustered()).replace("http_namespace.ns.arn", "http_namespace.ns.id"))
    end = "is made of the id of a namespace, expected its arn or name (not confirmed on AWS)"
    assert of_namespaces(plan, tmp_path) == {
        "a": f"the default namespace of aws_ecs_cluster.c {end}",
        "b": f"the namespace {end}",
    }


def test_namespaces_of_two_plans_are_two(tmp_path: Path):
    alone = clustered(service_connect_defaults=[])
    del alone["planned_values"]["root_module"]["resources"][2]
    other = json.dumps(alone).replace('"name": "b"', '"name": "c"')
    one, two = put(tmp_path, one__json=alone, two__json=other)
    assert set(statuses("SC105", one, two).values()) == {"unknown"}


def test_the_default_capacity_of_a_cluster_of_the_plan_is_heeded(tmp_path: Path):
    def said(**changes: object) -> set[str]:
        (path,) = put(tmp_path, plan__json=clustered(**changes))
        return set(statuses("SC103", path).values())

    assert said(association=ASSOCIATION) == {"pass"}
    assert said(mode="bridge", association=ASSOCIATION) == {"fail"}
    assert said(mode="bridge", association=without(ASSOCIATION, "cluster_name")) == {"fail"}
    own = [{"capacity_provider": "ec2"}]
    assert said(mode="bridge", association={**ASSOCIATION, "default_capacity_provider_strategy": own}) == {"pass"}
    assert said(mode="bridge", association={**ASSOCIATION, "default_capacity_provider_strategy": [{}]}) == {"unknown"}
    assert said(mode="bridge") == {"skipped"}


def test_a_state_has_the_default_capacity_of_its_cluster(tmp_path: Path):
    plan = clustered(mode="bridge", association=ASSOCIATION)
    for one in plan["planned_values"]["root_module"]["resources"]:
        if one["type"] == "aws_ecs_service":
            one["values"]["cluster"] = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
            one["values"]["task_definition"] = "web"
    state = {"format_version": "1.0", "values": plan["planned_values"]}
    state["values"]["root_module"]["resources"].pop(1)
    (path,) = put(tmp_path, state__json=state)
    assert set(statuses("SC103", path).values()) == {"fail"}


def test_the_id_of_a_namespace_is_not_its_arn(tmp_path: Path):
    plan = json.dumps(clustered()).replace("http_namespace.ns.arn", "http_namespace.ns.id")
    (path,) = put(tmp_path, plan__json=plan)
    assert set(statuses("SC105", path).values()) == {"unknown"}
