"""Text that came from outside, as data."""

_LONGEST = 600


def clean(text: str) -> str:
    """The text without control characters, and of bounded length."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return printable if len(printable) <= _LONGEST else printable[:_LONGEST] + "..."
