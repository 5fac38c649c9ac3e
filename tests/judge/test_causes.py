"""Which failure explains which: along the chains, by subject, and by what is on record."""

from dataclasses import replace
from datetime import timedelta

from scaudit.checks import BY_ID
from scaudit.checks.check import Check, Verdict
from scaudit.judge.telling import explain, silenced
from scaudit.model import Severity, Status
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
    (found,) = explain([judged("SC201", "nginx")], standing={("SC104", "nginx")})
    assert found.caused_by == "SC104"


def test_what_is_on_record_of_another_endpoint_explains_nothing() -> None:
    (found,) = explain([judged("SC201", "nginx")], standing={("SC104", "web-admin")})
    assert found.caused_by == ""


def test_a_chain_on_record_is_followed_to_its_root_through_what_was_not_judged() -> None:
    (found,) = explain([judged("SC205", "nginx")], standing={("SC101", "")})
    assert found.caused_by == "SC101"


def test_what_this_look_saw_pass_no_longer_explains() -> None:
    look = [judged("SC104", "nginx", Status.PASS), judged("SC201", "nginx")]
    assert [v.caused_by for v in explain(look, standing={("SC104", "nginx")})] == ["", ""]


def test_what_this_look_could_not_tell_still_explains() -> None:
    look = [judged("SC104", "nginx", Status.UNKNOWN), judged("SC201", "nginx")]
    assert explain(look, standing={("SC104", "nginx")})[1].caused_by == "SC104"


def test_a_suppressed_cause_still_explains_and_only_the_cause_is_suppressed() -> None:
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
