#!/usr/bin/env bash
# Builds docker/Dockerfile and runs what it built, where there is a tool that can do so without a
# Docker engine. Usage: image_check.sh TOOL [PROGRAMS]
# PROGRAMS: a folder whose programs stand in for those that the image's stage `build` compiles, which
# takes as long as compiling them here; without it they are compiled.
set -euo pipefail
tool=$(readlink -m "$1") programs=${2:-}
[ -x "$tool" ] || { echo "SKIPPED: no tool to build an image with"; exit 0; }
[ "$(id -u)" -eq 0 ] || { echo "SKIPPED: building an image needs root"; exit 0; }

tag=outcry:contract context=. container=
export STORAGE_DRIVER=vfs
clean_up() {
  [ -z "$container" ] || buildah rm "$container" >/dev/null
  [ "$context" = . ] || rm -rf "$context"
}
trap clean_up EXIT

if [ -n "$programs" ]; then
  context=$(mktemp -d)
  cp -r --parents scripts apps/phone docker/Dockerfile docker/outcry.toml "$context"
  for program in outcryd outcry outcry-firebase; do
    strip -o "$context/$program" "$programs/$program"
  done
  chmod 755 "$context"/outcry*
  # From the first FROM to the next: the programs, as they are.
  awk '/^FROM / && stage++ == 0 {
         print; print "COPY outcryd outcry outcry-firebase /src/build/release/bin/"; next }
       stage != 1 || /^$/' docker/Dockerfile >"$context/docker/Dockerfile"
fi
(cd "$context" && "$tool" docker/Dockerfile "$tag")
container=$(buildah from --pull-never "$tag")
inside() { buildah run --isolation chroot "$container" -- "$@"; }

fail() { echo "the image: $1" >&2; exit 1; }

[ "$(inside id -u)" != 0 ] || fail "it runs as root"
for program in g++ cmake ninja; do
  ! inside sh -c "command -v $program" || fail "$program is in it"
done
inside outcryd --version

# A floor without Redis, on its own Firebase, inside: doctor, which is the health check, must agree.
inside bash -c '
  export OUTCRY_REDIS_URL= OUTCRY_REDIS_PASSWORD_FILE= OUTCRY_FIREBASE_URL=local \
    OUTCRY_FIREBASE_TOKEN_FILE= OUTCRY_LOCAL_FIREBASE_LISTEN=127.0.0.1:9471
  outcry-firebase --config "$OUTCRY_CONFIG" & firebase=$!
  outcryd & floor=$!
  tries=0
  until outcry doctor >/tmp/doctor 2>&1 || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
  status=0
  outcry doctor && outcry send stop --to AAPL,META || status=$?
  # The page or, where npm could not be reached, the word that it is missing.
  exec 3<>/dev/tcp/127.0.0.1/9471 || status=$?
  printf "GET / HTTP/1.0\r\nHost: localhost:9471\r\n\r\n" >&3
  grep -m 1 -o "id=.root\|without the phone page" <&3 || status=$?
  kill $floor $firebase
  wait $floor $firebase || status=$?
  exit $status'
echo "the image works"
