"""What the agent says before its log is set up: settings, warnings about them, and bootstrap failures."""

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
    "Unable to fetch ECS container metadata from ",
    "Unable to fetch ECS envoy container metadata from ",
    "Failed generating ECS platform info from ECS metadata: ",
    "Failed generating SupportedIPFamilies info from ECS metadata: ",
)
_COMPLAINTS = (
    "Failed to parse listener port mapping info from env APPNET_LISTENER_PORT_MAPPING: ",
    "Could not collect listener info: ",
)
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


def panics(line: str) -> bool:
    """A Go panic has no head of its own; nor has any line that a client can write (access logs begin `[` or `{`)."""
    return line.startswith(("panic: ", "fatal error: ")) or (line.startswith("goroutine ") and "[running]:" in line)


def is_of_the_agent(line: str) -> bool:
    """A frame in the stack of a panic that is of the agent's own module, whatever it is called by then."""
    return line.startswith("github.com/aws/") and "agent/" in line


def _add(kept: list[str], text: str) -> None:
    text = shown(plain(text))
    if text not in kept and len(kept) < MOST_TOLD:
        kept.append(text)
