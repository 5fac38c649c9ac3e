"""`python -m local.emulator`: the emulator's process. Its settings come from the environment, see `local.process`."""

import os

from ministack import app

from local.emulator import cfn_types, cloud_map, log_events, runtimes, seams, stream_windows, wire
from local.emulator.ecs import clusters, service_reads, services, tags, task_definitions, tasks
from local.emulator.parent import end_with_parent

ECS = (clusters, task_definitions, services, service_reads, tasks, tags)


def main() -> None:
    end_with_parent()
    seams.check()
    ecs_actions = {name: action for part in ECS for name, action in part.ACTIONS.items()}
    wire.install(ecs_actions, cloud_map.ACTIONS, log_events.ACTIONS)
    runtimes.install()
    stream_windows.install()
    cfn_types.install()
    # Functions inherit this environment, and must not find the emulator's code.
    del os.environ["PYTHONPATH"]
    app.main()


if __name__ == "__main__":
    main()
