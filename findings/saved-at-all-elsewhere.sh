#!/usr/bin/env bash
# Version:   onnxruntime-node 1.30.0 (npm), CPU provider, linux-x64 with AVX-512; beside it qemu-x86_64 (Debian's qemu-user) as a Haswell.
# Behaviour: an FP32 network of two Conv that is saved by `optimizedModelFilePath` at level "all" on AVX-512 opens on AVX2 without an error
#            or a warning, and answers something else: its layout has blocks of 16 channels, of which kernels for AVX2 read 8. Saved at
#            level "extended" it answers the same.
# Expected:  the file says for which layout it was made, and is refused elsewhere, as what saves it warns of.
# Seen:      printed below; the script fails if it is otherwise.
set -euo pipefail
grep -q avx512f /proc/cpuinfo || { echo 'needs a processor with AVX-512'; exit 1; }
command -v qemu-x86_64 >/dev/null || { echo 'needs qemu-x86_64'; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0 >/dev/null
cat >run.js <<'JS'
const fs = require('fs');
const ort = require('onnxruntime-node');

const varint = n => { const out = []; n = BigInt.asUintN(64, BigInt(n)); do { out.push(Number(n & 127n) | (n > 127n ? 128 : 0)); n >>= 7n; } while (n); return Buffer.from(out); };
const int = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
const bytes = (field, b) => { b = Buffer.from(b); return Buffer.concat([varint(field << 3 | 2), varint(b.length), b]); };
const message = (...parts) => Buffer.concat(parts.flat());
const tensor = (name, dims, data) => message(dims.map(d => int(1, d)), int(2, 1), bytes(8, name), bytes(9, Buffer.from(data.buffer)));
const node = (op, inputs, output) => bytes(1, message(inputs.map(i => bytes(1, i)), bytes(2, output), bytes(3, output), bytes(4, op)));
const value = (name, dims) => message(bytes(1, name), bytes(2, bytes(1, message(int(1, 1), bytes(2, message(dims.map(d => bytes(1, int(1, d)))))))));

const [what, file] = process.argv.slice(2);
const sines = (count, scale) => Float32Array.from({ length: count }, (_, i) => scale * Math.sin(i * i));
(async () => {
  if (what === 'run') {
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1 });
    const { y } = await session.run({ x: new ort.Tensor('float32', sines(32 * 64, 1), [1, 32, 8, 8]) });
    console.log(JSON.stringify([...y.data]));
    return;
  }
  const constants = [tensor('w', [32, 32, 3, 3], sines(9216, 0.1)), tensor('v', [32, 32, 3, 3], sines(9216, 0.2))];
  const graph = message(
    node('Conv', ['x', 'w'], 'c'), node('Relu', ['c'], 'r'), node('Conv', ['r', 'v'], 'y'), bytes(2, 'g'), constants.map(c => bytes(5, c)),
    bytes(11, value('x', [1, 32, 8, 8])), bytes(12, value('y', [1, 32, 4, 4])));
  const model = message(int(1, 8), bytes(7, graph), bytes(8, int(2, 17)));
  for (const level of ['extended', 'all']) {
    await ort.InferenceSession.create(model, { graphOptimizationLevel: level, optimizedModelFilePath: `${level}.onnx`, logSeverityLevel: 4 });
  }
  fs.writeFileSync('plain.onnx', model);
})();
JS
node run.js save
for file in plain extended all; do
    node run.js run $file.onnx >$file.here
    qemu-x86_64 -cpu Haswell "$(command -v node)" run.js run $file.onnx 2>$file.said >$file.haswell
    sed -i '/^qemu-x86_64: warning: TCG/d' $file.said
done
node -e '
const read = name => JSON.parse(require("fs").readFileSync(name, "utf8"));
const apart = file => { const a = read(file + ".here"), b = read(file + ".haswell");
  const error = Math.sqrt(a.reduce((s, v, i) => s + (v - b[i]) ** 2, 0) / a.reduce((s, v) => s + v * v, 0));
  console.log(`${file}: AVX2 beside AVX-512, relative error ${error.toExponential(1)}`); return error; };
const [plain, extended, all] = ["plain", "extended", "all"].map(apart);
process.exit(plain < 1e-5 && extended < 1e-5 && all > 0.1 ? 0 : 1);'
[[ ! -s all.said ]] && echo 'all: opened without a word'
