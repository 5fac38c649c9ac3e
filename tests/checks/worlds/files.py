"""What only files can have wrong: SC112."""

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict, run
from scaudit.checks.facts import Facts
from tests.builders import NOW
from tests.checks.worlds.rows import Row


def value(misfit: str) -> list[Verdict]:
    return [run(BY_ID["SC112"], Facts(misfit=misfit), member="-", began=None, now=NOW, scale=1)]


FAILING = [Row("a number that is a string", value('desiredCount is "1", expected a whole number'), {"SC112"})]
HEALTHY_ALL_THE_SAME = [Row("a value of its type", value(""))]
