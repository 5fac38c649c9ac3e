"""ECS with Service Connect: services, their scheduler, and tasks that live."""
