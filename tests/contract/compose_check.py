"""Checks docker/compose.yaml where no engine can run it: what it publishes, how it is hardened,
where its secrets come from, that what it names is there. Usage: compose_check.py PROJECT_ROOT
"""

import pathlib
import re
import sys

try:
    import yaml
except ImportError:
    sys.exit("SKIPPED: python3-yaml is not installed")


def problems(root):
    compose = yaml.safe_load((root / "docker/compose.yaml").read_text())
    services = compose["services"]
    for name in ("redis", "outcry-firebase", "outcry", "bot", "prometheus", "grafana"):
        if name not in services:
            yield f"services: {name} is missing"
    for name in ("prometheus", "grafana"):
        if services[name].get("profiles") != ["metrics"]:
            yield f"{name}: starts without the profile metrics"
    if "ports" in services["redis"]:
        yield "redis: its port is published"
    if "requirepass" not in str(services["redis"]["command"]):
        yield "redis: no password"
    for name, service in services.items():
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                yield f"{name}: {port} is published beyond this machine"
        if service.get("read_only") is not True:
            yield f"{name}: its root can be written"
        if service.get("cap_drop") != ["ALL"]:
            yield f"{name}: keeps capabilities"
        if not service.get("restart"):
            yield f"{name}: no restart policy"
        for key, value in (service.get("environment") or {}).items():
            in_file = key.endswith("_FILE") and str(value).startswith("/run/secrets/")
            if re.search("password|token|secret|key", key, re.IGNORECASE) and not in_file:
                yield f"{name}: {key} is in the environment, expected a file"
        for secret in service.get("secrets", []):
            if secret not in compose.get("secrets", {}):
                yield f"{name}: secret {secret} is not declared"
        for volume in service.get("volumes", []):
            if volume.split(":")[0] not in compose.get("volumes", {}):
                yield f"{name}: volume {volume} is not declared"
        for config in service.get("configs", []):
            if config["source"] not in compose.get("configs", {}):
                yield f"{name}: config {config['source']} is not declared"
        if not service.get("build") and service["image"] != "outcry" and ":" not in service["image"]:
            yield f"{name}: its image has no version"
        build = service.get("build")
        if build and not (root / "docker" / build["context"] / build["dockerfile"]).is_file():
            yield f"{name}: {build['dockerfile']} is not there"
    for name, secret in compose.get("secrets", {}).items():
        if "file" not in secret:
            yield f"secrets: {name} is no file"
        elif pathlib.PurePath(secret["file"]).name not in (root / "docker/README.md").read_text():
            yield f"docker/README.md: does not say how {name} is made"
    for name, config in compose.get("configs", {}).items():
        if not (root / "docker" / config.get("file", "")).is_file():
            yield f"configs: {name} is no file"
    copied = re.findall(r"^COPY (.+) \S+$", (root / "docker/bot.Dockerfile").read_text(), re.M)
    for file in " ".join(copied).split():
        if not (root / file).exists():
            yield f"bot.Dockerfile: {file} is not there"
    # What the page tells people to make must fit into the URL that the bot makes of it.
    if "base64 | tr '+/' '-_'" not in (root / "docker/README.md").read_text():
        yield "docker/README.md: its password may not fit into a URL"


found = list(problems(pathlib.Path(sys.argv[1])))
print("\n".join(found) if found else "compose.yaml keeps its promises")
sys.exit(1 if found else 0)
