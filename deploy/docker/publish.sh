#!/usr/bin/env bash
# The build stage of an image: publishes the programs of a checkout; libtorch, ONNX Runtime and Skia apart, as not every image has them.
# usage: publish.sh CHECKOUT OUT
set -euo pipefail
checkout=$1
out=$2
export HOME=${HOME:-/root} DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DEBIAN_FRONTEND=noninteractive

apt-get update -q
apt-get install -y -q --no-install-recommends binutils
for program in Cli Client Silo; do
    dotnet publish "$checkout/src/$program" -c Release -r linux-x64 --no-self-contained ${TORCH_FLAVOUR:+-p:TorchFlavour="$TORCH_FLAVOUR"} \
        ${ONNXRUNTIME_FLAVOUR:+-p:OnnxRuntimeFlavour="$ONNXRUNTIME_FLAVOUR"} -o "$out/programs" -v q -nologo
done
rm -f "$out"/programs/*.{pdb,xml} "$out"/programs/onnxruntime*.dll "$out"/programs/lib{torch_python,torchbind_test,jitbackend_test,backend_with_compiler,aoti_custom_ops}.so
mkdir -p "$out/numerics"
mv "$out"/programs/lib*.so* "$out/numerics/"
if [[ -n ${TENSORRT-} ]]; then
    cp -a "$checkout/$TENSORRT"/lib{nvinfer,nvonnxparser}*.so* "$out/numerics/"
fi
strip --strip-unneeded "$out"/numerics/*
