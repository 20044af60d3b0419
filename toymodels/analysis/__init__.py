"""Analysis of weights: measures, losses, polytopes, feature graph, neurons, inhibition, linear probes, transitions."""
