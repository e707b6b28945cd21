#!/usr/bin/env bash
# Version:   onnxruntime-node 1.30.0 (npm), CPU provider, linux-x64.
# Behaviour: a Conv between DequantizeLinear and QuantizeLinear whose bias the file keeps in float32 gets a bias in steps of input scale
#            times weight scale, from optimization level "basic" on: here steps of 1, so that a bias of 0.3 is 0 and one of 0.7 is 1.
#            That is done before any execution provider is asked, so a file that keeps float biases for TensorRT loses them here.
# Expected:  "basic" only removes and folds what keeps the result, and quantization is what the file says.
# Seen:      printed below; the script fails if it is otherwise.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0 >/dev/null
cat >run.js <<'JS'
const ort = require('onnxruntime-node');

const varint = n => { const out = []; n = BigInt.asUintN(64, BigInt(n)); do { out.push(Number(n & 127n) | (n > 127n ? 128 : 0)); n >>= 7n; } while (n); return Buffer.from(out); };
const int = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
const bytes = (field, b) => { b = Buffer.from(b); return Buffer.concat([varint(field << 3 | 2), varint(b.length), b]); };
const message = (...parts) => Buffer.concat(parts.flat());
const tensor = (name, type, dims, data) => message(dims.map(d => int(1, d)), int(2, type), bytes(8, name), bytes(9, Buffer.from(data.buffer)));
const node = (op, inputs, output) => bytes(1, message(inputs.map(i => bytes(1, i)), bytes(2, output), bytes(3, output), bytes(4, op)));
const value = (name, dims) => message(bytes(1, name), bytes(2, bytes(1, message(int(1, 1), bytes(2, message(dims.map(d => bytes(1, int(1, d)))))))));

const constants = [
  tensor('one', 1, [], new Float32Array([1])), tensor('fine', 1, [], new Float32Array([0.1])), tensor('z', 3, [], new Int8Array([0])),
  tensor('w', 3, [2, 1, 1, 1], new Int8Array([1, 1])), tensor('bias', 1, [2], new Float32Array([0.3, 0.7])),
];
const nodes = [
  node('QuantizeLinear', ['x', 'one', 'z'], 'xq'), node('DequantizeLinear', ['xq', 'one', 'z'], 'xd'),
  node('DequantizeLinear', ['w', 'one', 'z'], 'wd'), node('Conv', ['xd', 'wd', 'bias'], 'c'),
  node('QuantizeLinear', ['c', 'fine', 'z'], 'cq'), node('DequantizeLinear', ['cq', 'fine', 'z'], 'y'),
];
const graph = message(nodes, bytes(2, 'g'), constants.map(c => bytes(5, c)), bytes(11, value('x', [1, 1, 1, 1])), bytes(12, value('y', [1, 2, 1, 1])));
const model = message(int(1, 8), bytes(7, graph), bytes(8, int(2, 17)));

(async () => {
  const seen = {};
  for (const level of ['disabled', 'basic', 'extended', 'all']) {
    const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: level, logSeverityLevel: 4 });
    const { y } = await session.run({ x: new ort.Tensor('float32', new Float32Array([2]), [1, 1, 1, 1]) });
    seen[level] = [...y.data].map(v => v.toFixed(1)).join(', ');
    console.log(`${level}: 2 + bias = ${seen[level]}`);
  }
  process.exit(seen.disabled === '2.3, 2.7' && seen.basic === '2.0, 3.0' && seen.all === '2.0, 3.0' ? 0 : 1);
})();
JS
node run.js
