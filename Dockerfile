# The app as a server for the public: what it needs to run, no more, and not as root.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=2 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none

WORKDIR /app
COPY requirements.txt .
RUN python -m pip install --no-cache-dir -r requirements.txt
COPY streamlit_app.py .
COPY .streamlit .streamlit
COPY pages pages
COPY toymodels toymodels

# Compiled code of the trainer, beside its source. It fits the processor that builds the image; on another kind, the app
# compiles it in memory. NUMBA_CPU_NAME=haswell with an empty NUMBA_CPU_FEATURES, here and there, fits all with AVX2.
RUN python -c "import toymodels; toymodels.warm_up()"

# Nothing in /app belongs to this user: the app writes no file.
RUN useradd --no-create-home --uid 1000 visitor
USER visitor

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; assert urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4).read() == b'ok'"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py"]
