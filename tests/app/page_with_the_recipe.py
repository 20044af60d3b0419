"""A page with nothing on it but the paper's recipe. Imports no PyTorch."""

from streamlit.testing.v1 import AppTest

PATIENCE = 60.0
"""Seconds after which something that must happen is held not to happen."""


def page_with_the_recipe() -> None:
    import streamlit as st

    import toymodels as tm
    from toymodels.app.shell.page import start_page
    from toymodels.app.views.paper_recipe import paper_recipe
    from toymodels.experiments.check import Check
    from toymodels.run import Run

    def claims(run: Run) -> list[Check]:
        trained = run.restarts > 1
        return [
            Check("it was tried more than once", "slide “Starts”", f"{run.restarts} starts", trained),
            Check("it has two dimensions", "slide “Plane”", f"m = {run.W.shape[1]}", True),
        ]

    page = start_page("pentagon")
    densities = st.query_params["densities"]
    spec = tm.Autoencoder(5, 2, [1.0, 0.2] if densities == "2" else [k / 200 for k in range(1, 201)], 0.9)
    run = tm.train(spec, 3, steps=2, restarts=2)
    result = paper_recipe(
        page, spec, 3, lambda: run, picture=lambda one: st.code(f"picture after {one.steps} steps"), claims=claims
    )
    st.write("returned", "nothing" if result is None else f"{result.steps} steps")


def visit(densities: str = "2") -> AppTest:
    app = AppTest.from_function(page_with_the_recipe, default_timeout=PATIENCE)
    app.query_params["pane"] = "1"
    app.query_params["densities"] = densities
    app.run()
    assert not app.exception
    return app
