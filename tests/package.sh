#!/usr/bin/env bash
# Builds the archive and the wheel of HEAD twice, from two clones, compares their bytes, and tries them as an ordinary user of a bare
# Debian 12 and a bare Debian 13: the archive's program searches the glyphs sample, the wheel does it from a Python script in a virtual
# environment, and the package installs from a checkout as docs/guide/python.md says. Needs root, for the chroots, debootstrap, and what
# deploy/package/build.sh names; takes some twenty minutes.
#
#   tests/package.sh [--out DIR] [--debian SUITE] [--only build]
#
#   --out DIR        where archive and wheel are left (default: they go with the rest)
#   --debian SUITE   bookworm or trixie alone
#   --only build     builds once, compares and tries nothing
#
# From this machine come the package sources (apt, NuGet), proxies and CA certificates. The last line says what held, and the sizes.
# Exit code: 0 everything, 1 something did not, 2 wrong usage.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tests/bare-debian.sh
source "$here/bare-debian.sh"

# inside ROOT USER COMMAND [ARGUMENT...]
inside() {
    local root=$1 user=$2
    shift 2
    mount_system "$root"
    # shellcheck disable=SC2016 # the inner shell expands it
    chroot --userspec="$user" "$root" env -i "${machine_environment[@]}" HOME="$([[ $user == 0:0 ]] && printf /root || printf /home/user)" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -euxc 'cd "$HOME"; eval "$1"' sh "$1"
}

if [[ ${1-} == --inside ]]; then
    shift
    inside "$@"
    exit
fi

out='' only='' suites=(bookworm trixie)
while (($#)); do
    case $1 in
        --out)
            [[ -n ${2-} ]] || status=2 fail '--out needs a folder'
            mkdir -p "$2"
            out=$(cd -- "$2" && pwd -P)
            shift
            ;;
        --debian)
            set_suite "${2-}"
            suites=("$2")
            shift
            ;;
        --only)
            [[ ${2-} == build ]] || status=2 fail "--only takes build, not '${2-}'"
            only=$2
            shift
            ;;
        --help | -h)
            usage_of "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) status=2 fail "'$1' is not an option: expected --out, --debian or --only" ;;
    esac
    shift
done

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    end_namespaces
    remove_root "$work"
}

# build NAME: a clone of HEAD and what is built of it.
build() {
    git clone -q "$(git -C "$here" rev-parse --show-toplevel)" "$work/$1/clone"
    SECONDS=0
    PYTHON=/usr/bin/python3 "$work/$1/clone/deploy/package/build.sh" "$work/$1/clone" "$work/$1/out" || fail 'the build failed'
    say "built in $SECONDS s"
}

held=() broken=''
# try NAME USER COMMANDS: by a shell in the user's folder of $root.
try() {
    local code=0
    SECONDS=0
    namespaces "$here/package.sh" "$root" "$2" "$3" >"$work/log" 2>&1 || code=$?
    if ((code == 0)); then
        say "held on $suite after $SECONDS s: $1"
        held+=("$suite $1")
    else
        say "DID NOT HOLD on $suite: $1"
        tail -n 40 "$work/log" >&2
        broken=1
    fi
}

# The glyphs sample of a checkout, as archive and wheel have none.
glyphs='idx:checkout/samples/glyphs/glyphs-%s-images-idx3-ubyte.gz@0..256'

try_on() {
    set_suite "$1"
    root=$work/$suite
    mkdir "$root"
    make_debian "$root" ca-certificates
    printf 'user:x:1000:1000::/home/user:/bin/sh\n' >>"$root/etc/passwd"
    mkdir -p "$root/home/user/checkout"
    cp "$first"/* "$root/home/user/"
    git -C "$here/.." archive HEAD | tar -x -C "$root/home/user/checkout"
    chown -R 1000:1000 "$root/home/user"

    # shellcheck disable=SC2059 # the format is above
    try archive 1000:1000 "tar xzf cluster-*.tar.gz
        cluster/cluster doctor
        cluster/cluster run --model checkout/samples/glyphs.onnx --data $(printf "$glyphs" calibration) \
            --eval $(printf "$glyphs" evaluation) --max-drop 5% --batch 8 --methods max --reconstruct never -o OUT || test \$? = 8
        test -s OUT/winner.qdq.onnx"
    # The wheel's own dependencies come from Debian: a machine that reaches no index of pip's can run this, too.
    try "Debian's Python" 0:0 'apt-get update -q
        apt-get install -y -q --no-install-recommends python3-venv python3-grpcio python3-numpy python3-protobuf'
    # shellcheck disable=SC2016 # the user's shell expands it
    try wheel 1000:1000 'python3 -m venv --system-site-packages wheel
        wheel/bin/pip install --no-index ./cluster_quant-*.whl
        cd checkout/samples/python
        ~/wheel/bin/python glyphs_arrays.py
        test -s glyphs.int8.onnx
        test -z "$(ls -d /tmp/cluster-silo-* /tmp/cluster-data-* 2>/dev/null)"'
    if packages=$(sed -n 's/^sudo apt-get install //p' "$root/home/user/checkout/docs/guide/python.md") && [[ -n $packages ]]; then
        try "guide's packages" 0:0 "apt-get install -y -q --no-install-recommends $packages"
        # shellcheck disable=SC2016 # sed's own end
        try "guide's pip line" 1000:1000 "cd checkout
            $(sed -n '/^python3 -m venv --system-site-packages/,/^```/{/^```/!p}' "$root/home/user/checkout/docs/guide/python.md")
            cluster-env/bin/python -c 'import cluster_quant; print(cluster_quant.connect(\"http://127.0.0.1:1\").address)'"
    else
        fail 'docs/guide/python.md has no line "sudo apt-get install …"'
    fi
    remove_root "$root"
}

main() {
    work=$(mktemp -d)
    chmod 755 "$work"
    trap clean_up EXIT
    trap 'say interrupted; exit 130' INT TERM HUP
    [[ -z $(git -C "$here" status --porcelain) ]] || say "uncommitted changes of this checkout are left out: $(git -C "$here" rev-parse HEAD) is built"
    build one
    first=$work/one/out
    if [[ -z $only ]]; then
        require_debian
        build two
        (cd "$first" && sha256sum ./*) >"$work/sums"
        (cd "$work/two/out" && sha256sum -c --quiet "$work/sums") || fail 'two builds of one commit differ'
        held=('the same bytes twice')
        rm -rf "$work/two"
        for entry in "${suites[@]}"; do
            try_on "$entry"
        done
    fi
    [[ -z $out ]] || cp "$first"/* "$out/"
    sizes=$(cd "$first" && stat -c '%n %s' -- * | awk '{printf "%s%s %.0f MB", (NR > 1 ? ", " : ""), $1, $2 / 1e6}')
    printf -v line '%s, ' "${held[@]}"
    printf 'package: %s (%s)\n' "${line%, }" "$sizes"
    [[ -z $broken ]]
}

main
exit
