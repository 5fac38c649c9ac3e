"""What runs inside the emulator's process: ministack, and our ECS with Service Connect laid over it."""
