#!/usr/bin/env bash
# Version:   onnxruntime-node 1.30.0 (npm), CPU provider, linux-x64.
# Behaviour: beside Q/DQ pairs with float16 scales, a Conv's float16 bias becomes int32 codes whose scale is the product of the input's and
#            the weights' scale, computed in float16: below 2^-25 it is 0, and the sum no number: the output has its lowest code
#            everywhere, from optimization level "basic" on. Channels of small weights have such products in ordinary networks.
# Expected:  the bias that the file states; or none of the rewrite where the product is no number that a scale can be.
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

// 2^-7 = 0x2000, 2^-14 = 0x0400 (the smallest normal), 2^-18 = 0x0040, 0.5 = 0x3800, 1 = 0x3c00.
const halves = (name, dims, ...bits) => tensor(name, 10, dims, new Uint16Array(bits));
const cast = (input, output, to) => bytes(1, message(bytes(1, input), bytes(2, output), bytes(3, output), bytes(4, 'Cast'), bytes(5, message(bytes(1, 'to'), int(3, to), int(20, 2)))));
const constants = [
  halves('sx', [], 0x2000), halves('sw', [], 0x0040), halves('sy', [], 0x2000), tensor('z', 3, [], new Int8Array([0])),
  tensor('w', 3, [2, 1, 1, 1], new Int8Array([64, 64])), halves('bias', [2], 0x3800, 0xb800),
];
const nodes = [
  cast('x', 'xh', 10), node('QuantizeLinear', ['xh', 'sx', 'z'], 'xq'), node('DequantizeLinear', ['xq', 'sx', 'z'], 'xd'),
  node('DequantizeLinear', ['w', 'sw', 'z'], 'wd'), node('Conv', ['xd', 'wd', 'bias'], 'c'),
  node('QuantizeLinear', ['c', 'sy', 'z'], 'cq'), node('DequantizeLinear', ['cq', 'sy', 'z'], 'yh'), cast('yh', 'y', 1),
];
const graph = message(nodes, bytes(2, 'g'), constants.map(c => bytes(5, c)), bytes(11, value('x', [1, 1, 1, 1])), bytes(12, value('y', [1, 2, 1, 1])));
const model = message(int(1, 9), bytes(7, graph), bytes(8, int(2, 19)));

(async () => {
  const seen = {};
  const forbidden = { session: { disable_quant_qdq: '1' } };
  for (const [level, extra] of [['disabled'], ['basic'], ['all'], ['all, forbidden', forbidden]]) {
    const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: level.split(',')[0], logSeverityLevel: 4, ...(extra && { extra }) });
    const { y } = await session.run({ x: new ort.Tensor('float32', new Float32Array([0]), [1, 1, 1, 1]) });
    seen[level] = [...y.data].map(v => v.toFixed(2)).join(', ');
    console.log(`${level}: 0 + bias = ${seen[level]}`);
  }
  process.exit(seen.disabled === '0.50, -0.50' && seen.basic !== seen.disabled && seen['all, forbidden'] === seen.disabled ? 0 : 1);
})();
JS
node run.js
