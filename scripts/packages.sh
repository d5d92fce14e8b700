# Debian 12 packages by purpose. Sourced, not run.

# To run what has been built, in an image of its own.
IMAGE_PACKAGES="libcaf-core0.17 libhiredis0.14 libcurl4 libsqlite3-0 libfmt9 libspdlog1.10 \
  libssl3 libpq5 libqrencode4 libncursesw6 libdate-tz3 libprometheus-cpp-core1.0 \
  zlib1g ca-certificates tzdata"

# To build it.
BUILD_PACKAGES="g++ cmake ninja-build ccache pkg-config libcaf-dev libhiredis-dev \
  nlohmann-json3-dev libcurl4-openssl-dev libboost1.81-dev libsqlite3-dev libsqlitecpp-dev \
  libtomlplusplus-dev libcli11-dev libspdlog-dev libfmt-dev libssl-dev libpq-dev libexpected-dev \
  libhowardhinnant-date-dev libqrencode-dev libncurses-dev prometheus-cpp-dev zlib1g-dev \
  redis-server tzdata curl"

# To test it.
TEST_PACKAGES="catch2 tmux postgresql python3 python3-redis python3-yaml"

# What installs the phone page's packages, and a current node. An npm that is there already may come
# with a node of its own, beside which Debian's cannot stand.
PAGE_PACKAGES=
command -v npm >/dev/null || PAGE_PACKAGES=npm

# To test all of it: fuzzing, sanitizers, style; and pages in a browser, without which those are skipped.
FULL_PACKAGES="clang-14 libclang-rt-14-dev clang-format-14 lld"
BROWSER_PACKAGES=chromium

# install_packages NAME...: installs those that are missing, and says which.
install_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
      missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      { echo "These Debian packages are missing and there is no sudo: ${missing[*]}" >&2; return 1; }
    as_root=(sudo)
  fi
  echo "Installing Debian packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  # Installed for its program, not for a server of the system's own: none is to start.
  local policy=/usr/sbin/policy-rc.d ours=no
  if [ ! -e "$policy" ]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$policy"
  fi
  local status=0
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || status=$?
  [ "$ours" = no ] || "${as_root[@]}" rm -f "$policy"
  return "$status"
}
