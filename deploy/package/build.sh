#!/usr/bin/env bash
# Builds from a clean clone what runs on any x86-64 Linux with glibc, without an SDK: an archive with the three programs, .NET, libtorch,
# ONNX Runtime and Skia, and a wheel of the Python package that carries the same. The same commit gives the same bytes.
# Needs git, the .NET SDK, strip, and python3 with setuptools, wheel and pip, and protoc or grpcio-tools.
# usage: build.sh CLONE OUT
set -euo pipefail
clone=$(cd -- "$1" && pwd -P)
mkdir -p "$2"
out=$(cd -- "$2" && pwd -P)
export HOME=${HOME:-/root} DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 LC_ALL=C PYTHONDONTWRITEBYTECODE=1
SOURCE_DATE_EPOCH=$(git -C "$clone" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
umask 022
python=${PYTHON:-python3}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$clone/Directory.Build.props")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

program=$stage/cluster
for project in Cli Client Silo; do
    # Without the paths of sources, which differ from clone to clone, and without symbols, whose digest has those of generated ones.
    dotnet publish "$clone/src/$project" -c Release -r linux-x64 --self-contained -p:ContinuousIntegrationBuild=true -p:DebugType=none \
        -p:UseSharedCompilation=false -o "$program/bin" -v q -nologo >&2
done
cd "$program/bin"
rm -f ./*.pdb ./*.xml onnxruntime*.dll createdump lib{torch_python,torchbind_test,jitbackend_test,backend_with_compiler,aoti_custom_ops}.so
find . -name '*.so*' -type f -exec strip --strip-unneeded {} +
cp "$clone/deploy/package/cluster.sh" "$program/cluster"
cp "$clone/THIRD-PARTY-NOTICES.md" "$program/"
chmod -R u=rwX,go=rX "$stage"
chmod 755 "$program/cluster" "$program"/bin/Cluster.{Cli,Client,Silo}

tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=ustar -C "$stage" -c cluster |
    gzip -n -6 >"$out/cluster-$version-linux-x64.tar.gz"

CLUSTER_CARRIES=$program "$python" -m pip wheel --quiet --no-build-isolation --no-deps --no-index --no-cache-dir --wheel-dir "$out" \
    "$clone/clients/python" >&2
