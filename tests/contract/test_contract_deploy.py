"""What is deployed fits the code: alert rules name metrics and labels that there are."""

import json
import re
from pathlib import Path

import pytest
import yaml

from assistant.api.errors import REFUSALS
from assistant.metrics import Metrics
from assistant.settings import Settings, unknown_variables

DEPLOY = Path(__file__).parents[2] / "deploy"
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def metric_names() -> set[str]:
    return {
        family.name + suffix for family in Metrics().registry.collect() for suffix in SUFFIXES[family.type]
    }


def test_every_alert_asks_for_metrics_that_there_are_and_says_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]

    for alert in alerts:
        asked = set(re.findall(r"\bhotline_\w+", alert["expr"]))
        assert asked <= metric_names(), alert["alert"]
        assert alert["annotations"]["summary"]
        assert alert["annotations"]["action"]
        codes = re.findall(r'hotline_errors_total\{code=~?"([a-z_|]+)"', alert["expr"])
        assert {code for one in codes for code in one.split("|")} <= set(REFUSALS)
    assert len({alert["alert"] for alert in alerts}) == len(alerts) >= 8


def test_every_panel_of_the_dashboard_asks_for_metrics_that_there_are() -> None:
    board = json.loads((DEPLOY / "grafana/dashboards/hotline.json").read_text(encoding="utf-8"))

    for panel in board["panels"]:
        for target in panel["targets"]:
            asked = set(re.findall(r"\bhotline_\w+", target["expr"]))
            assert asked, panel["title"]
            assert asked <= metric_names(), panel["title"]


@pytest.mark.parametrize("file", ["compose.yaml", "kubernetes/hotline.yaml", "Dockerfile"])
def test_every_setting_in_the_deployment_is_one_that_there_is(file: str) -> None:
    names = set(re.findall(r"\bHOTLINE_[A-Z_]+", (DEPLOY / file).read_text(encoding="utf-8")))

    assert unknown_variables(dict.fromkeys(names, "")) == ()


def test_nothing_in_the_deployment_runs_as_root() -> None:
    docker = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    documents = list(yaml.safe_load_all((DEPLOY / "kubernetes/hotline.yaml").read_text(encoding="utf-8")))
    pod = next(one for one in documents if one["kind"] == "Deployment")["spec"]["template"]["spec"]

    assert docker.rindex("USER hotline") < docker.index("ENTRYPOINT")
    assert pod["securityContext"]["runAsNonRoot"] is True
    (container,) = pod["containers"]
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert pod["terminationGracePeriodSeconds"] > Settings().shutdown_seconds


def test_the_ray_applications_are_those_that_the_gateways_ask_for() -> None:
    told = yaml.safe_load((DEPLOY / "ray/serve.yaml").read_text(encoding="utf-8"))
    code = (DEPLOY.parent / "assistant/cluster/remote.py").read_text(encoding="utf-8")
    deployments = (DEPLOY.parent / "assistant/cluster/deployments.py").read_text(encoding="utf-8")

    for application in told["applications"]:
        module, _, name = application["import_path"].partition(":")
        assert (DEPLOY.parent / (module.replace(".", "/") + ".py")).is_file()
        assert re.search(rf"^{name}\b", deployments, re.M)
        assert f'"{application["name"]}"' in code
