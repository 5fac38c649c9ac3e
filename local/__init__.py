"""An AWS on this machine, with ECS Service Connect: what the demo and the end-to-end tests deploy into."""
