#!/usr/bin/env bash
# Silos of another commit and of this tree side by side: three of the other's on PostgreSQL are replaced by this tree's, one after the
# other under a job, and back under the next, while clients give commands. Both jobs must end as one of the other build alone did, with
# nothing lost or measured twice. Needs Debian's postgresql.
#   tests/upgrade.sh [--target SYNTHETIC] COMMIT
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

target=synthetic:groups=60,sensitive=45,seed=7,ms=50..400
if [[ ${1-} == --target ]]; then
    target=$2
    shift 2
fi
[[ $# -eq 1 && $1 != -* ]] || { sed -n '2,5s/^# *//p' "$0" >&2 && exit 2; }
commit=$(git rev-parse --verify "$1^{commit}")
other=$(mktemp -d)
trap 'git worktree remove --force "$other"' EXIT
git worktree add --quiet --detach "$other" "$commit"

for tree in . "$other"; do
    (cd "$tree" && dotnet build tools/Harness -v q -nologo && dotnet build src/Client -v q -nologo)
done
dotnet build bench/Bench -v q -nologo
printf 'The other build: %s\n' "$(git log -1 --format='%h %s' "$commit")"
.build/bin/Bench/debug/Cluster.Bench chaos --target "$target" --rolling "$other/.build/bin/Harness/debug/Cluster.Harness"
