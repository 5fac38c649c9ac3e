"""What only files can have wrong."""

from dataclasses import replace

from scaudit.checks import BY_ID
from scaudit.checks.check import Trigger, Verdict, run
from scaudit.checks.facts import Facts
from scaudit.judge.rules import Rules
from scaudit.judge.services import judge_service
from tests.builders import DEFINITION, NGINX, NOW, declared
from tests.checks.worlds.rows import Row


def value(misfit: str) -> list[Verdict]:
    return [run(BY_ID["SC112"], Facts(misfit=misfit), member="-", began=None, now=NOW, scale=1)]


def timed(seconds: int | None, protocol: str) -> list[Verdict]:
    definition = replace(DEFINITION, protocols={"nginx": protocol, "admin": ""})
    known = declared(definition=definition, endpoints=(replace(NGINX, per_request_timeout=seconds),))
    return judge_service(known, Trigger.LINT, NOW, Rules())


FAILING = [
    Row("a number that is a string", value('desiredCount is "1", expected a whole number'), {"SC112"}),
    Row("a timeout per request over TCP", timed(5, ""), {"SC113"}),
]
HEALTHY_ALL_THE_SAME = [
    Row("a value of its type", value("")),
    Row("a timeout per request over HTTP", timed(5, "http")),
    Row("the timeout per request is switched off", timed(0, "")),
    Row("no timeout per request", timed(None, "")),
]
