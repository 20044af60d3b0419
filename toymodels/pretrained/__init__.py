"""Pretrained runs that ship with the library; `python -m toymodels.pretrained.make` makes them again."""
