"""What scaudit costs (measured, never tested: machines are noisy)."""
