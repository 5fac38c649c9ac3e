"""Who listens to the topic."""

from scaudit.collect.aws.reads import Reads
from scaudit.model import Unread
from scaudit.model.seen import Subscription


def subscription(reads: Reads, topic: str) -> Subscription | Unread:
    """Who listens to the topic (AWS: GetTopicAttributes; its counts are strings)."""
    answer = reads.ask("sns:GetTopicAttributes", "", TopicArn=topic)
    if isinstance(answer, Unread) or answer is None:
        return answer or Unread("sns:GetTopicAttributes gave no answer")
    counts = answer["Attributes"]
    return Subscription(int(counts["SubscriptionsConfirmed"]), int(counts["SubscriptionsPending"]))
