"""The queue, and what its messages say."""
