#!/usr/bin/env bash
# Version:   onnxruntime-node 1.30.0 (npm), CPU provider, linux-x64.
# Behaviour: since opset 18 a Resize may name the axes that its sizes are for. Between two quantized convolutions (QuantizeLinear and
#            DequantizeLinear around Conv and Resize) such a network is refused, in the words of Resize, at graph optimization level
#            "all"; the same file runs at "extended", and with sizes for all four axes it runs at each level.
# Expected:  a level of optimization never changes whether a valid file runs.
# Seen:      printed below; the script fails if it is otherwise.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0 >/dev/null
cat >run.js <<'JS'
const ort = require('onnxruntime-node');

// The few messages of ONNX's format that are needed, by their field numbers.
const varint = n => { const out = []; n = BigInt.asUintN(64, BigInt(n)); do { out.push(Number(n & 127n) | (n > 127n ? 128 : 0)); n >>= 7n; } while (n); return Buffer.from(out); };
const int = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
const bytes = (field, b) => { b = Buffer.from(b); return Buffer.concat([varint(field << 3 | 2), varint(b.length), b]); };
const message = (...parts) => Buffer.concat(parts.flat());
const tensor = (name, type, dims, data) => message(dims.map(d => int(1, d)), int(2, type), bytes(8, name), bytes(9, Buffer.from(data.buffer)));
const ints = (name, values) => bytes(5, message(bytes(1, name), values.map(v => int(8, v)), int(20, 7)));
const text = (name, value) => bytes(5, message(bytes(1, name), bytes(4, value), int(20, 3)));
const node = (op, inputs, output, ...attributes) => bytes(1, message(inputs.map(i => bytes(1, i)), bytes(2, output), bytes(3, output), bytes(4, op), attributes));
const value = (name, dims) => message(bytes(1, name), bytes(2, bytes(1, message(int(1, 1), bytes(2, message(dims.map(d => bytes(1, int(1, d)))))))));

function model(withAxes) {
  const constants = [
    tensor('s', 1, [], new Float32Array([0.05])), tensor('z', 2, [], new Uint8Array([128])),
    tensor('w', 3, [4, 4, 1, 1], new Int8Array(16).map((_, i) => i % 5 === 0 ? 64 : 0)),
    tensor('ws', 1, [], new Float32Array([1 / 64])), tensor('wz', 3, [], new Int8Array([0])),
    tensor('sizes', 7, [withAxes ? 2 : 4], new BigInt64Array(withAxes ? [8n, 8n] : [1n, 4n, 8n, 8n])),
  ];
  const pair = (from, to) => [node('QuantizeLinear', [from, 's', 'z'], `${to}_q`), node('DequantizeLinear', [`${to}_q`, 's', 'z'], to)];
  const conv = (from, to) => [node('DequantizeLinear', ['w', 'ws', 'wz'], `${to}_w`), node('Conv', [from, `${to}_w`], to)];
  const nodes = [
    ...pair('x', 'a'), ...conv('a', 'b'), ...pair('b', 'c'),
    node('Resize', ['c', '', '', 'sizes'], 'd', text('mode', 'nearest'), ...(withAxes ? [ints('axes', [2, 3])] : [])),
    ...pair('d', 'e'), ...conv('e', 'f'), ...pair('f', 'y'),
  ];
  const graph = message(nodes, bytes(2, 'g'), constants.map(c => bytes(5, c)), bytes(11, value('x', [1, 4, 4, 4])), bytes(12, value('y', [1, 4, 8, 8])));
  return message(int(1, 8), bytes(7, graph), bytes(8, int(2, 18)));
}

async function run(withAxes, level) {
  try {
    const session = await ort.InferenceSession.create(model(withAxes), { graphOptimizationLevel: level, logSeverityLevel: 4 });
    const x = new ort.Tensor('float32', Float32Array.from({ length: 64 }, (_, i) => (i % 9 - 4) / 4), [1, 4, 4, 4]);
    const { y } = await session.run({ x });
    return `runs, ${y.dims.join('x')}`;
  } catch (refused) {
    return `refused: ${refused.message.split('\n')[0]}`;
  }
}

(async () => {
  const seen = {};
  for (const withAxes of [true, false]) {
    for (const level of ['all', 'extended']) {
      seen[`${withAxes ? 'axes' : 'all four sizes'}, ${level}`] = await run(withAxes, level);
    }
  }
  for (const [what, outcome] of Object.entries(seen)) console.log(`${what}: ${outcome}`);
  const holds = seen['axes, all'].startsWith('refused') && seen['axes, extended'].startsWith('runs') &&
    seen['all four sizes, all'].startsWith('runs') && seen['all four sizes, extended'].startsWith('runs');
  process.exit(holds ? 0 : 1);
})();
JS
node run.js
