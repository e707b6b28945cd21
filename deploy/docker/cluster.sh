#!/usr/bin/env bash
# In an image: ./cluster without its set-up, `cluster VERB [ARGUMENT...]`.
set -euo pipefail
programs=${CLUSTER_PROGRAMS:-/opt/cluster/bin}

# A new volume is empty.
mkdir -p "$HOME" "$TMPDIR"

case ${1-} in
    submit | watch | list | show | candidates | cancel | pause | resume | delete | collect | fetch | nodes | cordon | uncordon | drain)
        exec "$programs/Cluster.Client" "$@"
        ;;
    silo) exec "$programs/Cluster.Silo" "$@" ;;
    *) exec "$programs/Cluster.Cli" "$@" ;;
esac
