"""Settings of all tests: hypothesis sets no example a deadline, for a wall-clock time says nothing of the code."""

from hypothesis import settings

settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")
