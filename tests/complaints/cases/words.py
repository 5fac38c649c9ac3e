"""What Envoy and the agent say when something ends, from behind the time on (recordings; the agent's source)."""

AGENT = "[1][info] [AppNet Agent] "
KILLED = "OutOfMemoryError: Container killed due to memory usage"
PANIC = (
    "panic: runtime error: invalid memory address or nil pointer dereference",
    "goroutine 57 [running]:",
    "github.com/aws/aws-app-mesh-agent/agent/healthcheck.(*HealthStatus).computeHealthCheck(0x0)",
)


def closed(process: str, why: str = "13, Received RST_STREAM with error code 0") -> str:
    """The stream to the control plane ends: code and reason."""
    return (
        f"[{process}][warning][config] [./source/extensions/config_subscription/grpc/grpc_stream.h:189] "
        "StreamAggregatedResources gRPC config stream to "
        f"unix:///var/run/ecs/appnet/relay/appnet_relay_listener.sock closed: {why}"
    )


def ended(process: str) -> list[str]:
    """Envoy of this process was killed, and the agent says so."""
    who = f"[1][warning] [AppNet Agent] [Envoy process {process}] "
    return [f"{who}Exited with code [-1]", f"{who}was terminated by signal: [killed] with Core Dump: [false]"]


RESTARTED = AGENT + "Executing command: [/usr/bin/envoy -c /tmp/envoy-config-59653841.yaml -l info]"
LISTENER_AGAIN = (
    "[{process}][info][upstream] [source/common/listener_manager/lds_api.cc:110] lds: add/update listener 'egress'"
)
