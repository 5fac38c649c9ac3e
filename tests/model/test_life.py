"""Sequences in which an incident was hidden, flapped or was resolved too early (J7, J15, J16, J17)."""

from random import Random

import pytest

from scaudit.model import Severity
from scaudit.model.incidents import CANNOT_TELL, EVERY_TASK, MemberState, News, Phase
from tests.builders import NOW
from tests.fakes.one_life import HOUR, MINUTE, Life


def crash_loop(minutes: float, replaced_after: float, seed: int, hours: float = 24, mended: float = 26) -> Life:
    """For so many hours one task at a time lives about so many minutes; its proxy dies, and it is replaced. The last
    one lives on. A task is seen to pass two minutes after its start and by each sweep, a whole sweep an hour after the
    last loss."""
    life, random = Life(), Random(seed)
    lives: list[tuple[float, float]] = []
    born = 0.0
    while born < hours * 60:
        died = born + minutes * random.uniform(0.5, 1.5)
        lives.append((born, died))
        born = died + replaced_after
    end = born + mended * 60
    lives.append((born, end + 1))
    starts = [(start + 2, n) for n, (start, died) in enumerate(lives) if start + 2 < died]
    sweeps = [
        (at, n) for at in range(7, int(end), 15) for n, (start, died) in enumerate(lives) if start + 2 < at < died
    ]
    passes = [(at, "pass", n) for at, n in (*starts, *sweeps)]
    whole = [(at + 0.01, "sweep", n) for at, n in sweeps]
    for at, what, n in sorted([*passes, *whole, *((died, "lost", n) for n, (_, died) in enumerate(lives[:-1]))]):
        if what != "sweep":
            life.see(f"task-{n}", what, at, created=lives[n][0], running=1)
        elif losses := [m.observed_at for m in life.members.values() if m.state is MemberState.LOST]:
            late = NOW + at * MINUTE > max(losses) + HOUR
            life.see(EVERY_TASK, "pass", at, created=at) if late else life.ask(at)
        life.ask(at + 1.1 if what == "lost" else at)
    return life


@pytest.mark.parametrize(
    ("minutes", "replaced_after"),
    [
        (1 / 3, 2),
        (1, 1),
        (3, 7),
        (5, 0.2),
        (9, 2),
        (15, 15),
        (25, 2),
        (40, 7),
        (60, 2),
        (90, 2),
        (150, 7),
        (240, 2),
        (360, 2),
    ],
)
def test_J15_a_crash_loop_of_a_day_is_six_messages_at_most_at_any_pace(minutes: float, replaced_after: float) -> None:
    for seed in range(2):
        life = crash_loop(minutes, replaced_after, seed)
        assert 2 <= len(life.news) <= 6, life.news
        assert (life.news[0], life.news[-1]) == (News.OPENED, News.RESOLVED)
        assert life.incident.phase is Phase.QUIET and life.incident.episode == 1


@pytest.mark.parametrize("minutes", [5, 60, 360])
def test_J15_it_is_resolved_within_two_hours_the_first_time_and_within_a_day_after_it_came_back(minutes: float) -> None:
    once = crash_loop(minutes, 2, 1, hours=0.01, mended=2)
    assert once.news == [News.OPENED, News.RESOLVED]
    assert crash_loop(minutes, 2, 1, mended=24).news[-1] is News.RESOLVED


def test_J16_a_newborn_that_passes_does_not_clear_the_loss_before_it_is_told() -> None:
    life = Life()
    life.see("a", "lost", 6, created=0)
    life.see("b", "pass", 6.5, created=6.2)
    life.ask(7.1)
    assert life.news == [News.OPENED]


def test_J16_a_task_that_has_outlived_the_lost_one_clears_it() -> None:
    life = Life()
    life.see("a", "lost", 6, created=0)
    life.ask(7.1)
    life.see("b", "pass", 13.3, created=6.2)
    assert life.incident.phase is Phase.OPEN, "it is older, and not by a fifth"
    life.see("b", "pass", 13.5, created=6.2)
    assert life.incident.phase is Phase.CLEAR
    life = Life()
    life.see("a", "lost", 360, created=0)
    life.ask(361.1)
    life.see("b", "pass", 737, created=361)
    assert life.incident.phase is Phase.CLEAR, "a quarter of an hour suffices"


def test_a_loop_whose_tasks_live_a_little_longer_now_and_then_is_not_resolved_meanwhile() -> None:
    """Each hangs at 14 to 16 minutes; a sweep sees the second pass when it is a second older than the first was."""
    life = Life(late=True)
    life.see("a", "fail", 14.75, created=0)
    life.see("a", "lost", 29, created=0)
    life.see("b", "pass", 29.2 + 14.77, created=29.2)
    life.ask(29.2 + 25)
    life.see("b", "fail", 29.2 + 29.5, created=29.2)
    assert life.news == [News.OPENED]


def test_J16_every_loss_restarts_the_hold_down_and_counts() -> None:
    life = Life()
    life.see("a", "lost", 6, created=0)
    life.ask(7.1)
    life.see("b", "pass", 13, created=6.2)
    life.see("b", "lost", 22, created=6.2)
    life.see("c", "pass", 23.5, created=22)
    life.ask(33)
    assert life.news == [News.OPENED]
    assert len([m for m in life.members.values() if m.state is MemberState.LOST]) == 2


def test_J15_proxies_that_become_unhealthy_after_25_minutes_are_one_incident() -> None:
    """Each is seen UNHEALTHY while it runs, and lost minutes later (R3)."""
    life = Life(late=True)
    for n in range(20):
        began = n * 30.0
        life.see(f"{n}", "fail", began + 25, created=began)
        life.see(f"{n}", "lost", began + 28, created=began)
        life.see(f"{n + 1}", "pass", began + 32, created=began + 30)
        life.see(f"{n + 1}", "pass", began + 45, created=began + 30)
    assert life.news == [News.OPENED]


def test_a_wrong_port_that_a_roll_mends_is_over_with_the_first_task_that_passes() -> None:
    life = Life()
    life.see("a", "fail", 200, created=0)
    life.see("a", "lost", 230, created=0)
    life.see("b", "pass", 232, created=231)
    assert life.incident.phase is Phase.CLEAR


def test_how_long_a_wrong_port_was_left_there_does_not_hold_down_its_end() -> None:
    """It came back, failed from its first minutes, and was left for eight hours."""
    life = Life()
    life.see("a", "fail", 2, created=0)
    life.ask(4)
    life.see("a", "pass", 10)
    life.ask(21)
    life.see("b", "fail", 62, created=60)
    life.ask(64)
    life.see("b", "lost", 540, created=60)
    life.see("c", "pass", 542, created=539)
    life.ask(645)
    assert life.news == [News.OPENED, News.RESOLVED, News.OPENED, News.RESOLVED]


def test_a_task_of_the_same_start_that_lives_longer_proves_nothing() -> None:
    life = Life(late=True)
    life.see("a", "lost", 240, created=0)
    life.see("sibling", "pass", 250, created=0.1)
    assert life.incident.phase is Phase.OPEN
    life.see("of a roll", "pass", 276, created=20)
    assert life.incident.phase is Phase.CLEAR


def test_a_repair_that_begins_while_the_last_task_dies_is_over_when_its_task_lived_twice_as_long() -> None:
    life = Life(late=True)
    life.see("a", "lost", 4, created=0)
    life.see("of the repair", "pass", 9, created=2)
    assert life.incident.phase is Phase.OPEN
    life.see("of the repair", "pass", 11, created=2)
    assert life.incident.phase is Phase.CLEAR
    life = Life(late=True)
    life.see("a", "lost", 20, created=0)
    life.see("sibling", "pass", 50, created=2)
    assert life.incident.phase is Phase.OPEN


@pytest.mark.parametrize(("id", "created"), [("sibling", -1), (EVERY_TASK, -600)])
def test_J17_a_pass_seen_before_the_loss_clears_nothing(id: str, created: float) -> None:
    """The one lost was created earlier than the sibling; both were seen to pass a day before."""
    life = Life()
    life.see(id, "pass", 0, created=created)
    life.see("a", "lost", 5, created=-20)
    life.ask(20)
    assert (life.news, life.incident.phase) == ([News.OPENED], Phase.OPEN)


def test_J17_a_pass_seen_between_two_losses_clears_nothing() -> None:
    """The older of two tasks is lost last."""
    life = Life()
    life.see("young", "lost", 5, created=0)
    life.see("younger", "pass", 20, created=6)
    life.see("old", "lost", 21, created=-500)
    life.ask(23)
    assert life.incident.phase is Phase.OPEN


def test_J15_what_fails_and_passes_all_day_without_being_lost_does_not_flap() -> None:
    life = Life()
    for minutes in range(0, 24 * 60, 60):
        life.see("a", "fail", minutes)
        life.ask(minutes + 1.1)
        life.see("a", "pass", minutes + 20)
        life.ask(minutes + 31)
    for minutes in range(24 * 60, 50 * 60, 15):
        life.ask(minutes)
    assert life.news == [News.OPENED, News.RESOLVED, News.OPENED, News.RESOLVED]


def test_J7_a_rise_to_critical_is_told_at_once_and_once() -> None:
    life = Life()
    life.see("a", "fail", 0, severity=Severity.ERROR)
    life.ask(1.1)
    life.see("a", "fail", 3)
    life.see("a", "fail", 4, severity=Severity.ERROR)
    life.see("a", "fail", 90)
    assert life.news == [News.OPENED, News.ROSE]


def test_J7_a_rise_below_critical_waits_for_the_hour() -> None:
    life = Life(alert=Severity.WARNING)
    life.see("a", "fail", 0, severity=Severity.WARNING)
    life.ask(1.1)
    life.see("a", "fail", 30, severity=Severity.ERROR)
    assert life.news == [News.OPENED]
    life.ask(61.2)
    assert life.news == [News.OPENED, News.ROSE]


def test_J7_eight_critical_tasks_after_one_warning() -> None:
    life = Life(alert=Severity.WARNING)
    life.see("a", "fail", 0, severity=Severity.WARNING)
    life.ask(1.1)
    for n in range(8):
        life.see(str(n), "fail", 5, running=20)
    assert life.news == [News.OPENED, News.ROSE]


def test_J7_half_and_all_of_the_running_tasks_are_news_once_each_an_hour_apart() -> None:
    life = Life()
    life.see("0", "fail", 0, running=9)
    life.ask(1.1)
    for n in range(1, 5):
        life.see(str(n), "fail", 10 + n, running=9)
    life.ask(62)
    assert life.news == [News.OPENED, News.GREW]
    for n in range(5, 9):
        life.see(str(n), "fail", 70 + n, running=9)
    life.ask(100)
    assert life.news == [News.OPENED, News.GREW]
    life.ask(130)
    for n in range(5, 9):
        life.see(str(n), "pass", 140, running=9)
    for n in range(5, 9):
        life.see(str(n), "fail", 300, running=9)
    assert life.news == [News.OPENED, News.GREW, News.GREW]


def test_what_a_crash_loop_used_up_is_no_growth_and_ten_at_once_are() -> None:
    life = Life()
    for n in range(30):
        life.see(str(n), "lost", 6 * n, created=6 * n - 5)
        life.ask(6 * n + 1.1)
    assert life.news == [News.OPENED]
    for n in range(30, 40):
        life.see(str(n), "fail", 190, created=185, running=50)
    assert life.news == [News.OPENED, News.GREW]


def test_ten_that_are_lost_together_are_growth() -> None:
    life = Life()
    life.see("0", "lost", 0, created=-5)
    life.ask(1.1)
    for n in range(1, 11):
        life.see(str(n), "lost", 70 + n, created=-500)
    assert life.news == [News.OPENED, News.GREW]


def test_J7_what_was_told_as_all_is_not_told_as_half() -> None:
    life = Life()
    life.see("0", "fail", 0, running=1)
    life.ask(1.1)
    life.see("1", "fail", 90, running=4)
    assert life.news == [News.OPENED]


def test_J7_what_was_told_as_all_stays_so_though_something_else_is_told_meanwhile() -> None:
    life = Life()
    for n in range(2):
        life.see(str(n), "fail", 0, severity=Severity.ERROR, running=2)
    life.ask(1.1)
    life.see("0", "pass", 10)
    life.see("1", "fail", 11, running=2)
    life.see("0", "fail", 80, running=2)
    assert life.news == [News.OPENED, News.ROSE]


@pytest.mark.parametrize("later", [70, 3 * 24 * 60])
def test_half_and_all_of_a_deployment_that_rolls_out_are_told_though_its_first_was_said_to_be_one_of_many(
    later: float,
) -> None:
    life = Life()
    life.see("0", "fail", 0, running=6, rolling=True)
    life.ask(1.1)
    for n in range(5):
        life.see(str(n), "fail", later, running=6, rolling=later < 100)
    life.ask(later + 1)
    assert life.news == [News.OPENED, News.GREW]
    life.see("5", "fail", later + 70, running=6)
    assert life.news == [News.OPENED, News.GREW, News.GREW]


def test_of_an_older_deployment_one_task_is_not_all_of_it() -> None:
    life = Life()
    life.see("0", "fail", 0, running=4)
    life.see("1", "fail", 0, running=4, rolling=True, severity=Severity.ERROR)
    life.ask(1.1)
    for n in range(2, 4):
        life.see(str(n), "fail", 10, running=4, rolling=True)
    life.ask(62)
    assert life.news == [News.OPENED, News.GREW]


def lost(life: Life, id: str, minutes: float, severity: Severity = Severity.ERROR) -> None:
    life.see(id, "lost", minutes, created=minutes - 20, severity=severity)
    life.ask(minutes + 1.1)


def test_a_loss_that_is_not_critical_waits_for_the_next_which_is() -> None:
    life = Life()
    lost(life, "a", 0)
    assert life.news == [] and life.incident.noticed_at
    lost(life, "b", 21, Severity.CRITICAL)
    assert life.news == [News.OPENED] and life.incident.told_severity is Severity.CRITICAL and life.incident.told == 2


def test_it_waits_for_five_hold_downs() -> None:
    life = Life()
    lost(life, "a", 0)
    life.ask(49.9)
    assert life.news == []
    life.ask(50.1)
    assert life.news == [News.OPENED]


@pytest.mark.parametrize("slower", [0.5, 1, 1.5])
def test_of_proxies_that_end_25_minutes_after_each_start_the_first_two_are_told_together(slower: float) -> None:
    """amazon-ecs-service-connect-agent, issue 127. The next one starts and is looked at in two minutes, all in all."""
    life = Life()
    lost(life, "a", 0)
    life.ask(slower * 25)
    lost(life, "b", slower * 25 + 2, Severity.CRITICAL)
    assert life.news == [News.OPENED] and life.incident.told_severity is Severity.CRITICAL


def test_it_is_told_before_it_is_over() -> None:
    life = Life()
    lost(life, "a", 0)
    life.see("b", "pass", 26.5, created=2)
    assert life.news == [News.OPENED]
    for minutes in (27, 40):
        life.ask(minutes)
    assert life.news == [News.OPENED, News.RESOLVED]


@pytest.mark.parametrize(("state", "severity"), [("fail", Severity.ERROR), ("lost", Severity.CRITICAL)])
def test_what_still_fails_or_is_critical_does_not_wait(state: str, severity: Severity) -> None:
    life = Life()
    life.see("a", state, 0, created=-20, severity=severity)
    life.ask(1.1)
    assert life.news == [News.OPENED]


def test_nor_does_a_loss_while_another_fails() -> None:
    life = Life()
    lost(life, "a", 0)
    life.see("b", "fail", 5, severity=Severity.ERROR)
    assert life.news == [News.OPENED]


def test_what_is_over_within_the_gathering_is_not_told() -> None:
    life = Life()
    life.see("a", "lost", 0, created=-0.2, severity=Severity.ERROR)
    life.see("b", "pass", 0.9, created=0.1)
    life.ask(15)
    assert life.news == [] and life.incident.phase is Phase.QUIET


def test_of_a_deployment_that_rolls_out_later_a_task_is_as_much_as_of_any_other() -> None:
    life = Life()
    life.see("0", "fail", 0, running=4)
    life.ask(1.1)
    life.see("1", "fail", 5, running=4, rolling=True)
    life.see("0", "pass", 6)
    life.ask(70)
    assert life.news == [News.OPENED]


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.CRITICAL])
def test_what_was_lost_and_is_closed_before_it_was_told_is_told_and_then_closed(severity: Severity) -> None:
    life = Life(behind=severity is Severity.CRITICAL)
    life.see("a", "lost", 0, created=-20, severity=severity)
    life.see("a", "closed", 20)
    for minutes in (20.1, 20.2, 31):
        life.ask(minutes)
    assert life.news == [News.OPENED, News.RESOLVED]
    assert life.incident.phase is Phase.QUIET


def test_what_came_back_and_cannot_be_told_of_for_a_day_is_not_held_down_for_longer() -> None:
    """Two hours of calm proved to be none; but for a day now nothing is known (simulation, with 1,000 estates)."""
    life = Life()
    lost(life, "a", 0, Severity.CRITICAL)
    life.see("b", "pass", 30, created=2)
    life.ask(41)
    lost(life, "c", 150, Severity.CRITICAL)
    assert life.news == [News.OPENED, News.RESOLVED, News.OPENED]
    life.see("c", "closed", 150 + 24 * 60, closed_because=f"{CANNOT_TELL}: nothing but unknown for 24 hours")
    life.ask(161 + 24 * 60)
    assert life.news[3:] == [News.RESOLVED]


def test_what_is_closed_within_the_gathering_is_not_told() -> None:
    life = Life()
    life.see("a", "lost", 0, created=-20)
    life.see("a", "closed", 0.9)
    life.ask(31)
    assert life.news == [] and life.incident.phase is Phase.QUIET


def test_what_is_over_while_notify_is_behind_is_told_and_resolved() -> None:
    life = Life(behind=True)
    life.see("a", "lost", 0, created=-5)
    life.see("b", "pass", 10, created=0)
    for minutes in (120, 120.1, 131):
        life.ask(minutes)
    assert life.news == [News.OPENED, News.RESOLVED]


def test_what_was_settled_in_vain_is_not_told_again() -> None:
    """Notify crashes after it said that it is over, before the members are settled."""
    life = Life()
    life.see("a", "lost", 0, created=-5)
    life.ask(1.1)
    life.see("b", "pass", 10, created=0)
    unsettled = dict(life.members)
    life.ask(21)
    life.members = unsettled
    for minutes in (22, 40):
        life.ask(minutes)
    assert life.news == [News.OPENED, News.RESOLVED] and life.incident.phase is Phase.QUIET


def test_what_is_silent_and_over_while_notify_is_behind_is_not_told() -> None:
    life = Life(behind=True)
    life.see("a", "lost", 0, created=-5, suppressed=True)
    life.see("b", "pass", 10, created=0)
    life.ask(120)
    assert life.news == [] and life.incident.phase is Phase.QUIET
    assert {m.state for m in life.members.values()} == {MemberState.PASS}
