"""Imports run one way, and what judges knows no AWS, no clock and no environment."""

import ast

import pytest

from tests.contracts.source import HANDLERS, MODULES, imports

# A module imports only from lines above its own. A new module must be given a line.
PROXY_LOG = [
    ["scaudit.proxylog.lines", "scaudit.proxylog.match", "scaudit.proxylog.start"],
    ["scaudit.proxylog.environment", "scaudit.proxylog.prefix"],
    ["scaudit.proxylog.life"],
    [
        "scaudit.proxylog.agent",
        "scaudit.proxylog.before",
        "scaudit.proxylog.envoy",
        "scaudit.proxylog.verdict",
    ],
    ["scaudit.proxylog.conclude"],
    ["scaudit.proxylog.reading"],
    ["scaudit.proxylog"],
]
PURE = [
    [
        "scaudit",
        "scaudit.events",
        "scaudit.mentions",
        "scaudit.metrics",
        "scaudit.model.answers",
        "scaudit.model.services",
    ],
    ["scaudit.model.surroundings", "scaudit.model.tasks"],
    ["scaudit.model"],
    *PROXY_LOG,
    ["scaudit.proxy_facts", "scaudit.settings"],
    ["scaudit.facts"],
    ["scaudit.check"],
    [
        "scaudit.checks.clients",
        "scaudit.checks.configuration",
        "scaudit.checks.files",
        "scaudit.checks.names",
        "scaudit.checks.proxy",
        "scaudit.checks.registration",
        "scaudit.checks.scaudit_itself",
        "scaudit.checks.starts",
    ],
    ["scaudit.checks", "scaudit.service_facts", "scaudit.suppression"],
    [
        "scaudit.causes",
        "scaudit.codec",
        "scaudit.incidents",
        "scaudit.judge",
        "scaudit.judge_scaudit",
        "scaudit.message",
        "scaudit.stages",
    ],
    ["scaudit.outbreak", "scaudit.second_look", "scaudit.summaries"],
    ["scaudit.compose"],
    ["scaudit.rehearsal", "scaudit.report"],
]
IMPURE = [
    [
        "scaudit.clock",
        "scaudit.collect",
        "scaudit.collect.pace",
        "scaudit.collect.shapes",
        "scaudit.collect.surroundings",
        "scaudit.items",
    ],
    ["scaudit.table"],
    [
        "scaudit.collect.memory",
        "scaudit.ledger",
        "scaudit.mesh",
        "scaudit.publish",
        "scaudit.queue",
        "scaudit.withheld",
    ],
    ["scaudit.collect.reads"],
    ["scaudit.collect.cloudmap", "scaudit.collect.ecs", "scaudit.collect.logs"],
    ["scaudit.collect.around", "scaudit.collect.leftovers", "scaudit.collect.proxies", "scaudit.collect.survey"],
    ["scaudit.collect.whole", "scaudit.looks"],
    ["scaudit.findings", "scaudit.self_watch"],
    ["scaudit.gone", "scaudit.unstarted"],
    ["scaudit.audit"],
    ["scaudit.vicinity"],
    ["scaudit.census", "scaudit.outbox", "scaudit.sweep"],
    ["scaudit.batch", "scaudit.storm"],
    ["scaudit.digests"],
    ["scaudit.announce"],
]
RANK = {module: rank for rank, line in enumerate(PURE + IMPURE) for module in line}
OUTSIDE = {"aws_lambda_powertools", "boto3", "botocore", "os", "random", "secrets", "time", "uuid"}


def test_every_module_has_its_line_and_every_line_its_modules():
    assert MODULES.keys() == RANK.keys()


@pytest.mark.parametrize("module", sorted(RANK))
def test_a_module_imports_only_from_above(module):
    ours = {name for name in imports(MODULES[module]) if name.split(".")[0] == "scaudit"}
    assert not [name for name in sorted(ours) if RANK[name] >= RANK[module]]


@pytest.mark.parametrize("module", [module for line in PURE for module in line])
def test_a_pure_module_reaches_nothing_outside(module):
    assert not {name.split(".")[0] for name in imports(MODULES[module])} & OUTSIDE
    calls = [node.func for node in ast.walk(ast.parse(MODULES[module].read_text())) if isinstance(node, ast.Call)]
    named = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    assert not named & {"now", "open", "print", "today", "utcnow"}


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_imports_no_other_handler(handler):
    assert not imports(HANDLERS[handler]) & HANDLERS.keys()


def test_nothing_that_is_deployed_knows_the_local_stack_or_the_tests():
    for path in [*MODULES.values(), *HANDLERS.values()]:
        assert not {name.split(".")[0] for name in imports(path)} & {"local", "ministack", "moto", "tests"}
