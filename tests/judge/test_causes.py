"""Which failure explains which: along the chains, by subject, and by what is on record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scaudit.checks import BY_ID
from scaudit.checks.check import Check, Verdict
from scaudit.judge.causes import as_heard, explain
from scaudit.judge.telling import silenced
from scaudit.model import Severity, Status
from scaudit.model.incidents import Member, MemberState
from scaudit.model.places import Subject
from tests.builders import NOW, SERVICE


def failed(id: str, endpoint: str = "", after: tuple[str, ...] = (), status: Status = Status.FAIL) -> Verdict:
    return Verdict(Check(id, "t", "task", Severity.ERROR, "f", lambda: iter(()), after=after), "m", endpoint, status)


def causes(*verdicts: Verdict) -> dict[str, str]:
    return {f"{v.check.id} {v.endpoint}".strip(): v.caused_by for v in explain(verdicts)}


def test_a_failure_is_explained_by_the_root_of_its_chain() -> None:
    chain = failed("SC101"), failed("SC104", after=("SC101",)), failed("SC201", "a", after=("SC104",))
    assert causes(*chain) == {"SC101": "", "SC104": "SC101", "SC201 a": "SC101"}


def test_a_cause_is_found_through_a_link_that_did_not_fail() -> None:
    chain = (
        failed("SC101"),
        failed("SC104", after=("SC101",), status=Status.PASS),
        failed("SC201", "a", after=("SC104",)),
    )
    assert causes(*chain)["SC201 a"] == "SC101"


def test_one_endpoint_never_explains_anothers_failure() -> None:
    assert causes(failed("SC201", "a"), failed("SC202", "b", after=("SC201",)))["SC202 b"] == ""


def test_only_a_failure_explains() -> None:
    pending = failed("SC201", "a", status=Status.PENDING), failed("SC204", "a", after=("SC201",))
    assert causes(*pending)["SC204 a"] == ""


def judged(id: str, endpoint: str = "", status: Status = Status.FAIL) -> Verdict:
    return Verdict(BY_ID[id], "m", endpoint, status)


def test_what_is_on_record_explains_what_this_look_found() -> None:
    (found,) = explain([judged("SC201", "nginx")], standing={Subject("SC104", "nginx")})
    assert found.caused_by == "SC104"


def test_what_is_on_record_of_another_endpoint_explains_nothing() -> None:
    (found,) = explain([judged("SC201", "nginx")], standing={Subject("SC104", "web-admin")})
    assert found.caused_by == ""


def test_a_chain_on_record_is_followed_to_its_root_through_what_was_not_judged() -> None:
    (found,) = explain([judged("SC205", "nginx")], standing={Subject("SC101")})
    assert found.caused_by == "SC101"


def test_what_this_look_saw_pass_no_longer_explains() -> None:
    look = [judged("SC104", "nginx", Status.PASS), judged("SC201", "nginx")]
    assert [v.caused_by for v in explain(look, standing={Subject("SC104", "nginx")})] == ["", ""]


def test_what_this_look_could_not_tell_still_explains() -> None:
    look = [judged("SC104", "nginx", Status.UNKNOWN), judged("SC201", "nginx")]
    assert explain(look, standing={Subject("SC104", "nginx")})[1].caused_by == "SC104"


def test_a_suppressed_cause_is_still_named_and_only_the_cause_is_suppressed() -> None:
    """Notify decides what it silences; the record says what brought it about."""
    until = f"until={(NOW + timedelta(days=1)).date()} reason=known"
    service = replace(SERVICE, tags={"scaudit:ignore:SC104": until})
    found = silenced(explain([judged("SC104", "nginx"), judged("SC201", "nginx")]), service, NOW)
    assert [(v.caused_by, v.suppressed) for v in found] == [("", True), ("SC104", False)]


def test_the_chains_are_those_that_hang_together_on_aws() -> None:
    """Each failure of the second, whatever stands between, is the first's."""
    chains = [
        ("SC101", "SC104"),
        *(("SC101", f"SC20{n}") for n in range(1, 6)),
        *(("SC301", f"SC30{n}") for n in range(2, 7)),
        ("SC206", "SC207"),
    ]
    for cause, effect in chains:
        found = explain([judged(cause), judged(effect)])
        assert [v.caused_by for v in found] == ["", cause], f"{cause} explains {effect}"


def told(id: str, endpoint: str = "", member: str = "m", **changes: object) -> Verdict:
    return replace(judged(id, endpoint), member=member, **{"severity": BY_ID[id].severity} | changes)


def test_J2_an_old_crash_does_not_outrank_what_it_does_not_explain() -> None:
    assert [v.caused_by for v in explain([told("SC306"), told("SC302")])] == ["", ""]


def test_J2_a_control_plane_that_was_lost_after_envoy_had_started_rejects_no_listener() -> None:
    look = [told("SC304"), told("SC303", status=Status.PASS), told("SC305")]
    assert [v.caused_by for v in explain(look)] == ["", "", ""]
    assert [v.caused_by for v in explain([told("SC304"), told("SC303"), told("SC305")])] == ["", "SC304", "SC304"]


def test_a_hang_or_a_lost_control_plane_explains_unhealthy_though_the_listeners_came() -> None:
    bound = told("SC305", status=Status.PASS)
    assert [v.caused_by for v in explain([told("SC303"), bound, told("SC302")])] == ["", "", "SC303"]
    started = told("SC303", status=Status.PASS)
    assert [v.caused_by for v in explain([told("SC304"), started, bound, told("SC302")])] == ["", "", "", "SC304"]


def test_J3_a_port_name_explains_failures_of_its_endpoint_only() -> None:
    named = told("SC102", member="-", explains=frozenset({"web-admin"}))
    found = explain([named, told("SC203", "nginx"), told("SC203", "web-admin")])
    assert [v.caused_by for v in found] == ["", "", "SC102"]


def test_J3_an_edited_description_explains_nothing() -> None:
    found = explain([told("SC104", "nginx", member="-", explains=frozenset()), told("SC201", "nginx")])
    assert [v.caused_by for v in found] == ["", ""]


def test_J3_what_the_service_declares_today_explains_nothing_of_a_replaced_deployments_task() -> None:
    look = [told("SC102", member="-"), told("SC203", "nginx")]
    assert [v.caused_by for v in explain(look)] == ["", "SC102"]
    assert [v.caused_by for v in explain(look, replaced=True)] == ["", ""]


def test_J3_what_this_look_judged_counts_as_it_is_judged_now_not_as_it_is_on_record() -> None:
    look = [told("SC102", member="-", explains=frozenset({"web-admin"})), told("SC203", "nginx")]
    assert explain(look, standing={Subject("SC102")})[1].caused_by == ""


def failing(id: str, severity: Severity, cause: str = "", **changes: object) -> Member:
    return replace(Member(id, MemberState.FAIL, NOW, severity, caused_by=cause), **changes)


EFFECT = failing("m", Severity.CRITICAL, "SC304")
LOST = failing("m", Severity.WARNING)
EFFECTS, CAUSE = Subject("SC303"), Subject("SC304")


@pytest.mark.parametrize(
    ("causes", "ignored", "cause"),
    [
        ([LOST], [], "SC304"),
        ([replace(LOST, id="-")], [], "SC304"),
        ([replace(LOST, id="another task")], [], ""),
        ([replace(LOST, suppressed=True)], [], ""),
        ([replace(LOST, caused_by="SC301")], [], "SC304"),
        ([LOST], ["SC304"], ""),
        ([], [], ""),
    ],
    ids=["speaks", "of its service", "another task's", "suppressed", "of a cause that is over", "ignored", "over"],
)
def test_J1_an_effect_is_quiet_only_while_its_cause_speaks(
    causes: list[Member], ignored: list[str], cause: str
) -> None:
    stood = {EFFECTS: {"m": EFFECT}, CAUSE: {each.id: each for each in causes}}
    assert as_heard(EFFECTS, [EFFECT], stood, ignored) == [replace(EFFECT, caused_by=cause)]


@pytest.mark.parametrize(
    ("effects", "ignored", "loudness"),
    [
        ([EFFECT], [], Severity.CRITICAL),
        ([replace(EFFECT, suppressed=True)], [], Severity.WARNING),
        ([replace(EFFECT, caused_by="")], [], Severity.WARNING),
        ([EFFECT], ["SC303"], Severity.WARNING),
        ([], [], Severity.WARNING),
    ],
    ids=["explained", "suppressed", "not explained", "ignored", "none"],
)
def test_J1_a_cause_is_as_loud_as_the_worst_that_it_explains(
    effects: list[Member], ignored: list[str], loudness: Severity
) -> None:
    stood = {EFFECTS: {each.id: each for each in effects}, CAUSE: {"m": LOST}}
    passed = Member("well", MemberState.PASS, NOW)
    assert as_heard(CAUSE, [LOST, passed], stood, ignored) == [replace(LOST, severity=loudness), passed]


@pytest.mark.parametrize("how", ["suppressed", "ignored", "over"])
def test_where_a_cause_is_silenced_the_first_that_it_explains_is_told_alone_for_the_rest(how: str) -> None:
    first, *rest = [Subject(check) for check in ("SC303", "SC302", "SC209")]
    stood = {first: {"m": failing("m", Severity.ERROR, "SC304")}}
    stood |= {of: {"m": failing("m", Severity.CRITICAL, "SC304")} for of in rest}
    stood |= {} if how == "over" else {CAUSE: {"m": replace(LOST, suppressed=how == "suppressed")}}
    ignored = ["SC304"] if how == "ignored" else []

    def heard(of: Subject) -> Member:
        return as_heard(of, list(stood[of].values()), stood, ignored)[0]

    assert (heard(first).caused_by, heard(first).severity) == ("", Severity.CRITICAL)
    assert [heard(of).caused_by for of in rest] == ["SC303", "SC303"]
    del stood[first]
    assert {heard(of).caused_by for of in rest} <= {"", "SC209"}


def test_J1_a_cause_without_endpoint_keeps_the_lost_member_of_an_endpoint_quiet() -> None:
    lost = replace(EFFECT, state=MemberState.LOST)
    of, stood = Subject("SC201", "nginx"), {CAUSE: {"m": LOST}}
    assert as_heard(of, [lost], stood, []) == [lost]
    assert as_heard(of, [lost], stood, ["SC304"]) == [replace(lost, caused_by="")]


def test_J3_a_cause_of_one_endpoint_is_no_louder_for_anothers_failure() -> None:
    cause, effect = Subject("SC104", "nginx"), Subject("SC201", "web-admin")
    stood = {cause: {"-": failing("-", Severity.ERROR)}, effect: {"m": failing("m", Severity.CRITICAL, "SC104")}}
    assert as_heard(cause, list(stood[cause].values()), stood, [])[0].severity is Severity.ERROR
    assert as_heard(effect, list(stood[effect].values()), stood, [])[0].caused_by == ""
