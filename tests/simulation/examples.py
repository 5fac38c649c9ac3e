"""How much is tried at random."""

import os

LONG = os.environ.get("SIMULATED_ESTATES", "")
"""So many examples at random, shrunk when one fails; without it always the same few, which take seconds."""
