"""What a batch and a sweep say of scaudit itself, put to the checks SC9xx."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from scaudit.checks import BY_ID
from scaudit.checks.check import Verdict, run
from scaudit.checks.derived import CheckRun
from scaudit.checks.facts import Facts
from scaudit.model import Unread
from scaudit.model.incidents import Stood
from scaudit.model.places import Subject
from scaudit.model.seen import Coverage, Permission, Subscription, Unlinked


def judge_itself(
    audited: Mapping[str, Iterable[Verdict]],
    permissions: Mapping[tuple[str, str], Permission],
    others: Mapping[tuple[str, str], CheckRun],
    at: datetime,
    stood: Stood | None = None,
) -> list[Verdict]:
    """SC9xx from a batch: the checks that ran on each service, the calls that were made for each cluster, and what
    `others` ran, by what it was about and what it is called. Given what `stood` against scaudit before, what is well is
    judged only where something did: of a healthy batch that is nothing, and no pass of it would be kept."""
    runs: dict[tuple[str, str], CheckRun] = dict(others)
    for service, verdicts in audited.items():
        for verdict in verdicts:
            key = (service, verdict.check.id)
            if verdict.error or key not in runs:
                runs[key] = CheckRun(f"check {verdict.check.id} could not judge", verdict.error)

    def matters(subject: Subject, wrong: object) -> bool:
        return bool(wrong) or stood is None or subject in stood

    asked = [
        ("SC901", service, check, Facts(check_run=ran))
        for (service, check), ran in runs.items()
        if matters(Subject("SC901", check), ran.error)
    ]
    asked += [
        ("SC902", cluster, action, Facts(permission=permission))
        for (cluster, action), permission in permissions.items()
        if matters(Subject("SC902", action), permission.refusal)
    ]
    return [
        replace(run(BY_ID[check_id], facts, member=member, began=None, now=at, scale=1), endpoint=slot)
        for check_id, member, slot, facts in asked
    ]


def of_answers(understood: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], CheckRun]:
    """That answers of AWS were read, from the error (empty for none) by action and what each was about."""
    return {
        (what, action): CheckRun(f"the answer of {action} about {what} has a shape not known to scaudit", error)
        for (action, what), error in understood.items()
    }


def judge_estate(
    coverage: Mapping[str, Coverage | Unread], subscription: Subscription | Unread | None, at: datetime
) -> list[Verdict]:
    """SC904 for each cluster that was gone through, and SC905 unless nobody asked."""
    asked = [("SC904", cluster, Facts(coverage=covered)) for cluster, covered in coverage.items()]
    asked += [("SC905", "-", Facts(subscription=subscription))] if subscription else []
    return [
        run(BY_ID[check_id], facts, member=member, began=None, now=at, scale=1) for check_id, member, facts in asked
    ]


def judge_regions(regions: Mapping[str, Unlinked | Unread], at: datetime) -> list[Verdict]:
    """SC906 for each Region that is not linked, or was not."""
    return [
        run(BY_ID["SC906"], Facts(unlinked=found), member=region, began=None, now=at, scale=1)
        for region, found in regions.items()
    ]
