# The first stage builds with pip and compilers at hand; what runs is in the last one, or in `with-model`.
FROM python:3.13-slim AS build

WORKDIR /src
RUN python3 -m venv /opt/keyguide
ENV PATH=/opt/keyguide/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE hatch_build.py ./
COPY bot ./bot
COPY knowledge ./knowledge
# The build trains on the knowledge, for a quick start; knowledge that breaks a rule never becomes an image.
RUN pip install --no-deps . && keyguide check


# Fetch the sentence model and train with it; the doctor fails if the model cannot be fetched.
FROM build AS model
ENV KEYGUIDE_VECTORS=download KEYGUIDE_CACHE=/opt/cache KEYGUIDE_DATABASE=:memory:
RUN keyguide doctor && keyguide learn \
    && mv /opt/cache/models/all-MiniLM-L6-v2 /opt/model \
    && mkdir -p /opt/index && find /opt/cache -name "index-*.npz" -exec mv {} /opt/index ";"


# What runs needs no pip, and neither does anybody who breaks into it.
FROM build AS program
RUN pip uninstall --yes pip


FROM python:3.13-slim AS slim

RUN useradd --system --uid 10001 --home-dir /data --create-home --skel /nothing keyguide \
    && find / -xdev \( -name pip -o -name "pip-*" -o -name ensurepip \) -path "*/python3*" -prune -exec rm -rf {} + \
    && rm -f /usr/local/bin/pip* /usr/bin/pip*
COPY --from=program /opt/keyguide /opt/keyguide

ENV PATH=/opt/keyguide/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KEYGUIDE_CACHE=/data/cache \
    KEYGUIDE_DATABASE=/data/keyguide.db \
    KEYGUIDE_HOST=0.0.0.0

# The only place that is written to, so that the root may be read-only.
VOLUME /data
USER 10001
WORKDIR /data

EXPOSE 8080
# Ready means that every part works: knowledge, database, Discord.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python3", "-c", "import os, urllib.request; \
urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('KEYGUIDE_PORT') or 8080}/readyz\", timeout=4)"]

ENTRYPOINT ["keyguide"]
CMD ["run"]


# docker build --target with-model: it has sentence vectors without any network.
FROM slim AS with-model
COPY --from=model /opt/model /opt/model
COPY --from=model /opt/index /opt/keyguide/lib/python3.13/site-packages/keyguide/index
ENV KEYGUIDE_VECTORS=/opt/model


FROM slim
