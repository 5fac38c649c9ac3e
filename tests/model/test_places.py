"""Keys of places and subjects are read back as they were written, and what is none is refused."""

import pytest

from scaudit.model.arn import Arn
from scaudit.model.places import Place, Subject


@pytest.mark.parametrize("place", [Place("eu-west-1", "prod", "web"), Place("eu-west-1", "", "scaudit")])
def test_a_place_is_read_back_from_its_key(place: Place) -> None:
    assert Place.of(place.key) == place


@pytest.mark.parametrize("subject", [Subject("SC203", "nginx"), Subject("SC102"), Subject("SC902", "ecs:ListTasks")])
def test_a_subject_is_read_back_from_its_key(subject: Subject) -> None:
    assert Subject.of(subject.key) == subject


def test_the_keys_are_those_that_lie_in_tables_already() -> None:
    assert Place("eu-west-1", "prod", "web").key == "eu-west-1/prod/web"
    assert (Subject("SC203", "nginx").key, Subject("SC102").key) == ("SC203#nginx", "SC102#-")


@pytest.mark.parametrize("key", ["", "eu-west-1/web", "a/b/c/d"])
def test_what_is_no_key_of_a_place_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        Place.of(key)


@pytest.mark.parametrize("key", ["", "digest", "SC203#nginx#task"])
def test_what_is_no_key_of_a_subject_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        Subject.of(key)


def test_an_arn_tells_its_region_account_and_name() -> None:
    task = Arn.of("arn:aws-cn:ecs:cn-north-1:123456789012:task/prod/0a1b")
    assert (task.region, task.account, task.name) == ("cn-north-1", "123456789012", "0a1b")
    group = Arn.of("arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web:*")
    assert group.resource == "log-group:/ecs/web:*"


@pytest.mark.parametrize("text", ["local", "srv-0123", "arn:aws:ecs", ""])
def test_of_what_is_no_arn_nothing_but_the_name_is_known(text: str) -> None:
    assert Arn.of(text) == Arn("", "", text)
