"""The Streamlit side: the frame of a page, controls bound to the URL, trainings shared by all visitors, downloads."""
