# The server alone, from the lock. Nothing is built at start, nothing is written outside /data.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.8
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /app
# dependencies first: they change less often than the code, and their layer is kept
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --extra server --no-install-project
COPY README.md LICENSE burnline.py ./
COPY instrumentation instrumentation
COPY collector collector
COPY analytics analytics
COPY alerts alerts
COPY dashboards dashboards
RUN uv sync --frozen --no-dev --extra server --no-editable

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data burnline && install -d -o burnline -g burnline /data /rules /queue
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER burnline
WORKDIR /data
VOLUME /data
EXPOSE 8320 4317 4318
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8320/healthz', timeout=2)"]
# Inside the container every address; who may reach it is decided where the ports are published.
ENTRYPOINT ["burnline"]
CMD ["serve", "--data", "/data", "--host", "0.0.0.0"]
