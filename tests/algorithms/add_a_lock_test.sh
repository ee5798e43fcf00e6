#!/usr/bin/env bash
# Adding a lock is one header and one line: adds one to a copy of the tree, counts what had to
# change, and builds what everybody derives from the list.
#
# Usage: add_a_lock_test.sh SOURCE_FOLDER
set -euo pipefail

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
"$1/tests/copy_tree" "$1" "$copy"
cd "$copy"
git init --quiet
git add --all
git -c user.name=test -c user.email=test commit --quiet --message "before"

# The lock: test-and-set under another name.
sed -e 's/TasLock/AddedLock/g' algorithms/tas_lock.hpp >algorithms/added_lock.hpp
echo 'SPINLAB_LOCK(added, AddedLock)' >>algorithms/locks.def

git add --all
changed=$(git diff --cached --numstat)
echo "$changed"
[ "$(wc -l <<<"$changed")" -eq 2 ]
grep -qE '^1[[:space:]]+0[[:space:]]+algorithms/locks.def$' <<<"$changed"
grep -qE '[[:space:]]0[[:space:]]+algorithms/added_lock.hpp$' <<<"$changed"

cmake --preset release >/dev/null
cmake --build --preset release --target spinlab_program lock_contract_test spinlab_ke_added
build/release/spinlab list | grep -q '^added '
build/release/tests/algorithms/lock_contract_test --gtest_filter='added/*' | tee contract.txt
grep -qE '^\[  PASSED  \] [1-9]' contract.txt
build/release/spinlab bench --locks added --threads 1 --window 1 --processes 1 --repetitions 1 \
  --interface direct,ke,ndis,instack --out results.json
grep -q '/added/threads:1/load:saturated/placement:compact/interface:ke' results.json
