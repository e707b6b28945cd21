#!/usr/bin/env bash
# Builds the images of deploy/docker with buildah and runs them with podman: user 10001 without capabilities, a root that is read-only,
# nothing writable but its volume, a silo that its health check finds, that does a job on the glyphs sample, and that ends on SIGTERM
# without losing one; and the slim image. Needs root, and Debian's buildah, podman, crun and debootstrap; takes some ten minutes.
#
#   tests/image.sh [--dir DIR] [--keep]
#
#   --dir DIR   where images and volumes lie, absent or empty (default: a temporary folder)
#   --keep      leave the folder
#
# In place of .NET's images, under their names, there is a bare Debian 13 with this machine's SDK, without documentation and locales as
# slim images are. From this machine come the package sources, proxies and CA certificates. The last line says what held. Exit code: 0 everything, 1 something did not, 2 wrong usage.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tests/bare-debian.sh
source "$here/bare-debian.sh"

keep='' folder=''
while (($#)); do
    case $1 in
        --dir)
            [[ -n ${2-} ]] || status=2 fail '--dir needs a folder'
            folder=$2
            shift
            ;;
        --keep) keep=1 ;;
        --inside) break ;;
        --help | -h)
            usage_of "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) status=2 fail "'$1' is not an option: expected --dir or --keep" ;;
    esac
    shift
done

build() { buildah --root "$root/store" --runroot "$root/run" --storage-driver vfs "$@"; }

# engine ARGUMENT...: a process of this machine may get no more descriptors or processes than this machine allows it.
engine() { podman --root "$root/store" --runroot "$root/run" --storage-driver vfs "$@"; }

# contained OPTION... IMAGE ARGUMENT...: as a cautious engine starts it.
contained() {
    engine run --rm --cgroups disabled --network host --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 \
        --read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges \
        --volume "$root/volume:/data" --volume "$here/../samples:/samples:ro" "$@"
}

# base_image NAME FOLDER...: an image of a bare Debian and folders of this machine's SDK.
base_image() {
    local container name=$1
    shift
    container=$(build from scratch)
    build add -q "$container" "$root/debian" / >/dev/null
    local part
    for part in "$@"; do
        build add -q "$container" "$sdk/$part" "/usr/share/dotnet/$part" >/dev/null
    done
    build config --env PATH=/usr/share/dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env DOTNET_ROOT=/usr/share/dotnet \
        --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$container"
    build commit -q --rm "$container" "$name" >/dev/null
}

if [[ ${1-} == --inside ]]; then
    root=$2
    # crun refuses the mixture of both versions of control groups that some machines mount.
    umount -R /sys/fs/cgroup 2>/dev/null || true
    mount -t cgroup2 none /sys/fs/cgroup
    # shellcheck source=tests/image-checks.sh
    source "$here/image-checks.sh"
    check_images
    exit
fi

root=''
# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    [[ -n $root && -z $keep ]] || return 0
    rm -rf --one-file-system "$root"
}

main() {
    local arguments=() entry
    trap clean_up EXIT
    set_suite trixie
    require_debian
    for entry in buildah podman crun; do
        command -v "$entry" >/dev/null || fail "$entry is missing: apt-get install --no-install-recommends buildah podman crun"
    done
    root=$(empty_folder "$folder")
    make_debian "$root/debian" "$sdk_needs"
    rm -rf "$root/debian"/usr/share/{doc,info,locale,man}
    base_image mcr.microsoft.com/dotnet/sdk:10.0 .
    base_image mcr.microsoft.com/dotnet/aspnet:10.0 dotnet host shared
    for entry in "${machine_environment[@]}"; do
        [[ $entry == HOME=* || $entry == TERM=* || $entry == LANG=* ]] || arguments+=(--env "$entry")
    done
    for entry in slim cluster; do
        build bud -q --isolation chroot "${arguments[@]}" --target "${entry/#cluster/full}" -t "$entry" -f "$here/../deploy/docker/Dockerfile" "$here/.."
        say "$entry: $(engine image inspect --format '{{.Size}}' "$entry" | awk '{printf "%.0f MB", $1 / 1e6}')"
    done
    install -d -o 10001 -g 10001 "$root/volume"
    unshare --mount --propagation private -- "$BASH" "${BASH_SOURCE[0]}" --inside "$root"
}

main
exit
