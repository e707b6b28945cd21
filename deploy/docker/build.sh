#!/usr/bin/env bash
# The build stage of an image: builds the programs of a checkout and gathers them, with the native libraries beside them, in one folder.
# usage: build.sh CHECKOUT OUT
# The environment may name FEED (a folder of NuGet packages below the checkout), TORCHSHARP_VERSION, TORCH_FLAVOUR and LIBTORCH (a
# libtorch with headers below the checkout; without it Debian's).
# Without a TORCHSHARP_VERSION it is the one whose libtorch, 1.13, is Debian's, or its stand-in where the feed has not got that.
set -euo pipefail
checkout=$1
out=$2
export PATH=$PATH:/usr/share/dotnet HOME=${HOME:-/root} DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
cd "$checkout"

apt-get update -q
# What the SDK and the set-up themselves need; the set-up installs what it builds with.
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ca-certificates libssl3 libgssapi-krb5-2 libstdc++6 zlib1g

# has_package NAME VERSION: whether the configured feed, or FEED, has it.
has_package() {
    local folder
    folder=$(mktemp -d)
    ClusterProbeFolder=$folder ClusterFeed=${FEED:+$checkout/$FEED} ProbedPackages=$1 TorchSharpVersion=$2 \
        dotnet restore build/FeedProbe/FeedProbe.csproj -nologo -v q -nodeReuse:false >"$folder/log" 2>&1 </dev/null
}

options=()
[[ -z ${FEED-} ]] || options+=(--feed "$FEED")
if [[ -z ${TORCHSHARP_VERSION-} && -z ${LIBTORCH-} ]] && has_package TorchSharp-cpu 0.99.6; then
    TORCHSHARP_VERSION=0.99.6
fi
[[ -z ${TORCHSHARP_VERSION-} ]] || options+=("-p:TorchSharpVersion=$TORCHSHARP_VERSION")
[[ -z ${TORCH_FLAVOUR-} ]] || options+=("-p:TorchFlavour=$TORCH_FLAVOUR")
[[ -z ${LIBTORCH-} ]] || export CLUSTER_TORCH_ROOT=$checkout/$LIBTORCH

# Any verb sets up what is missing and builds all three programs.
./cluster "${options[@]}" silo --help >/dev/null

built=$(find .build -path '*/bin/Silo/release/Cluster.Silo' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
built=${built%/bin/Silo/release/Cluster.Silo}
mkdir -p "$out"
for program in Cli Client Silo; do
    cp -a "$built/bin/$program/release/." "$out/"
done
cp "$built/native/libcluster_kernels.so" "$out/"
cp -L .tools/onnxruntime/*/libonnxruntime.so.1 "$out/"
if [[ -n ${LIBTORCH-} ]]; then
    cp -a "$LIBTORCH"/lib/*.so* "$out/"
fi
find "$out" -name '*.pdb' -delete
