"""Checks docker/metrics where neither Prometheus nor Grafana is: that every file is well formed, that
they name each other rightly, and that rules and panels ask only for what the floor tells.
Usage: metrics_check.py PROJECT_ROOT
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys

try:
    import yaml
except ImportError:
    sys.exit("SKIPPED: python3-yaml is not installed")

METRIC = re.compile(r"\b(?:outcry|process)_[a-z_]+")


def load(path):
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


def told(root):
    """Every metric that the endpoint can tell of, as its sources name them."""
    names = set()
    for file in (root / "adapters/inspection_http").glob("*.cpp"):
        names.update(re.findall(r'"((?:outcry|process)_[a-z_]+)"', file.read_text()))
    return names


def expression_problems(expression, names):
    for name in METRIC.findall(expression):
        if name not in names:
            yield f"{name} is nothing that the floor tells"
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    open_ones = []
    for sign in plain:
        if sign in "([{":
            open_ones.append(")]}"["([{".index(sign)])
        elif sign in ")]}" and (not open_ones or open_ones.pop() != sign):
            yield f"{sign} closes nothing in {expression}"
    if open_ones:
        yield f"{open_ones[-1]} is missing in {expression}"
    # What only grows is asked for its rate; nothing else has one.
    for function, name in re.findall(r"\b(rate|increase|deriv)\(([a-z_]+)", expression):
        if (function != "deriv") != name.endswith("_total"):
            yield f"{function}({name}): {'a counter' if function != 'deriv' else 'a gauge'} expected"
    for name in re.findall(r"\b\w+_total\b", expression):
        if not re.search(r"\b(rate|increase)\(" + name, expression):
            yield f"{name}: a total that is shown as it is"


def alert_problems(root, names):
    rules = [rule for group in load(root / "docker/metrics/alerts.yaml")["groups"]
             for rule in group["rules"]]
    titles = [rule.get("alert") for rule in rules]
    for title in {x for x in titles if titles.count(x) > 1}:
        yield f"{title} stands there twice"
    for wanted in ("FeedStale", "NoAnswer", "CrashLoop", "Backlog"):
        if wanted not in titles:
            yield f"{wanted} is missing"
    for rule in rules:
        title = rule["alert"]
        if not re.fullmatch("[A-Z][A-Za-z]+", title):
            yield f"{title}: no name for an alert"
        if rule["labels"].get("severity") not in ("critical", "warning"):
            yield f"{title}: no severity"
        if not re.fullmatch(r"\d+[sm]", rule.get("for", "0s")):
            yield f"{title}: for {rule['for']}"
        for word in ("summary", "description"):
            if not rule["annotations"].get(word):
                yield f"{title}: no {word}"
        for problem in expression_problems(rule["expr"], names):
            yield f"{title}: {problem}"
        if title != "FloorDown" and not METRIC.search(rule["expr"]):
            yield f"{title}: asks for nothing"


def panel_problems(dashboard, names):
    panels = dashboard["panels"]
    ids = [panel["id"] for panel in panels]
    if len(set(ids)) != len(ids):
        yield "two panels have one id"
    taken = {}
    for panel in panels:
        title = panel["title"]
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f"{title}: hangs over the edge"
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                other = taken.setdefault((x, y), title)
                if other != title:
                    yield f"{title}: lies on {other}"
                    break
        if panel["type"] == "row":
            continue
        if panel["datasource"]["uid"] != "${datasource}":
            yield f"{title}: asks a data source of its own"
        if not panel["targets"]:
            yield f"{title}: asks for nothing"
        for target in panel["targets"]:
            if not METRIC.search(target["expr"]):
                yield f"{title}: asks for nothing"
            for problem in expression_problems(target["expr"], names):
                yield f"{title}: {problem}"
    variables = {x["name"] for x in dashboard["templating"]["list"]} | {"__rate_interval", "__all"}
    for name in set(re.findall(r"\$\{?(\w+)", json.dumps(dashboard))):
        if name not in variables:
            yield f"${name} is no variable"


def problems(root):
    folder = root / "docker/metrics"
    names = told(root)
    if len(names) < 20:
        yield "adapters/inspection_http: its metrics were not found"
    for problem in alert_problems(root, names):
        yield f"alerts.yaml: {problem}"
    for problem in panel_problems(load(folder / "dashboard.json"), names):
        yield f"dashboard.json: {problem}"

    compose = load(root / "docker/compose.yaml")
    services = compose["services"]
    mounted = {service: {compose["configs"][x["source"]]["file"]: x["target"]
                         for x in services[service]["configs"]} for service in services
               if "configs" in services[service]}
    prometheus = load(folder / "prometheus.yaml")
    if prometheus["rule_files"] != [mounted["prometheus"]["./metrics/alerts.yaml"]]:
        yield "prometheus.yaml: its rules are mounted elsewhere"
    config_flag = "--config.file=" + mounted["prometheus"]["./metrics/prometheus.yaml"]
    if config_flag not in services["prometheus"]["command"]:
        yield "compose.yaml: Prometheus reads another file"
    scrape = prometheus["scrape_configs"][0]
    host, port = scrape["static_configs"][0]["targets"][0].split(":")
    if host not in services:
        yield f"prometheus.yaml: {host} is no service"
    elif services[host]["environment"]["OUTCRY_INSPECTION_LISTEN"].split(":")[1] != port:
        yield f"prometheus.yaml: the floor does not listen on {port}"
    settings = (root / "docker/outcry.toml").read_text()
    if f'[inspection]\nhosts = ["{host}"]' not in settings:
        yield f"outcry.toml: the floor does not know itself as {host}"
    token = scrape["authorization"]["credentials_file"]
    if f'token_file = "{token}"' not in settings:
        yield f"outcry.toml: its token is not {token}"
    for service in (host, "prometheus"):
        if pathlib.PurePath(token).name not in services[service]["secrets"]:
            yield f"compose.yaml: {service} has no {token}"
    source = load(folder / "datasource.yaml")["datasources"][0]
    if source["url"] != "http://prometheus:9090":
        yield "datasource.yaml: Prometheus is not there"
    provider = load(folder / "dashboards.yaml")["providers"][0]
    target = mounted["grafana"]["./metrics/dashboard.json"]
    if str(pathlib.PurePath(target).parent) != provider["options"]["path"]:
        yield "dashboards.yaml: the dashboard is mounted elsewhere"
    if shutil.which("promtool"):
        checked = subprocess.run(["promtool", "check", "rules", folder / "alerts.yaml"],
                                 capture_output=True, text=True, check=False)
        if checked.returncode != 0:
            yield checked.stdout + checked.stderr


found = list(problems(pathlib.Path(sys.argv[1])))
print("\n".join(found) if found else "docker/metrics keeps its promises")
sys.exit(1 if found else 0)
