#!/usr/bin/env bash
# phone_view.sh [RUNS]: how long the phone page takes to its first useful view, a card with its
# price, on a floor of 300 bots and with nothing kept by the browser: in ms and as a ratio to an empty
# page of the same server in the same run. Needs build/release, npm and Chromium.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. scripts/floor.sh
runs=${1:-10}
dir=$(mktemp -d)
end_bench() { trap - EXIT; (end_floor) || true; rm -rf "$dir"; }
trap end_bench EXIT
trap 'exit 130' INT TERM

node=$(scripts/node_modules.sh tests/contract/firebase build/node/firebase) || { echo "$node" >&2; exit 77; }
scripts/phone_build.sh build/phone
mkdir "$dir/data" && cp -R build/phone "$dir/page"
echo '<!doctype html><html lang="en"><title>Empty</title><p>Empty' >"$dir/page/empty.html"
port=$(free_port 9750)
{
  printf '[floor]\ndata_dir = "%s/data"\n\n[feed.simulated]\ninterval_ms = 2000\n\n' "$dir"
  printf '[local_firebase]\nlisten = "127.0.0.1:%s"\npage = "%s/page"\n' "$port" "$dir"
  printf 'rules = "%s/apps/phone/firebase/database.rules.json"\n' "$PWD"
  for i in $(seq 100 399); do printf '\n[[bots]]\nticker = "T%s"\nstrategy = "counter"\n' "$i"; done
} >"$dir/outcry.toml"
start "$dir/firebase.log" "$bin/outcry-firebase" --config "$dir/outcry.toml" --trust-machine </dev/null
await outcry-firebase "$dir/firebase.log" curl -sf "http://127.0.0.1:$port/healthz"
start "$dir/floor.log" "$bin/outcryd" --config "$dir/outcry.toml" </dev/null
await outcryd "$dir/floor.log" "$bin/outcry" --config "$dir/outcry.toml" bots
PAGE=http://127.0.0.1:$port/ "$node" build/node/firebase/phone_view.mjs "$runs"
