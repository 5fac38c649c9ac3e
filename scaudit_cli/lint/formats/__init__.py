"""The files that people keep requests of ECS in, each format read into the same requests."""
