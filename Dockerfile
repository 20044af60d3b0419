# The app as a server for the public: what it needs to run, no more, and not as root.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    NUMBA_CACHE_DIR=/app/compiled \
    NUMBA_CPU_NAME=haswell \
    NUMBA_CPU_FEATURES= \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none

WORKDIR /app
# Before the code, so that a change of it installs nothing again.
COPY requirements.txt .
# PyTorch's own index of CPU builds, from its installation page: `--build-arg TORCH_INDEX=...`. Without it pip may fetch a
# torch with gigabytes of GPU packages.
ARG TORCH_INDEX=
RUN if [ -n "$TORCH_INDEX" ]; then \
    python -m pip install --no-cache-dir --index-url "$TORCH_INDEX" "$(grep ^torch== requirements.txt)"; fi
RUN python -m pip install --no-cache-dir -r requirements.txt
COPY streamlit_app.py .
COPY .streamlit .streamlit
COPY pages pages
# What the library says of itself: pages give a wheel of it away.
COPY pyproject.toml .
COPY LICENSE .
COPY toymodels toymodels

# Compile the trainer now: the app cannot write, and would compile it at every start. The code fits every x86-64
# processor with AVX2, so another machine than the one that built the image may run it. On ARM, delete NUMBA_CPU_NAME
# and NUMBA_CPU_FEATURES above: Numba then compiles for the processor that it finds.
RUN python -c "from toymodels.training import warm_up; warm_up()"

# Nothing in /app belongs to this user: the app writes no file.
RUN useradd --no-create-home --uid 1000 visitor
USER visitor

# A tab takes four open files: run it with `--ulimit nofile=8192`, as deploy/compose.yaml does.
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; assert urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4).read() == b'ok'"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py"]
