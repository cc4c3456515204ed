"""What is deployed fits the code: alert rules name metrics and labels that there are."""

import re
from pathlib import Path

import yaml

from assistant.api.errors import REFUSALS
from assistant.metrics import Metrics

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
