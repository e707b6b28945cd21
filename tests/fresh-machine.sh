#!/usr/bin/env bash
# Proves that a fresh machine is enough: in a bare Debian with nothing but the .NET SDK, an ordinary user's fresh clone of HEAD runs the
# two commands of the README, the demo and straight after it the tests. Nothing is installed for them. Needs root itself, for the chroot.
#
#   tests/fresh-machine.sh [--debian SUITE] [--only demo|test] [--with-shared] [--dir DIR] [--keep] [-- COMMAND [ARGUMENT...]]
#
#   --debian SUITE     bookworm (the default) or trixie, which this machine's package source must have
#   --only demo|test   one of the two
#   --with-shared      the shared models and data (CLUSTER_SHARED_DATA, or shared/data beside the checkout) lie beside the clone
#   --dir DIR          the machine's root folder, which must be absent or empty (default: a temporary folder)
#   --keep             leave the folder; nothing stays mounted in it
#   -- COMMAND         this command in the clone instead of the two, as root: -- .ci/run
#
# From this machine come the package sources (apt, NuGet, npm), proxies and CA certificates; no cache does.
# The last line says what succeeded and how long it took. Exit code: 0 all succeeded, 1 something failed, 2 wrong usage.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tests/bare-debian.sh
source "$here/bare-debian.sh"

home_of() { [[ $1 == 0:0 ]] && printf /root || printf /home/user; }

# inside ROOT SDK SHARED USER COMMAND [ARGUMENT...]
inside() {
    local root=$1 sdk=$2 shared=$3 user=$4
    shift 4
    mount_system "$root"
    mount_readonly "$sdk" "$root/$sdk"
    [[ -z $shared ]] || mount_readonly "$shared" "$root/work/shared/data"
    # shellcheck disable=SC2016 # the inner shell expands it
    chroot --userspec="$user" "$root" env -i "${machine_environment[@]}" HOME="$(home_of "$user")" bash -c 'cd /work/cluster && "$@"' bash "$@"
}

if [[ ${1-} == --inside ]]; then
    shift
    machine_environment+=("PATH=$2:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    inside "$@"
    exit
fi

only='' keep='' folder='' with_shared='' own=()
while (($#)); do
    case $1 in
        --debian)
            set_suite "${2-}"
            shift
            ;;
        --only)
            [[ ${2-} == demo || ${2-} == test ]] || status=2 fail "--only takes demo or test, not '${2-}'"
            only=$2
            shift
            ;;
        --dir)
            [[ -n ${2-} ]] || status=2 fail '--dir needs a folder'
            folder=$2
            shift
            ;;
        --keep) keep=1 ;;
        --with-shared) with_shared=1 ;;
        --)
            shift
            (($#)) || status=2 fail "-- needs a command, such as: -- .ci/run"
            own=("$@")
            break
            ;;
        --help | -h)
            usage_of "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) status=2 fail "'$1' is not an option: expected --debian, --only, --with-shared, --dir, --keep or -- COMMAND" ;;
    esac
    shift
done

# Looks for what this needs of the machine; sets $shared beside what require_debian sets.
require() {
    require_debian
    shared=
    if [[ -n $with_shared ]]; then
        shared=${CLUSTER_SHARED_DATA:-$here/../../shared/data}
        [[ -d $shared ]] || fail "--with-shared: $shared is not a folder; name the shared data in CLUSTER_SHARED_DATA"
        shared=$(cd -- "$shared" && pwd -P)
    fi
}

clone() {
    local head
    head=$(git -C "$here" rev-parse HEAD)
    git clone -q --no-checkout "$(git -C "$here" rev-parse --show-toplevel)" "$root/work/cluster"
    git -C "$root/work/cluster" checkout -q --detach "$head"
    [[ -z $(git -C "$here" status --porcelain) ]] || say "uncommitted changes of this checkout are left out: the clone is at $head"
}

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    end_namespaces
    if [[ -z $root ]]; then
        return
    elif [[ -n $keep ]]; then
        say "left in $root: the clone is $root/work/cluster"
    else
        remove_root "$root"
    fi
}

root='' results=() broken=''
# try NAME USER COMMAND [ARGUMENT...]
try() {
    local name=$1 user=$2 code=0
    shift 2
    say "running $*"
    SECONDS=0
    namespaces "$here/fresh-machine.sh" "$root" "$sdk" "$shared" "$user" "$@" || code=$?
    if ((code == 0)); then
        results+=("$name succeeded in $SECONDS s")
    else
        results+=("$name FAILED with exit code $code after $SECONDS s")
        broken=1
    fi
}

# A function, so that the shell has read it all when it begins: the checkout may change meanwhile.
main() {
    trap clean_up EXIT
    trap 'say interrupted; exit 130' INT TERM HUP
    require
    root=$(empty_folder "$folder")
    SECONDS=0
    make_debian "$root" "$sdk_needs"
    mkdir -p "$root/$sdk" "$root/work/shared"
    [[ -z $shared ]] || mkdir -p "$root/work/shared/data"
    clone
    # Like the first user of a new machine, who has what root has of the package sources.
    printf 'user:x:1000:1000::/home/user:/bin/bash\n' >>"$root/etc/passwd"
    cp -a "$root/root" "$root/home/user"
    ((${#own[@]})) || chown -R 1000:1000 "$root/home/user" "$root/work/cluster"
    say "the machine is there after $SECONDS s"

    if ((${#own[@]})); then
        try "${own[*]}" 0:0 "${own[@]}"
    else
        [[ $only == test ]] || try demo 1000:1000 dotnet run -c Release --project src/Cli -- demo
        [[ $only == demo ]] || try test 1000:1000 dotnet test
    fi
    printf -v line '%s, ' "${results[@]}"
    printf 'fresh machine: %s\n' "${line%, }"
    [[ -z $broken ]]
}

main
exit
