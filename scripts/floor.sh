# How ./run builds, prepares, starts and ends a floor. Sourced, not run.

bin=build/release/bin
page=
pids=()

# build_programs: builds what is missing or old; quiet when there is nothing to do.
build_programs() {
  [ -f build/release/build.ninja ] || cmake --preset release >/dev/null
  local targets="outcryd outcry outcry-firebase"
  if [ -x "$bin/outcryd" ] && [ -x "$bin/outcry" ] && [ -x "$bin/outcry-firebase" ]; then
    ninja -C build/release --quiet $targets | sed '/no work to do/d'
  else
    echo "Building (some minutes the first time)"
    ninja -C build/release $targets
  fi
}

# build_page: the phone page, where that can be done; the floor runs without it as well.
build_page() {
  page=build/phone
  [ -e "$page/index.html" ] || echo "Building the phone page (a minute the first time)"
  scripts/phone_build.sh "$page" || echo "run: no phone page: see above" >&2
  [ -e "$page/index.html" ] || page=
}

# free_port FIRST: a port on loopback from FIRST on that nobody listens on.
free_port() {
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

# tickers_in DIR: the tickers of a replay; its files are named by them, escaped as keys are.
tickers_in() {
  local file
  for file in "$1"/*.csv "$1"/*.csv.gz; do
    [ -e "$file" ] || continue
    file=${file##*/}
    file=${file%.gz}
    file=${file%.csv}
    printf '%b\n' "${file//%/\\x}"
  done | sort -u
}

# prepare_floor DATA_DIR REPLAY SPEED: the configuration, once; a replay's anew each time.
prepare_floor() {
  local dir=$1 replay=$2 speed=$3 file=$1/outcry.toml
  mkdir -p "$dir" && chmod 700 "$dir"
  if [ -e "$dir/lock" ] && ! flock -n "$dir/lock" true; then
    echo "run: a floor is running in $dir already" >&2
    exit 1
  fi
  [ -s "$dir/redis.password" ] ||
    (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$dir/redis.password")
  [ -s "$dir/redis.port" ] || free_port 6390 >"$dir/redis.port"
  [ -s "$dir/firebase.port" ] || free_port 9000 >"$dir/firebase.port"
  if [ -n "$replay" ] || [ ! -e "$file" ]; then write_config "$dir" "$replay" "$speed" >"$file"; fi
}

write_config() {
  local dir=$1 replay=$2 speed=$3 tickers="AAPL META GOOGL" ticker
  echo "# Written by ./run. Every key with its default: build/release/bin/outcry init"
  printf '[floor]\ndata_dir = "."\n\n'
  printf '[redis]\nurl = "redis://127.0.0.1:%s"\npassword_file = "redis.password"\n\n' \
    "$(cat "$dir/redis.port")"
  if [ -n "$replay" ]; then
    printf '[feed]\nsource = "replay"\n\n[feed.replay]\ndir = "%s"\nspeed = %s\n\n' \
      "$(readlink -f "$replay")" "$speed"
    tickers=$(tickers_in "$replay")
  else
    printf '[feed]\nsource = "simulated"\n\n'
    printf '[feed.simulated.prices]\nDEMO = "50.00"\n\n'
  fi
  printf '[local_firebase]\nlisten = "127.0.0.1:%s"\n' "$(cat "$dir/firebase.port")"
  for ticker in $tickers; do
    printf '\n[[bots]]\nticker = "%s"\nstrategy = "counter"\n' "$ticker"
  done
  [ -z "$replay" ] || return 0
  # Rows ten cents apart: the simulated price crosses one every few seconds.
  printf '\n[[bots]]\nticker = "DEMO"\nstrategy = "scale_t"\n'
  printf 'parameters = { cash = 10000, start = "53.50", step = 0.002, rows = 100 }\n'
}

# await WHAT LOG COMMAND...: until COMMAND succeeds; gives up when the last process has ended.
await() {
  local what=$1 log=$2 tries=0
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "${pids[-1]}" 2>/dev/null || [ $((tries += 1)) -gt 400 ]; then
      echo "run: $what did not start; the end of $log:" >&2
      tail -n 5 "$log" >&2
      exit 1
    fi
    sleep 0.05
  done
}

redis_ping() {
  REDISCLI_AUTH=$(cat "$1/redis.password") redis-cli -p "$(cat "$1/redis.port")" ping | grep -q PONG
}

# start LOG COMMAND...: in a session of its own, so that Ctrl-C reaches us first; ended by the kernel
# should we be killed.
start() {
  local log=$1
  shift
  # Without <&0 a background command reads /dev/null.
  setsid setpriv --pdeathsig TERM "$@" <&0 >"$log" 2>&1 &
  pids+=($!)
}

redis_config() {
  printf 'bind 127.0.0.1\nport %s\nrequirepass %s\n' \
    "$(cat "$1/redis.port")" "$(cat "$1/redis.password")"
  printf 'dir %s\nappendonly yes\nsave ""\n' "$(readlink -f "$1/redis")"
}

# offer_page CONFIG: our page and its rules, unless the configuration names others.
offer_page() {
  [ -n "$page" ] || return 0
  grep -q '^ *page *=' "$1" || export OUTCRY_LOCAL_FIREBASE_PAGE="$PWD/$page"
  grep -q '^ *rules *=' "$1" ||
    export OUTCRY_LOCAL_FIREBASE_RULES="$PWD/apps/phone/firebase/database.rules.json"
}

start_floor() {
  local dir=$1
  trap end_floor EXIT
  trap 'exit 0' INT TERM
  mkdir -p "$dir/redis" "$dir/log"
  # The password goes through standard input: an argument would show in the process list.
  start "$dir/log/redis.log" redis-server - < <(redis_config "$dir")
  await "redis-server" "$dir/log/redis.log" redis_ping "$dir"
  offer_page "$dir/outcry.toml"
  start "$dir/log/firebase.log" "$bin/outcry-firebase" --config "$dir/outcry.toml" \
    --trust-machine </dev/null
  await "outcry-firebase" "$dir/log/firebase.log" \
    curl -sf "http://127.0.0.1:$(cat "$dir/firebase.port")/healthz"
  start "$dir/log/floor.log" "$bin/outcryd" --config "$dir/outcry.toml" </dev/null
  await "outcryd" "$dir/log/floor.log" "$bin/outcry" --config "$dir/outcry.toml" bots
}

say_where() {
  local dir=$1 config=
  [ "$dir" = .outcry ] || config=" --config $dir/outcry.toml"
  echo "The floor is open. Ctrl-C ends it."
  [ -z "$page" ] || echo "  phone     http://localhost:$(cat "$dir/firebase.port")/"
  # Opened to the home network by `outcry expose`, and not closed since.
  [ ! -e "$dir/exposed.json" ] || "$bin/outcry" --config "$dir/outcry.toml" expose --status 2>&1 |
    sed -n 's|^  \(https://\)|            \1|p; s|^closed: |            |p' || true
  cat <<TXT
  state     $dir
  log       $dir/log/floor.log
  Firebase  http://127.0.0.1:$(cat "$dir/firebase.port")  (token: $dir/operator.token)
  Redis     redis://127.0.0.1:$(cat "$dir/redis.port")  (password: $dir/redis.password)
Try, in another terminal:
  ./outcry$config send stop --to $(say_targets "$dir")
  ./outcry$config bots
  ./outcry$config tail
  ./outcry$config expose     opens the page to the phones of the home network
TXT
}

# The first two tickers of the configuration.
say_targets() {
  sed -n 's/^ticker = "\(.*\)"/\1/p' "$1/outcry.toml" | head -n 2 | paste -sd,
}

# Until one of the processes ends by itself, which is a failure, or a signal comes.
wait_for_end() {
  local status=0
  wait -n "${pids[@]}" || status=$?
  echo "run: a part of the floor has ended (status $status); the logs tell why" >&2
  exit 1
}

# The floor first, then what it writes to. Each gets its time, then SIGKILL.
end_floor() {
  local status=$? i tries
  trap '' INT TERM
  for ((i = ${#pids[@]} - 1; i >= 0; --i)); do
    kill -TERM "${pids[i]}" 2>/dev/null || continue
    tries=0
    while kill -0 "${pids[i]}" 2>/dev/null && [ $((tries += 1)) -le 120 ]; do sleep 0.05; done
    kill -KILL "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
  exit "$status"
}
