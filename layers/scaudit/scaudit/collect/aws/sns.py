"""Who listens to the topic."""

from typing import Any

from scaudit.collect.aws.action import Action, unpublished
from scaudit.collect.aws.reads import Reads
from scaudit.model import Unread
from scaudit.model.seen import Subscription

GET_TOPIC_ATTRIBUTES = Action(
    "sns:GetTopicAttributes", "who listens to the topic", unpublished("SNS topic reads"), ("Topic",)
)


def subscription(reads: Reads, topic: str) -> Subscription | Unread:
    """Who listens to the topic of this ARN (AWS: GetTopicAttributes; its counts are strings)."""
    answer = reads.ask(GET_TOPIC_ATTRIBUTES, "", TopicArn=topic)
    if isinstance(answer, Unread) or answer is None:
        return answer or Unread("sns:GetTopicAttributes gave no answer")
    return reads.understand(GET_TOPIC_ATTRIBUTES, topic.rsplit(":", 1)[-1], _counts, answer)


def _counts(answer: dict[str, Any]) -> Subscription:
    counts = answer["Attributes"]
    return Subscription(int(counts["SubscriptionsConfirmed"]), int(counts["SubscriptionsPending"]))
