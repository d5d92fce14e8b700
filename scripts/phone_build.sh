#!/usr/bin/env bash
# phone_build.sh TO [STAGE]: builds the phone page into TO, once for each content of apps/phone. What
# it needs of npm is installed into STAGE (default build/node/phone) as apps/phone/package-lock.json
# pins it, with its own node.
# Exit code 77: it cannot be done here (no npm, no registry), and why; TO is as it was.
set -euo pipefail
[ $# -ge 1 ] && [ $# -le 2 ] || { echo "usage: phone_build.sh TO [STAGE]" >&2; exit 2; }
mkdir -p "$(dirname "$1")"
to=$(realpath -m "$1")
stage=$(realpath -m "${2:-$(dirname "$(readlink -f "$0")")/../build/node/phone}")
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/phone_stage.sh

content() {
  (cd apps/phone && find src public index.html vite.config.ts package-lock.json -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum) | cat - scripts/phone_build.sh | sha256sum | cut -d' ' -f1
}

stamp=$(content)
is_built() { [ "$(cat "$to/.built" 2>/dev/null)" = "$stamp" ]; }
is_built && exit 0
mkdir -p "$stage"
exec 8>"$stage/.build-lock"
flock 8
is_built && exit 0  # another was at it
phone_stage "$stage"
rm -rf "$to.new"
(cd "$stage" && "$node" node_modules/vite/bin/vite.js build --outDir "$to.new" --logLevel warn \
  >build.log 2>&1 8>&-) || { echo "the phone page cannot be built:" >&2; cat "$stage/build.log" >&2; exit 1; }
find "$to.new" -type f \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' \
  -o -name '*.webmanifest' \) -exec gzip -9 -k -n {} +
echo "$stamp" >"$to.new/.built"
rm -rf "$to.old"
[ ! -e "$to" ] || mv "$to" "$to.old"
mv "$to.new" "$to"
rm -rf "$to.old"
