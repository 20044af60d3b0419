"""Training for visitors: queue, cache, watched training, precomputed defaults."""
