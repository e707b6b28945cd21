#!/usr/bin/env bash
# Builds the image of deploy/docker without a container engine, and runs it: the steps of the Dockerfile in bare Debians, then what the
# image has to stand: user 10001 without capabilities, a root that is read-only, nothing writable but its volume, a silo that its health
# check finds, that does a job on the glyphs sample, and that ends on SIGTERM without losing one. Needs root; takes some ten minutes.
#
#   tests/image.sh [--build-arg NAME=VALUE]... [--dir DIR] [--keep]
#
#   --build-arg NAME=VALUE   an argument of the Dockerfile, such as FEED=packages (a folder of NuGet packages below the checkout)
#   --dir DIR                where the stages lie, absent or empty (default: a temporary folder)
#   --keep                   leave the folder; nothing stays mounted in it
#
# In place of the images of .NET there is this machine's SDK; Debian's comes from its packages. From this machine come the package
# sources (apt, NuGet, npm), proxies and CA certificates; no cache does.
# The last line says what held. Exit code: 0 everything, 1 something did not, 2 wrong usage.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tests/bare-debian.sh
source "$here/bare-debian.sh"
# shellcheck source=tests/dockerfile.sh
source "$here/dockerfile.sh"

path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# inside step ROOT COMMAND NAME=VALUE...: a RUN. Proxies and the like are what an engine is told for its builds.
# inside checks FILE: the checks of image-checks.sh on the image that FILE describes.
if [[ ${1-} == --inside ]]; then
    shift
    if [[ $1 == step ]]; then
        mount_system "$2"
        exec chroot "$2" env -i "${machine_environment[@]}" PATH="$path" "${@:4}" sh -c "$3"
    fi
    # shellcheck source=/dev/null # declarations, written below
    source "$2"
    # shellcheck source=tests/image-checks.sh
    source "$here/image-checks.sh"
    check_image
    exit
fi

keep='' folder=''
while (($#)); do
    case $1 in
        --build-arg)
            [[ ${2-} == ?*=* ]] || status=2 fail "--build-arg takes NAME=VALUE, not '${2-}'"
            chosen_arguments[${2%%=*}]=${2#*=}
            shift
            ;;
        --dir)
            [[ -n ${2-} ]] || status=2 fail '--dir needs a folder'
            folder=$2
            shift
            ;;
        --keep) keep=1 ;;
        --help | -h)
            usage_of "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) status=2 fail "'$1' is not an option: expected --build-arg, --dir or --keep" ;;
    esac
    shift
done

# base_stage IMAGE FOLDER
base_stage() {
    case $1 in
        debian:bookworm-slim) cp -a "$root/debian" "$2" ;;
        */dotnet/sdk:*)
            mkdir -p "$2/usr/share/dotnet"
            cp -a "$sdk/." "$2/usr/share/dotnet/"
            ;;
        */dotnet/aspnet:*)
            mkdir -p "$2/usr/share/dotnet"
            cp -a "$sdk/dotnet" "$sdk/host" "$sdk/shared" "$2/usr/share/dotnet/"
            ;;
        *) fail "FROM $1: there is no image of that name here" ;;
    esac
}

run_step() {
    namespaces "$here/image.sh" step "$@"
}

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    end_namespaces
    if [[ -z $root ]]; then
        return
    elif [[ -n $keep ]]; then
        say "left in $root: the image is ${image:-not built}"
    else
        remove_root "$root"
    fi
}

root=''
main() {
    local code=0
    trap clean_up EXIT
    trap 'say interrupted; exit 130' INT TERM HUP
    require_debian
    root=$(empty_folder "$folder")
    make_debian "$root/debian"
    mkdir "$root/stages"
    build_image "$here/../deploy/docker/Dockerfile" "$here/.." "$root/stages"
    say "the image is there: $(du -sh --one-file-system "$image" | cut -f1)"

    # What docker would mount: a new volume, which has the owner that its folder has in the image, and the sample's network.
    cp -a "$image$image_volume" "$root/volume"
    cp -r "$here/../samples" "$root/samples"
    mkdir "$image/samples"
    declare -p root image image_user image_folder image_volume image_environment image_entrypoint image_command image_health \
        >"$root/image.bash"
    namespaces "$here/image.sh" --own-network checks "$root/image.bash" || code=$?
    return "$code"
}

main
exit
