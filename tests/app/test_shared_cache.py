"""What all visitors share: known by its content, and nobody's to clear."""

import gc
import weakref
from dataclasses import replace

import streamlit as st

from toymodels.app.compute import visitor_training
from toymodels.app.compute.shared_cache import content
from toymodels.app.views import linear_probes
from toymodels.spec import AbsMLP
from toymodels.training import train


def test_a_run_is_known_by_its_weights_and_not_kept_alive() -> None:
    run = train(AbsMLP(3, 2, 0.5, 1.0), steps=2)
    key = content(run)
    again = replace(run, parameters={name: value.copy() for name, value in run.parameters.items()})
    assert content(again) == key
    assert content(replace(run, parameters={**run.parameters, "b": run.parameters["b"] + 1})) != key
    alive = weakref.ref(again)
    kept_key = content(again)
    del again
    gc.collect()
    assert alive() is None
    assert kept_key == key


def test_clearing_streamlits_caches_loses_nothing() -> None:
    run = train(AbsMLP(4, 6, 0.5, 0.8), seed=5, steps=5)
    before, queue = linear_probes.neuron_probes(run), visitor_training.QUICK_TRAININGS
    kept = visitor_training.trained(run.spec, 5, steps=5)
    st.cache_data.clear()
    st.cache_resource.clear()
    assert linear_probes.neuron_probes(run) is before
    assert visitor_training.QUICK_TRAININGS is queue
    assert visitor_training.trained(run.spec, 5, steps=5) is kept
