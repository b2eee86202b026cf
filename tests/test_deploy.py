"""The files in deploy/ and compose.yaml name only what is there, and their programs accept them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from keyguide.cli.program import COMMANDS
from keyguide.runtime.configuration.settings import SETTINGS
from keyguide.runtime.metrics import Metrics

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = [name for name, service in COMPOSE["services"].items() if service["image"] == "keyguide"]
KNOWN_SETTINGS = {setting.variable for setting in SETTINGS.values()} | {
    f"{setting.variable}_FILE" for setting in SETTINGS.values() if setting.secret
}
FOREIGN_METRICS = {"up"}  # Prometheus itself makes it


def list_metrics() -> set[str]:
    """List the names of all series at /metrics, with those that appear once something has happened."""
    families = text_string_to_metric_families(Metrics().render_metrics("v1").decode())
    suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "gauge": [""]}
    return {family.name + suffix for family in families for suffix in suffixes[family.type]}


def find_metrics(expression: str) -> set[str]:
    without_labels = re.sub(r"\{[^}]*\}|by \([^)]*\)|\[[^]]*\]", "", expression)
    words = set(re.findall(r"[a-z_]{2,}", without_labels))
    functions = set(re.findall(r"([a-z_]+) ?\(", without_labels)) | {
        "by",
        "sum",
        "min",
        "max",
        "topk",
        "count",
    }
    return words - functions - FOREIGN_METRICS


def test_the_dashboard_shows_only_metrics_that_are_there() -> None:
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    assert len(expressions) > 10
    assert {expression: find_metrics(expression) - list_metrics() for expression in expressions} == {
        expression: set() for expression in expressions
    }


def test_the_dashboard_shows_every_metric_of_ours() -> None:
    text = (DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8")
    ours = {name for name in list_metrics() if name.startswith("keyguide_") and "_created" not in name}
    told = {name for name in ours if not re.search(rf"\b{re.sub('_(bucket|count|sum)$', '', name)}", text)}

    assert told - {"keyguide_flow_steps_total"} == set()  # a bar for each question would be too many


def test_alerts_are_about_metrics_that_are_there_and_say_what_to_do() -> None:
    (group,) = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]

    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"])
    assert [rule["alert"] for rule in group["rules"] if find_metrics(rule["expr"]) - list_metrics()] == []
    assert [
        rule["alert"] for rule in group["rules"] if not rule["annotations"].keys() >= {"summary", "do"}
    ] == []


def test_a_metric_that_is_not_there_is_found() -> None:
    assert find_metrics('sum by (kind) (rate(keyguide_replies_total{kind="x"}[5m]))') - list_metrics() == {
        "keyguide_replies_total"
    }


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_compose_sets_only_what_is_there(name: str) -> None:
    service = COMPOSE["services"][name]
    secrets = {f"/run/secrets/{secret}" for secret in service["secrets"]}
    files = {value for key, value in service["environment"].items() if key.endswith("_FILE")}

    assert set(service["environment"]) <= KNOWN_SETTINGS
    assert files == secrets
    assert set(service["secrets"]) <= set(COMPOSE["secrets"])
    assert service.get("command", ["run"])[0] in COMMANDS


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_compose_may_do_little_and_ends_in_time(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["stop_grace_period"] == "15s"


def test_every_setting_that_a_person_gives_to_compose_is_explained() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    named = {*re.findall(r"\$\{([A-Z_]+)", text), *COMPOSE["secrets"]}

    assert {name for name in named if name not in page} == set()


def test_the_unit_sets_only_what_is_there() -> None:
    text = (DEPLOY / "keyguide.service").read_text(encoding="utf-8")

    assert set(re.findall(r"^Environment=(\w+)", text, re.MULTILINE)) <= KNOWN_SETTINGS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "keyguide.service").read_text(encoding="utf-8")
    unit = tmp_path / "keyguide.service"
    unit.write_text(text.replace("/opt/keyguide/bin/keyguide", sys.executable), encoding="utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )

    assert [line for line in told.stderr.splitlines() if "keyguide.service" in line] == []


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_takes_its_site(tmp_path: Path) -> None:
    site = DEPLOY / "nginx.conf"
    temporary = " ".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} "
        f"http {{ access_log off; {temporary} include {site}; }}",
        encoding="utf-8",
    )
    told = subprocess.run(["nginx", "-t", "-c", config], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_takes_its_file(tmp_path: Path) -> None:
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    home = os.environ | {"SITE": "localhost", "HOME": str(tmp_path)}
    told = subprocess.run(command, capture_output=True, text=True, check=False, env=home)

    assert told.returncode == 0, told.stderr


class _Asked(BaseHTTPRequestHandler):
    """Remembers what was asked, and answers as it is told."""

    status = 200
    paths: list[str]

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def asked() -> Iterator[Any]:
    """A program that is asked for its health."""

    class Asked(_Asked):
        paths: list[str] = []  # noqa: RUF012 -- one class for each test

    server = HTTPServer(("127.0.0.1", 0), Asked)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield Asked, server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_image_is_healthy_if_it_is_ready_on_its_port(asked: Any, status: int, healthy: bool) -> None:  # noqa: FBT001
    handler, port = asked
    handler.status = status
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    (command,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", text, re.MULTILINE)
    _, *arguments = json.loads(command)
    told = subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | {"KEYGUIDE_PORT": str(port)}, capture_output=True, check=False,
    )  # fmt: skip

    assert handler.paths == ["/readyz"]
    assert (told.returncode == 0) is healthy
