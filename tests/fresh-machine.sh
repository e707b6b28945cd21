#!/usr/bin/env bash
# Proves that a fresh machine is enough: in a bare Debian with nothing but the .NET SDK, a fresh clone of HEAD runs `./cluster demo`
# and straight after it `./cluster test`. Both install what they need, as they would for a new user. Needs root; takes half an hour.
#
#   tests/fresh-machine.sh [--only demo|test] [--with-shared] [--dir DIR] [--keep] [-- COMMAND [ARGUMENT...]]
#
#   --only demo|test   one of the two
#   --with-shared      the shared models and data (CLUSTER_SHARED_DATA, or shared/data beside the checkout) lie beside the clone
#   --dir DIR          the machine's root folder, which must be absent or empty (default: a temporary folder)
#   --keep             leave the folder; nothing stays mounted in it
#   -- COMMAND         this command in the clone instead of the two, such as: -- .ci/run
#
# From this machine come the package sources (apt, NuGet, npm), proxies and CA certificates; no cache does.
# The last line says what succeeded and how long it took. Exit code: 0 all succeeded, 1 something failed, 2 wrong usage.
set -euo pipefail

suite=bookworm
# What the SDK itself needs of a Debian: https://learn.microsoft.com/dotnet/core/install/linux-debian
sdk_needs=ca-certificates,libc6,libgcc-s1,libgssapi-krb5-2,libicu72,libssl3,libstdc++6,zlib1g
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)

say() {
    printf 'fresh-machine: %s\n' "$*" >&2
}

fail() {
    say "$*"
    exit "${status:-1}"
}

# Runs as the first process of namespaces of its own, for processes and mounts: when it ends, both are gone, whatever ended it.
# inside ROOT SDK SHARED COMMAND [ARGUMENT...]
inside() {
    local root=$1 sdk=$2 shared=$3
    shift 3
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount --bind "$sdk" "$root/$sdk"
    mount -o remount,bind,ro "$root/$sdk"
    if [[ -n $shared ]]; then
        mount --bind "$shared" "$root/work/shared/data"
        mount -o remount,bind,ro "$root/work/shared/data"
    fi
    # shellcheck disable=SC2016 # the inner shell expands it
    chroot "$root" env -i "${machine_environment[@]}" bash -c 'cd /work/cluster && "$@"' bash "$@"
}

# The variables that say how this machine reaches its package sources, and the few that every process has.
machine_environment=(HOME=/root TERM=dumb LANG=C.UTF-8)
while IFS='=' read -r -d '' name value; do
    case $name in
        http_proxy | https_proxy | no_proxy | all_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY | ALL_PROXY | \
            SSL_CERT_FILE | SSL_CERT_DIR | NODE_EXTRA_CA_CERTS | NUGET_CERT_REVOCATION_MODE | npm_config_registry | NPM_CONFIG_REGISTRY)
            machine_environment+=("$name=$value")
            ;;
    esac
done < <(env -0)

if [[ ${1-} == --inside ]]; then
    shift
    machine_environment+=("PATH=$2:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    inside "$@"
    exit
fi

only='' keep='' folder='' with_shared='' own=()
while (($#)); do
    case $1 in
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
            sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) status=2 fail "'$1' is not an option: expected --only, --with-shared, --dir, --keep or -- COMMAND" ;;
    esac
    shift
done

# Looks for what this needs of the machine; sets $sdk, $mirror and $shared.
require() {
    local dotnet
    [[ $(id -u) == 0 ]] || fail 'this mounts and changes root folders: run it as root'
    command -v debootstrap >/dev/null || fail 'debootstrap is missing, which makes the bare Debian: apt-get install debootstrap'
    dotnet=$(command -v dotnet) || fail "the .NET SDK is missing: put 'dotnet' on the PATH"
    dotnet=$(readlink -f -- "$dotnet")
    sdk=${dotnet%/*}
    [[ -d $sdk/sdk ]] || fail "$sdk, where 'dotnet' leads, holds no SDK: put the SDK's own 'dotnet' on the PATH"
    # shellcheck disable=SC2016 # apt expands it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Release: $suite" 'Component: main' | head -n 1)
    [[ -n $mirror ]] || fail "this machine's apt has no source of Debian $suite, which the new machine is made from"
    shared=
    if [[ -n $with_shared ]]; then
        shared=${CLUSTER_SHARED_DATA:-$here/../../shared/data}
        [[ -d $shared ]] || fail "--with-shared: $shared is not a folder; name the shared data in CLUSTER_SHARED_DATA"
        shared=$(cd -- "$shared" && pwd -P)
    fi
}

# copy PATH...: those that this machine has, to the same places of the new one, in place of what is there. Links are followed here, for
# they may lead to what is not copied, and never there: an absolute one would lead out of the new machine.
copy() {
    local path
    for path in "$@"; do
        [[ -e $path ]] || continue
        mkdir -p "$root${path%/*}"
        rm -rf "$root$path"
        cp -rL --preserve=mode,timestamps "$path" "$root${path%/*}/"
    done
}

make_machine() {
    local proxy log=$root.log
    proxy=$(apt-config dump --format '%v' Acquire::http::Proxy)
    say "making a Debian $suite in $root"
    if ! env ${proxy:+http_proxy="$proxy"} \
        debootstrap --variant=minbase --include="$sdk_needs" "$suite" "$root" "$mirror" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "debootstrap failed (whole log: $log)"
    fi
    rm -f "$log"
    rm -f "$root/etc/apt/sources.list"
    copy /etc/resolv.conf /etc/hosts \
        /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/auth.conf /etc/apt/auth.conf.d /etc/apt/preferences /etc/apt/preferences.d \
        /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d /etc/apt/keyrings /usr/share/keyrings \
        /etc/ssl/certs /usr/local/share/ca-certificates /etc/npmrc /usr/etc/npmrc /usr/local/etc/npmrc
    # Only how packages are fetched: this machine's hooks call programs that the new one has not.
    apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/99fetch"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    local home=${HOME:-/root} path
    for path in .nuget/NuGet .config/NuGet .npmrc; do
        [[ -e $home/$path ]] || continue
        mkdir -p "$root/root/$(dirname -- "$path")"
        cp -rL --preserve=mode "$home/$path" "$root/root/$path"
    done
    mkdir -p "$root/$sdk" "$root/work/shared"
    [[ -z $shared ]] || mkdir -p "$root/work/shared/data"
}

clone() {
    local head
    head=$(git -C "$here" rev-parse HEAD)
    git clone -q --no-checkout "$(git -C "$here" rev-parse --show-toplevel)" "$root/work/cluster"
    git -C "$root/work/cluster" checkout -q --detach "$head"
    [[ -z $(git -C "$here" status --porcelain) ]] || say "uncommitted changes of this checkout are left out: the clone is at $head"
}

machine=
# With job control the machine's processes are a group of their own, and an interrupt is still theirs to receive.
run_inside() {
    local code=0
    set -m
    unshare --mount --propagation private --pid --fork --kill-child -- \
        "$BASH" "$here/fresh-machine.sh" --inside "$root" "$sdk" "$shared" "$@" </dev/null &
    machine=$!
    set +m
    wait "$machine" || code=$?
    machine=
    return "$code"
}

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    if [[ -n $machine ]]; then
        kill -KILL -- "-$machine" 2>/dev/null || true
        wait "$machine" 2>/dev/null || true
    fi
    if [[ -z $root ]]; then
        return
    elif [[ -n $keep ]]; then
        say "left in $root: the clone is $root/work/cluster"
    else
        # The namespace's last processes may take a moment to end, and one of them may still write.
        rm -rf --one-file-system "$root" 2>/dev/null || rm -rf --one-file-system "$root"
        rm -f "$root.log"
    fi
}

root='' results=() broken=''
# try NAME COMMAND [ARGUMENT...]
try() {
    local name=$1 code=0
    shift
    say "running $*"
    SECONDS=0
    run_inside "$@" || code=$?
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
    if [[ -z $folder ]]; then
        root=$(mktemp -d)
    else
        mkdir -p "$folder"
        [[ -z $(ls -A "$folder") ]] || fail "--dir $folder is not empty: name a folder that is absent or empty"
        root=$(cd -- "$folder" && pwd -P)
    fi
    # A Debian's root folder is everybody's to enter: apt and PostgreSQL run as users of their own.
    chmod 755 "$root"
    SECONDS=0
    make_machine
    clone
    say "the machine is there after $SECONDS s"

    if ((${#own[@]})); then
        try "${own[*]}" "${own[@]}"
    else
        [[ $only == test ]] || try demo ./cluster demo
        [[ $only == demo ]] || try test ./cluster test
    fi
    printf -v line '%s, ' "${results[@]}"
    printf 'fresh machine: %s\n' "${line%, }"
    [[ -z $broken ]]
}

main
exit
