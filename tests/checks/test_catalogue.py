"""The set of checks, not only its members."""

import re
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import pytest

from scaudit.checks import BY_ID, CATALOGUE, NOT_BUILT
from scaudit.checks.check import Area, Check, Trigger
from scaudit.checks.facts import MOMENTARY, OF_NEIGHBOURS, Facts
from scaudit.model import Severity
from tests.contracts.deployed import ROOT

ABOUT = {"task", "service", "endpoint", "instance", "namespace", "file", "scaudit"}
NAMES = ("ECS ", "Envoy ", "TLS ")
CONFIRMED_IN_PART = {"SC203"}
"""Whose findings weigh less where its rule is not confirmed (test_worlds_told.py)."""
SUSPECT = {"SC201", "SC202", "SC203", "SC204", "SC205"}
LINKS = re.compile(r"https://[^ ;,)]+|(?:docs|events|tests)/[^ ;,)]+")
"""What a source must name at least one of: a page, or a file of this repository."""
KNOWN_IDS = re.compile(r"SC[1-59]\d\d")


def test_ids_are_unique_sorted_and_well_formed() -> None:
    ids = [check.id for check in CATALOGUE]
    assert ids == sorted(set(ids))
    assert all(KNOWN_IDS.fullmatch(id) for id in ids)


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.id)
def test_a_check_is_complete(check: Check) -> None:
    assert check.about in ABOUT
    assert check.title and not check.title.endswith("."), "title: no sentence, so no full stop"
    assert check.title[0].islower() or check.title.startswith(NAMES), f"title: a small letter first, or one of {NAMES}"
    assert check.fix.endswith(".") and len(check.fix) > 30, "fix: a whole sentence, that orders what to do"
    assert check.why.endswith(".") and len(check.why) > 30, "why: a whole sentence, of what goes wrong without it"
    assert check.source and not check.source.endswith("."), "source: where the rule is known from, without a full stop"
    assert [
        where for where in LINKS.findall(check.source) if where.startswith("https://") or (ROOT / where).exists()
    ], "source: name a page (checks/sources.py has many) or a file of docs/, events/ or tests/ that is there"
    assert check.on, "nobody would ask it"
    assert not check.running_only or check.about == "task"


def test_whatever_explains_a_check_is_in_the_catalogue() -> None:
    assert {id for check in CATALOGUE for id in check.after} <= BY_ID.keys()


def test_an_id_without_a_check_is_argued_and_not_given_twice() -> None:
    assert all(KNOWN_IDS.fullmatch(id) and len(why) > 30 for id, why in NOT_BUILT.items())
    assert not NOT_BUILT.keys() & BY_ID.keys()


def test_a_rule_that_is_not_confirmed_weighs_at_most_a_warning() -> None:
    for check in CATALOGUE:
        if check.source.endswith("not confirmed on AWS") and check.id not in CONFIRMED_IN_PART:
            assert check.severity <= Severity.WARNING, check.id


def test_no_check_explains_itself() -> None:
    after = {check.id: check.after for check in CATALOGUE}

    def causes(id: str) -> set[str]:
        return {cause for earlier in after.get(id, ()) for cause in (earlier, *causes(earlier))}

    assert [id for id in after if id in causes(id)] == []


def alternatives(hint: object) -> set[object]:
    """The types of a union; a tuple of something is one type."""
    return set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else {hint}


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.id)
def test_inputs_are_facts_of_the_declared_type(check: Check) -> None:
    facts = get_type_hints(Facts)
    for function in filter(None, (check.judge, check.applies)):
        hints = get_type_hints(function)
        hints.pop("return")
        for name, wanted in hints.items():
            assert alternatives(wanted) <= alternatives(facts[name]), f"{check.id}: {name} is {facts[name]}"


def test_a_check_about_a_registration_names_its_endpoint() -> None:
    for check in CATALOGUE:
        if {"instance", "expected_port"} & set(check.inputs):
            assert "endpoint" in check.inputs, f"{check.id} would be asked about one endpoint only"


def test_a_look_at_a_whole_service_asks_whatever_a_tasks_event_asks_of_it() -> None:
    asked = [check for check in CATALOGUE if check.about in ("service", "endpoint") and Trigger.TASK in check.on]
    assert asked and all(Trigger.SERVICE in check.on for check in asked)


def test_the_facts_that_make_a_check_momentary_or_of_neighbours_are_facts() -> None:
    assert Facts.__slots__ and set(Facts.__slots__) >= MOMENTARY | OF_NEIGHBOURS
    momentary = {check.id for check in CATALOGUE if check.momentary}
    of_neighbours = {check.id for check in CATALOGUE if check.of_neighbours}
    assert momentary >= {*SUSPECT, "SC206", "SC207"} and of_neighbours >= {"SC105", "SC110", "SC401", "SC402"}
    assert not momentary & of_neighbours and not (momentary | of_neighbours) & {"SC102", "SC104", "SC302", "SC304"}


def test_files_are_judged_by_checks_of_what_is_declared() -> None:
    linted = [check for check in CATALOGUE if Trigger.LINT in check.on]
    assert linted and {check.area for check in linted} == {Area.CONFIGURATION}
