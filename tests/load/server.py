"""The app as `streamlit run` starts it, with a line in its log for every training."""

import logging

from streamlit.web.cli import main

if __name__ == "__main__":
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    log = logging.getLogger("toymodels.app.compute.training_queue")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    main()
