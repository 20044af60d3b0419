"""Runs that take too long to be trained while a visitor waits. They ship with the library; `make` makes them again."""
