// Runs every ONNX file of a folder: node run-all.mjs PACKAGES PACKAGE FOLDER SUFFIX [KEY=VALUE]
// PACKAGES is the folder that holds node_modules, PACKAGE onnxruntime-node or onnxruntime-web; KEY=VALUE is a configuration entry of the
// session, without "session.". The one input is input.bin, float32 of the shape in input.json; the first output of NAME.onnx goes to
// NAME.SUFFIX.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, name, folder, suffix, entry] = process.argv.slice(2);
const ort = createRequire(join(packages, 'package.json'))(name);
const shape = JSON.parse(readFileSync(join(folder, 'input.json'), 'utf8'));
const bytes = readFileSync(join(folder, 'input.bin'));
const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
if (name === 'onnxruntime-web') {
    ort.env.wasm.numThreads = 1;
}

if (entry) {
    const [key, value] = entry.split('=');
    options.extra = { session: { [key]: value } };
}

for (const file of readdirSync(folder).filter((found) => found.endsWith('.onnx'))) {
    const session = await ort.InferenceSession.create(readFileSync(join(folder, file)), options);
    const found = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', values, shape) });
    const { data } = found[session.outputNames[0]];
    writeFileSync(join(folder, file.replace('.onnx', suffix)), Buffer.from(data.buffer, data.byteOffset, data.byteLength));
}
