"""What the agent says before its log is set up: settings, warnings about them, and bootstrap failures."""

import re

from scaudit.proxylog.environment import DUMP
from scaudit.proxylog.life import Life
from scaudit.proxylog.lines import Mark, Reason, plain, shown

_GIVES_UP = (
    "Failed to create bootstrap configuration yaml file:",
    "Failed to create relay bootstrap configuration yaml file:",
    "Cannot generate bootstrap config. ",
    "Cannot create bootstrap file. ",
)
_METADATA = (
    "Unable to fetch ECS ",
    "Unable to read ECS ",
    "Unable to parse ECS ",
    "Failed generating ECS platform info from ECS metadata: ",
    "Failed generating SupportedIPFamilies info from ECS metadata: ",
    "Could not collect platform info: ",
    "Could not collect ecs container info: ",
)
"""Its source: platform_info_collector.go, envoy_bootstrap.go."""
_COMPLAINTS = (
    "Failed to parse listener port mapping info from env APPNET_LISTENER_PORT_MAPPING: ",
    "Could not collect listener info: ",
)
_LAST_WORDS = (
    ": error while loading shared libraries: ",
    " FATAL ERROR: ",
    "PARSE ERROR: ",
    "unable to bind domain socket with base_id=",
)
"""What the loader, the allocator and Envoy write without a head before Envoy ends (runs of 1.40)."""
_SIGNAL = re.compile(r"SIG[A-Z]{2,6}: [a-z -]{4,40}", re.ASCII)
"""`SIGABRT: abort`, `SIGSEGV: segmentation violation`: what Go dies of (its runtime, sigtab)."""
MOST_TOLD = 20
_SOCKET_MISSING = "xDS endpoint UDS path does not exist: "


def tell(life: Life, line: Mark, level: str, text: str) -> None:
    """Take one such line in; its text is still quoted."""
    environment = life.environment
    if text.startswith(DUMP):
        if text.startswith("App Mesh"):
            life.begins_anew()
            environment = life.environment
        environment.take(text)
        if life.is_anothers():
            life.strangers = life.strangers or line
        if environment.agent_seen or not life.dump:
            life.dump = line
        if text.startswith("Envoy") and environment.envoy_seen:
            life.level = environment.level
    elif level in ("fatal", "panic") or (level == "error" and text.startswith(_GIVES_UP)):
        life.gone = life.gone or Reason(shown(plain(text)), line)
    elif text.startswith(_SOCKET_MISSING):
        life.socket_missing = Reason(shown(plain(text)), line)
    elif text.startswith(_METADATA):
        _add(life.metadata, text)
    elif text.startswith(_COMPLAINTS) or (level == "warning" and ", setting it to " in text):
        _add(life.complaints, text)
        if text.startswith(_COMPLAINTS):
            environment.mapping_refused = True
        if text.startswith("Envoy log level ["):
            life.level = "info"


def panics(life: Life, line: str) -> bool:
    """A Go panic has no head of its own; nor has any line that a client can write (access logs begin `[` or `{`). The
    stack of one that its HTTP server caught, and outlived (Go: net/http, Server), has a line of the server before it.
    """
    stack = line.startswith("goroutine ") and "[running]:" in line
    if stack and life.caught:
        life.caught = False
        return False
    return stack or line.startswith(("panic: ", "fatal error: ")) or _SIGNAL.fullmatch(line.rstrip()) is not None


def is_last_word(line: str) -> bool:
    """Whether a line without a head says why Envoy is about to end."""
    return any(words in line[:300] for words in _LAST_WORDS)


def is_caught(line: str) -> bool:
    """`2026/11/22 13:20:19 http: panic serving REMOTE: REASON`: a request failed, and the agent goes on."""
    return line.startswith(" http: panic serving ", 19)


def is_of_a_request(line: str) -> bool:
    """The first frame in the stack of a panic that the HTTP server caught."""
    return line.startswith("net/http.(*conn).serve.func1(")


def is_of_the_agent(line: str) -> bool:
    """A frame in the stack of a panic that is of the agent's own module, whatever it is called by then."""
    return line.startswith("github.com/aws/") and "agent/" in line


def _add(kept: list[str], text: str) -> None:
    text = shown(plain(text))
    if text not in kept and len(kept) < MOST_TOLD:
        kept.append(text)
