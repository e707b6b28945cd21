#!/bin/sh
# cluster VERB [ARGUMENT...], of an unpacked archive or an installed wheel.
set -eu

bin=$(dirname -- "$(readlink -f -- "$0")")/bin
case ${1-} in
    submit | watch | list | show | candidates | label | cancel | pause | resume | delete | prove | collect | fetch | nodes | cordon | uncordon | drain)
        exec "$bin/Cluster.Client" "$@"
        ;;
    silo | gateway) exec "$bin/Cluster.Silo" "$@" ;;
    *) exec "$bin/Cluster.Cli" "$@" ;;
esac
