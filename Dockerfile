# Linted, and untested until somebody builds it: say so in an issue when it works for you.
FROM python:3.12-slim-bookworm

# What draws the conversation needs them.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libglib2.0-0 libxrender1 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/duka --shell /usr/sbin/nologin duka
WORKDIR /opt/duka

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY . .
# hadolint ignore=DL3013
RUN pip install --no-cache-dir --no-build-isolation '.[postgres,redis]' \
    && install -D -m 0644 flows.yaml /etc/duka/flows.yaml

USER 10001
WORKDIR /var/lib/duka
ENV DATABASE_URL=sqlite:////var/lib/duka/duka.db FLOW_FILE=/etc/duka/flows.yaml
VOLUME /var/lib/duka
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:3000/ready')"]
CMD ["duka", "serve"]
