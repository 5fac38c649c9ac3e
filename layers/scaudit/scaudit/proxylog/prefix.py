"""What tools put before a line (`copilot svc logs` a stream name, `aws logs tail` time and stream), taken off again."""

from scaudit.proxylog.lines import shape_of
from scaudit.values import dataclass

MOST_PREFIX_WORDS = 3
FARTHEST = 600
_PROXY = "/ecs-service-connect-"
# What ECS puts into stream names: prefix, container name, task id (AWS: LogConfiguration, awslogs-stream-prefix).
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./#")


@dataclass(frozen=True, slots=True)
class Prefix:
    """The words before every line: the same word each time, or None where a time stands."""

    words: tuple[str | None, ...]

    def off(self, line: str) -> str:
        """The line behind the prefix. A line without it is another stream's and says nothing: it becomes empty."""
        found = line.split(" ", len(self.words))
        if len(found) <= len(self.words):
            return ""
        for word, is_ in zip(self.words, found, strict=False):
            if not _is_time(is_) if word is None else word != is_:
                return ""
        return found[-1]

    def is_of_another_proxy(self, line: str) -> bool:
        """Whether a line is of the stream of another proxy: one of the words names a stream, and another than ours."""
        found = line[:FARTHEST].split(" ", len(self.words))
        pairs = zip(self.words, found, strict=False)
        return any(ours and _PROXY in ours and _PROXY in word and word != ours for ours, word in pairs)


def prefix_of(line: str) -> Prefix | None:
    """The prefix of a line that has one and then begins as the agent's or Envoy's lines do.

    Only stream names and times are taken for a prefix, and once a log has shown that it has none, none is looked for:
    else what a client writes into an access log could pass for a line of the agent.
    """
    words = line[:FARTHEST].split(" ", MOST_PREFIX_WORDS)
    behind = 0
    for count, word in enumerate(words[:MOST_PREFIX_WORDS], 1):
        if not (_is_time(word) or _is_stream(word)):
            return None
        behind += len(word) + 1
        rest = line[behind:]
        if shape_of(rest):
            return Prefix(tuple(None if _is_time(word) else word for word in words[:count]))
    return None


def _is_time(word: str) -> bool:
    return 8 <= len(word) <= 40 and word[0].isdigit() and not word.strip("0123456789-:.,TZ+")


def _is_stream(word: str) -> bool:
    return "/" in word and _NAME.issuperset(word)
