#!/usr/bin/env bash
# In an image: cluster VERB [ARGUMENT...]
set -euo pipefail

# A new volume is empty.
mkdir -p "$HOME" "$TMPDIR"

case ${1-} in
    submit | watch | list | show | candidates | label | cancel | pause | resume | delete | prove | collect | fetch | nodes | cordon | uncordon | drain)
        exec /opt/cluster/bin/Cluster.Client "$@"
        ;;
    silo | gateway) exec /opt/cluster/bin/Cluster.Silo "$@" ;;
    *) exec /opt/cluster/bin/Cluster.Cli "$@" ;;
esac
