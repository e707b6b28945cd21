// A network and its quantized file in the browser's build of ONNX Runtime, in node, in turn, one thread:
// node bench/web-times.mjs PACKAGES FP32 INT8 SHAPE, such as .tools/onnxruntime-web net.onnx q.onnx 1,3,224,224
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const rounds = 100, warmUp = 5;
const [packages, float32, integer, shape] = process.argv.slice(2);
const ort = createRequire(join(resolve(packages), 'package.json'))('onnxruntime-web');
ort.env.wasm.numThreads = 1;
const dims = shape.split(',').map(Number);
const data = Float32Array.from({ length: dims.reduce((all, size) => all * size) }, (_, i) => Math.sin(i));
const sessions = [await ort.InferenceSession.create(readFileSync(float32)), await ort.InferenceSession.create(readFileSync(integer))];
const times = sessions.map(() => []);
for (let round = 0; round < rounds + warmUp; round++) {
    for (const [index, session] of sessions.entries()) {
        const began = performance.now();
        await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, dims) });
        if (round >= warmUp) {
            times[index].push(performance.now() - began);
        }
    }
}

const [before, after] = times.map((all) => all.sort((a, b) => a - b)[all.length >> 1]);
console.log(`FP32 ${before.toFixed(2)} ms, INT8 ${after.toFixed(2)} ms: ${(after / before).toFixed(2)} times FP32's time`);
