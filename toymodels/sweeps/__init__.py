"""Sweeps: many specs from many seeds, on one machine or on a cluster, kept in a store."""

from toymodels.sweeps.store import Store
from toymodels.sweeps.sweep import SweepProgress, sweep

__all__ = ["Store", "SweepProgress", "sweep"]
