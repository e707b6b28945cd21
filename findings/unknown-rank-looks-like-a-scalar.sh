#!/usr/bin/env bash
# Version:   onnxruntime-node 1.30.0 (npm), CPU provider, linux-x64.
# Behaviour: an output whose rank is not known before a run (here: an element of a sequence) has the shape [] in a session's
#            outputMetadata, as a scalar has. After a run it has rank 2.
# Expected:  a scalar and an unknown rank differ, as they do in the file (a shape without dimensions, and no shape).
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
const axis = n => bytes(5, message(bytes(1, 'axis'), int(3, n), int(20, 2)));
const keep = n => bytes(5, message(bytes(1, 'keepdims'), int(3, n), int(20, 2)));
const node = (op, inputs, output, ...attributes) => bytes(1, message(inputs.map(i => bytes(1, i)), bytes(2, output), bytes(3, output), bytes(4, op), attributes));
const value = (name, dims) => message(bytes(1, name), bytes(2, bytes(1, message(int(1, 1), dims ? bytes(2, message(dims.map(d => bytes(1, int(1, d))))) : []))));

const nodes = [
  node('SplitToSequence', ['x', 'half'], 'parts', axis(1)), node('SequenceAt', ['parts', 'first'], 'part'),
  node('ReduceSum', ['x'], 'sum', keep(0)),
];
const constants = [tensor('half', 7, [], new BigInt64Array([2n])), tensor('first', 7, [], new BigInt64Array([0n]))];
const graph = message(nodes, bytes(2, 'g'), constants.map(c => bytes(5, c)), bytes(11, value('x', [3, 4])), bytes(12, value('part', null)), bytes(12, value('sum', [])));

(async () => {
  const session = await ort.InferenceSession.create(message(int(1, 8), bytes(7, graph), bytes(8, int(2, 17))), { logSeverityLevel: 4 });
  const stated = Object.fromEntries(session.outputMetadata.map(output => [output.name, JSON.stringify(output.shape)]));
  const found = await session.run({ x: new ort.Tensor('float32', new Float32Array(12), [3, 4]) });
  for (const name of ['part', 'sum']) console.log(`${name}: stated ${stated[name]}, found ${JSON.stringify(found[name].dims)}`);
  process.exit(stated.part === stated.sum && found.part.dims.length === 2 && found.sum.dims.length === 0 ? 0 : 1);
})();
JS
node run.js
