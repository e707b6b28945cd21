// Counts what node's ONNX Runtime gets right, with nothing of this repository's code: reading, preprocessing and counting are written here.
//   node other-runtime.mjs PACKAGES MODEL PREPROCESS.json FROM TO cifar10 FILE
//   node other-runtime.mjs PACKAGES MODEL PREPROCESS.json FROM TO idx IMAGES LABELS
// PACKAGES is the folder that holds node_modules. Prints {"correct":N,"total":N,"version":"..."}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [packages, model, preprocessing, from, to, format, ...files] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const ort = require('onnxruntime-node');

function bytesOf(path) {
    const bytes = readFileSync(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

// A record is a label and 32 x 32 pixels in three planes.
function readCifar10(path) {
    const [channels, height, width] = [3, 32, 32];
    const size = channels * height * width;
    const bytes = bytesOf(path);
    const count = bytes.length / (1 + size);
    return {
        count, channels, height, width,
        label: (i) => bytes[i * (1 + size)],
        pixels: (i) => bytes.subarray(i * (1 + size) + 1, (i + 1) * (1 + size)),
    };
}

// Big-endian sizes after the magic number, whose last byte says how many there are.
function readIdx(imagesPath, labelsPath) {
    const bytes = bytesOf(imagesPath);
    const labels = bytesOf(labelsPath);
    const dimensions = bytes[3];
    const sizes = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
    const [count, channels, height, width] = dimensions === 3 ? [sizes[0], 1, sizes[1], sizes[2]] : sizes;
    const size = channels * height * width;
    const start = 4 + 4 * dimensions;
    return {
        count, channels, height, width,
        label: (i) => labels[8 + i],
        pixels: (i) => bytes.subarray(start + i * size, start + (i + 1) * size),
    };
}

const images = format === 'cifar10' ? readCifar10(files[0]) : readIdx(files[0], files[1]);
const { scale, mean, std } = JSON.parse(readFileSync(preprocessing, 'utf8'));
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const plane = images.height * images.width;
const size = images.channels * plane;
const batch = 7; // not the batch that the program counted with: the result must not depend on it
const [first, last] = [Number(from), Number(to)];
let correct = 0;
for (let start = first; start < last; start += batch) {
    const count = Math.min(batch, last - start);
    const input = new Float32Array(count * size); // stores each double rounded once, as Math.fround does
    for (let i = 0; i < count; i++) {
        const pixels = images.pixels(start + i);
        for (let p = 0; p < size; p++) {
            const channel = Math.floor(p / plane);
            input[i * size + p] = (pixels[p] * scale - mean[channel]) / std[channel];
        }
    }

    const tensor = new ort.Tensor('float32', input, [count, images.channels, images.height, images.width]);
    const output = (await session.run({ [session.inputNames[0]]: tensor }))[session.outputNames[0]];
    const classes = output.data.length / count;
    for (let i = 0; i < count; i++) {
        let best = 0;
        for (let c = 1; c < classes; c++) {
            if (output.data[i * classes + c] > output.data[i * classes + best]) {
                best = c;
            }
        }

        correct += best === images.label(start + i) ? 1 : 0;
    }
}

console.log(JSON.stringify({ correct, total: last - first, version: require('onnxruntime-node/package.json').version }));
