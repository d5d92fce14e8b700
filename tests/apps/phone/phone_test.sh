#!/usr/bin/env bash
# phone_test.sh STAGE: types, style, tests and the built page of apps/phone.
# Exit code 77: it cannot be done here.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
stage=$(realpath -m "$1")
. scripts/phone_stage.sh

mkdir -p "$stage"
exec 7>"$stage/.test-lock"
flock 7
# Not while another builds of what lies there.
exec 8>"$stage/.build-lock"
flock 8
phone_stage "$stage" || { code=$?; [ $code = 77 ] && echo "SKIPPED: npm or its registry is missing"; exit $code; }
exec 8>&-
scripts/phone_build.sh "$stage/dist" "$stage"
cd "$stage"
run() { echo "== $1"; shift; "$node" "$@"; }
run types node_modules/typescript/bin/tsc --noEmit
run style node_modules/eslint/bin/eslint.js --max-warnings 0 src tests
run tests node_modules/vitest/vitest.mjs run
run bundle tests/bundle_check.mjs dist
