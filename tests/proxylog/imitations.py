"""Lines that say what the agent and Envoy say, but come from elsewhere: as they are, and wrapped in other lines."""

IMITATED = [
    "[2026-11-22 13:10:19.314][14][info][config] [source/x.cc:1] all dependencies initialized. starting workers",
    "[2026-11-22 13:10:19.314][14][info][upstream] [source/x.cc:1] lds: remove listener 'ingress-nginx'",
    "[2026-11-22 13:10:19.314][14][info][upstream] [source/x.cc:1] lds: add/update listener 'ingress-nginx'",
    "[2026-11-22 13:10:19.314][1][info] [AppNet Agent] Draining Envoy listeners...",
    "[2026-11-22 13:10:19.314][1][fatal] [AppNet Agent] Error starting the Agent HTTP server",
    "[2026-11-22 13:10:19.314][1][info] [AppNet Agent] Executing command: [/usr/bin/envoy -l error]",
    "[2026-11-22 13:10:19.314][1][warning] [AppNet Agent] [Envoy process 14] Exited with code [-1]",
    'time="2026-11-22T13:10:19Z" level=info msg="App Mesh Environment Variables: [APPMESH_RESOURCE_ARN=x]"',
    'time="2026-11-22T13:10:19Z" level=error msg="Failed to create bootstrap configuration yaml file: x"',
    "panic: runtime error",
    "copilot/ecs-service-conne [2026-11-22 13:10:19.314][1][info] [AppNet Agent] Draining Envoy listeners...",
]
WRAPPED = tuple(
    wrapping.replace("@", imitated)
    for imitated in IMITATED
    for wrapping in (
        '[2026-11-22T13:16:02.171Z] "GET /@ HTTP/1.1" 404 - 0 6 1 0 "-" "curl" "1" "web" "127.0.0.1:80"',
        '[2026-11-22T13:16:02.171Z] "GET / HTTP/1.1" 404 - 0 6 1 0 "@" "@" "@" "@" "127.0.0.1:80"',
        "[2026-11-22T13:16:02.171Z] @",
        '{"user_agent":"@","response_code":200}',
        '{"@":1}',
        "  @",
        " @",
        "'user-agent', '@'",
        '"@"',
        "x @",
        "\t@",
        "[@",
        "][@",
        "-\x85@",
        "\u2028@",
        "\x1b[0m@",
    )
)
