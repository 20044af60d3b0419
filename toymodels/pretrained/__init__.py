"""Runs that are shown without a wait. They ship with the library; `make` and `app.make_arrivals` make them again."""
