"""The AWS of the benchmarks is as hard as the real one: its quotas, pages, shapes and lags."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from benchmarks.quota.buckets import Bucket, quotas
from benchmarks.quota.cloudmap import LAG, CloudMap
from benchmarks.quota.described import proxy_of
from benchmarks.quota.ecs import ECS
from benchmarks.quota.estate import Estate, Service, Task, cloud_map_id, namespace_id
from benchmarks.quota.generate import generate, plant
from benchmarks.quota.logs import BYTES, Logs
from benchmarks.quota.pages import page
from benchmarks.quota.sns import SNS
from benchmarks.quota.virtual import Time
from benchmarks.quota.wire import Wire, measured
from scaudit.collect.aws.action import Quota
from tests.builders import NOW, REGION
from tests.fakes.client import Client, operations
from tests.simulation.clock import Clock
from tests.simulation.runs import NotFaked

DAY = timedelta(days=1)


class AWS:
    """Clients over an estate, and the clock of both."""

    def __init__(self, estate: Estate) -> None:
        self.clock = Clock(NOW)
        self.time = Time(self.clock)
        self.wire = Wire(self.time, REGION)
        answers = {
            "ecs": ECS(estate, self.clock),
            "servicediscovery": CloudMap(estate, self.clock),
            "logs": Logs(estate, self.clock),
            "sns": SNS(),
        }
        self.clients = {name: Client(name, of, self.wire) for name, of in answers.items()}

    def __getattr__(self, service: str) -> Client:
        return self.clients[service]


def one_service(tasks: int) -> tuple[AWS, Estate, Service]:
    estate = Estate()
    service = estate.create("east", "web", NOW - DAY, endpoints=("web",), desired=tasks, namespace="mesh")
    return AWS(estate), estate, service


def test_a_bucket_lets_its_burst_pass_and_then_what_is_refilled() -> None:
    bucket = Bucket(Quota("reads", rate=2, burst=10), REGION)
    for _ in range(10):
        bucket.take(0.0, "Read")
    with pytest.raises(ClientError, match="ThrottlingException"):
        bucket.take(0.4, "Read")
    bucket.take(0.5, "Read")
    assert (bucket.throttled, bucket.lowest) == (1, 0.0)
    assert (bucket.peak(0.4), bucket.peak(0.5), bucket.peak(1)) == (10, 10, 11)
    assert bucket.share(1) == pytest.approx(11 / 12)


def test_where_only_a_rate_is_published_a_second_brings_all_there_is() -> None:
    bucket = Bucket(Quota("reads", rate=5), REGION)
    for n in range(20):
        bucket.take(n * 0.2, "Read")
    assert (bucket.share(1), bucket.share(2), bucket.throttled) == (1.0, 1.0, 0)
    for _ in range(5):
        bucket.take(10.0, "Read")
    with pytest.raises(ClientError):
        bucket.take(10.1, "Read")


def test_one_bucket_is_drawn_by_every_call_that_aws_counts_together() -> None:
    aws, _, service = one_service(1)
    for n in range(200):
        ask = aws.ecs.list_tasks if n % 2 else aws.ecs.describe_tasks
        try:
            ask(cluster="east", **({} if n % 2 else {"tasks": [service.tasks[0].id]}))
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ThrottlingException"
            break
    assert n == 110  # a hundred, and a tenth of a call more for each 5 ms that a call takes


def test_cloud_map_throttles_discovery_by_its_own_error() -> None:
    aws, _, _ = one_service(1)
    for _ in range(2000):
        aws.wire.buckets["Cloud Map discovery"].take(0.0, "DiscoverInstances")
    aws.servicediscovery.discover_instances(NamespaceName="mesh-http", ServiceName="web")  # five came back meanwhile
    for _ in range(4):
        aws.wire.buckets["Cloud Map discovery"].take(0.005, "DiscoverInstances")
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        aws.wire.buckets["Cloud Map discovery"].take(0.005, "DiscoverInstances")


@pytest.mark.parametrize(
    ("region", "filtered", "got"), [("us-east-1", 25, 25), ("eu-central-1", 5, 10), ("eu-west-3", 10, 30)]
)
def test_logs_may_be_read_faster_in_some_regions(region: str, filtered: int, got: int) -> None:
    known = quotas()
    buckets = [Bucket(known[name], region) for name in ("logs:FilterLogEvents", "logs:GetLogEvents")]
    for bucket, most in zip(buckets, (filtered, got), strict=True):
        for _ in range(most):
            bucket.take(0.0, "Read")
        with pytest.raises(ClientError):
            bucket.take(0.0, "Read")


@pytest.mark.parametrize(
    ("count", "empty"), [(0, 0), (1, 0), (99, 0), (100, 0), (101, 0), (200, 0), (201, 1), (500, 1), (501, 2), (1000, 3)]
)
def test_pages_give_everything_once_and_some_are_empty(count: int, empty: int) -> None:
    _, _, service = one_service(count)
    pages: list[list[Task]] = []
    token = ""
    while not pages or token:
        tasks, token = page(service.tasks, 100, token)
        pages.append(tasks)
    assert [task for tasks in pages for task in tasks] == service.tasks
    assert sum(not tasks for tasks in pages[:-1]) == empty


def test_a_token_holds_its_place_when_what_was_listed_goes() -> None:
    _, _, service = one_service(150)
    _, token = page(service.tasks, 100, "")
    assert page(service.tasks[60:], 100, token)[0] == service.tasks[100:]


@pytest.mark.parametrize("size", [0, 101])
def test_a_page_is_no_larger_than_aws_gives(size: int) -> None:
    with pytest.raises(NotFaked):
        page(list[Task](), size, "")


def test_discovery_is_behind_at_random_and_cut_off() -> None:
    aws, estate, service = one_service(1001)
    ask = {"NamespaceName": "mesh-http", "ServiceName": "web", "MaxResults": 1000}
    first, second = (
        [each["InstanceId"] for each in aws.servicediscovery.discover_instances(**ask)["Instances"]] for _ in range(2)
    )
    assert len(first) == len(second) == 1000 and first != second
    leaving = service.tasks[0]
    estate.stop(leaving, aws.clock.now - timedelta(seconds=5))
    exact = {"ServiceId": cloud_map_id("mesh", "web"), "InstanceId": leaving.id}
    with pytest.raises(ClientError, match="InstanceNotFound"):
        aws.servicediscovery.get_instance(**exact)
    aws.clock.forward(LAG.total_seconds() + 1)
    later = {each["InstanceId"] for each in aws.servicediscovery.discover_instances(**ask)["Instances"]}
    assert later == {task.id for task in service.tasks} - {leaving.id}


def test_what_left_is_discovered_a_little_longer() -> None:
    aws, estate, service = one_service(2)
    estate.stop(service.tasks[0], aws.clock.now - timedelta(seconds=5))
    counts = []
    for _ in range(2):
        found = aws.servicediscovery.discover_instances(NamespaceName="mesh-http", ServiceName="web")
        counts.append(len(found["Instances"]))
        aws.clock.forward(LAG.total_seconds())
    assert counts == [2, 1]


def test_a_rollout_goes_through_every_status_and_ends_with_one_deployment() -> None:
    aws, estate, service = one_service(3)
    estate.roll(service, NOW, timedelta(seconds=20))
    seen: set[str] = set()
    for _ in range(20):
        (described,) = aws.ecs.describe_services(cluster="east", services=["web"])["services"]
        there = aws.ecs.describe_tasks(cluster="east", tasks=[task.id for task in service.tasks])["tasks"]
        seen |= {task["lastStatus"] for task in there}
        assert described["deployments"][0]["status"] == "PRIMARY"
        assert described["runningCount"] >= 3
        aws.clock.forward(10)
    assert seen == {"PENDING", "RUNNING", "DEACTIVATING", "STOPPED"}
    assert [each["id"] for each in described["deployments"]] == [service.deployments[1].id]
    assert {t.deployment for t in service.tasks if t.status(aws.clock.now) == "RUNNING"} == {service.deployments[1]}


def test_a_log_comes_in_pages_of_a_megabyte_of_whole_streams_that_exist() -> None:
    aws, _, service = one_service(60)
    names = [f"proxy/{proxy_of(task)}/{task.id}" for task in service.tasks]
    window = {"startTime": 0, "endTime": int(NOW.timestamp() * 1000)}
    ask = {"logGroupName": service.log_group, "logStreamNames": names, **window}
    pages = [aws.logs.filter_log_events(**ask)]
    while token := pages[-1].get("nextToken"):
        pages.append(aws.logs.filter_log_events(nextToken=token, **ask))
    sizes = [sum(len(event["message"].encode()) + 26 for event in each["events"]) for each in pages]
    assert len(sizes) > 2 and max(sizes) <= BYTES and 0 in sizes[1:-1]
    single = aws.logs.get_log_events(
        logGroupName=service.log_group, logStreamName=names[0], startFromHead=True, **window
    )
    mine = [event["message"] for each in pages for event in each["events"] if event["logStreamName"] == names[0]]
    assert mine == [event["message"] for event in single["events"]] != []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.logs.filter_log_events(**ask | {"logStreamNames": [*names[:5], "proxy/none/0"]})


def test_every_answer_has_the_shape_of_the_real_one() -> None:
    estate = generate(2, 21, 2)
    plant(estate, NOW)
    aws = AWS(estate)
    service = next(iter(estate.clusters["cluster-00"].services.values()))
    cloud_map, task = cloud_map_id(service.namespace, service.endpoints[0]), service.tasks[0]
    stream = f"proxy/{proxy_of(task)}/{task.id}"
    log = {"logGroupName": service.log_group, "startTime": 0, "endTime": int(NOW.timestamp() * 1000)}
    asked: dict[tuple[str, str], dict[str, object]] = {
        ("ecs", "list_clusters"): {},
        ("ecs", "list_services"): {"cluster": "cluster-00"},
        ("ecs", "describe_services"): {"cluster": "cluster-00", "services": [service.name, "none"]},
        ("ecs", "list_tasks"): {"cluster": "cluster-00", "maxResults": 10},
        ("ecs", "describe_tasks"): {"cluster": "cluster-00", "tasks": [task.id, "none"]},
        ("ecs", "describe_task_definition"): {"taskDefinition": service.definition},
        ("servicediscovery", "get_namespace"): {"Id": namespace_id(service.namespace)},
        ("servicediscovery", "get_service"): {"Id": cloud_map},
        ("servicediscovery", "get_instance"): {"ServiceId": cloud_map, "InstanceId": task.id},
        ("servicediscovery", "list_instances"): {"ServiceId": cloud_map},
        ("servicediscovery", "discover_instances"): {
            "NamespaceName": estate.namespaces[namespace_id(service.namespace)],
            "ServiceName": service.endpoints[0],
        },
        ("logs", "describe_log_groups"): {"logGroupIdentifiers": [service.log_group]},
        ("logs", "filter_log_events"): {"logStreamNames": [stream], **log},
        ("logs", "get_log_events"): {"logStreamName": stream, "startFromHead": True, **log},
        ("sns", "get_topic_attributes"): {"TopicArn": "arn:aws:sns:eu-west-1:1:findings"},
    }
    for (name, method), request in asked.items():
        answer = getattr(aws.clients[name], method)(**request)
        errors = ParamValidator().validate(answer, operations(name)[method].output_shape)
        assert not errors.has_errors(), f"{method}: {errors.generate_report()}"
        extra = set(answer) - set(operations(name)[method].output_shape.members)
        assert not extra, f"{method} does not answer {extra}"
        assert any(answer.values()), f"{method} answers with nothing"


def test_what_aws_does_not_know_is_loud() -> None:
    aws, _, _ = one_service(1)
    with pytest.raises(NotFaked):
        aws.ecs.run_task(cluster="east", taskDefinition="web")
    with pytest.raises(NotFaked):
        aws.ecs.list_tasks(cluster="east", service="web")
    with pytest.raises(NotFaked):
        aws.ecs.list_tasks(cluster="east", family="web")
    with pytest.raises(NotFaked):
        aws.ecs.list_tasks(cluster="east", maxResults="100")
    with pytest.raises(NotFaked):
        aws.ecs.describe_tasks(cluster="east", tasks=["0"] * 101)
    with pytest.raises(NotFaked):
        aws.ecs.describe_services(cluster="east", services=["web"] * 11)


def test_botocore_pages_through_the_clusters() -> None:
    estate = generate(301, 1, 1)
    pages = AWS(estate).ecs.get_paginator("list_clusters").paginate()
    assert [arn.rsplit("/", 1)[1] for page in pages for arn in page["clusterArns"]] == sorted(estate.clusters)


def test_workers_live_at_once_in_the_order_of_time() -> None:
    time, told = Time(Clock(NOW)), list[str]()

    def work(name: str, naps: list[float]) -> None:
        for nap in naps:
            time.sleep(nap)
            told.append(f"{name} at {time.seconds():g}")

    time.start(lambda: work("a", [1, 3]))
    time.start(lambda: work("b", [2, 1]))
    time.run()
    assert told == ["a at 1", "b at 2", "b at 3", "a at 4"]


def test_what_a_worker_raises_reaches_whoever_runs_it() -> None:
    time = Time(Clock(NOW))

    def work() -> None:
        raise NotFaked("a call")

    time.start(lambda: time.sleep(5))
    time.start(work)
    with pytest.raises(NotFaked, match="a call"):
        time.run()


def test_a_worker_dies_at_its_end() -> None:
    aws, _, _ = one_service(1)
    assert measured(lambda: aws.ecs.list_clusters(), ends=0.001)[0] is None
    assert measured(lambda: aws.ecs.list_clusters(), ends=1.0)[0] is not None
