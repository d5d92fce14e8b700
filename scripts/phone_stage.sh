# What building and testing the phone page share. Sourced, not run; from the project's root.

# phone_stage STAGE: installs the page's packages into STAGE and copies its sources there, where they
# find them. Sets `node`, its program. Says why and returns 77 when it cannot be done here.
phone_stage() {
  local stage=$1 part
  node=$(scripts/node_modules.sh apps/phone "$stage") || { echo "${node:-npm failed}" >&2; return 77; }
  [[ $node = /* ]] || node=$PWD/$node
  for part in src public tests index.html vite.config.ts tsconfig.json; do
    rm -rf "${stage:?}/$part"
    cp -R "apps/phone/$part" "$stage/$part"
  done
}
