#!/usr/bin/env bash
# Builds libcluster_kernels.so. Usage: build.sh OUTPUT_DIRECTORY [TORCH_ROOT]
# Without a change since the last call it returns at once. All talk goes to standard error.
set -euo pipefail
exec 1>&2

source_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
output_dir="${1:?usage: build.sh OUTPUT_DIRECTORY [TORCH_ROOT]}"
torch_root="${2:-/usr}"
cuda=OFF kernels=OFF nvcc=""
if [ -e "$torch_root/lib/libtorch_cuda.so" ]; then
  cuda=ON
  for candidate in "${CUDACXX:-}" "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc" "$(command -v nvcc || true)"; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      nvcc="$candidate" kernels=ON
      break
    fi
  done
fi

for tool in cmake g++; do
  command -v "$tool" >/dev/null || { echo "build.sh: '$tool' is missing; install the Debian package '$tool'."; exit 1; }
done
if [ ! -e "$torch_root/include/ATen/core/dispatch/Dispatcher.h" ]; then
  echo "build.sh: no libtorch headers below $torch_root/include; install the Debian package 'libtorch-dev' or name a libtorch as the second argument."
  exit 1
fi

mkdir -p "$output_dir"
output_dir="$(cd "$output_dir" && pwd)"
stamp="$(cd "$source_dir" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1) $torch_root $({ realpath "$torch_root"/lib/libtorch_cpu.so "$torch_root"/lib/*/libtorch_cpu.so 2>/dev/null || true; } | tr '\n' ' ')$nvcc"
if [ -e "$output_dir/libcluster_kernels.so" ] && [ "$(cat "$output_dir/.stamp" 2>/dev/null)" = "$stamp" ]; then
  exit 0
fi

# Two builds at once (two terminals, two tests) must not write the same object files.
exec 9>"$output_dir/.lock"
flock 9

generator=()
command -v ninja >/dev/null && generator=(-G Ninja)
build_dir="$output_dir/build"
# CMake would keep the cache of another libtorch, and refuse that of a checkout that was moved or copied since.
for line in "TORCH_ROOT:PATH=$torch_root" "CMAKE_HOME_DIRECTORY:INTERNAL=$source_dir" "CMAKE_CACHEFILE_DIR:INTERNAL=$build_dir"; do
  if [ -e "$build_dir/CMakeCache.txt" ] && ! grep -qxF "$line" "$build_dir/CMakeCache.txt"; then
    rm -rf "$build_dir"
  fi
done
echo "build.sh: building libcluster_kernels.so against $torch_root (about a minute)"
if [ "$cuda" = ON ] && [ "$kernels" = OFF ]; then
  echo "build.sh: this libtorch has CUDA but nvcc was not found (PATH, CUDA_HOME, CUDACXX): reconstruction and fine-tuning will run on the CPU only"
fi
cmake "${generator[@]}" -S "$source_dir" -B "$build_dir" -DTORCH_ROOT="$torch_root" -DCK_CUDA="$cuda" -DCK_CUDA_KERNELS="$kernels" ${nvcc:+-DCMAKE_CUDA_COMPILER="$nvcc" -DCK_NVCC="$nvcc"}
cmake --build "$build_dir" --parallel
# Renamed into place: a process that has the old file mapped keeps it.
cp "$build_dir/libcluster_kernels.so" "$output_dir/.libcluster_kernels.so.new"
mv "$output_dir/.libcluster_kernels.so.new" "$output_dir/libcluster_kernels.so"
echo "$stamp" >"$output_dir/.stamp"
