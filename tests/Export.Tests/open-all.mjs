// Opens every ONNX file of a folder in node's ONNX Runtime: node open-all.mjs PACKAGES FOLDER
// PACKAGES is the folder that holds node_modules. Prints the version and how many opened; a file that does not ends it.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, folder] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const ort = require('onnxruntime-node');
const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
for (const file of files) {
    try {
        await ort.InferenceSession.create(join(folder, file), { intraOpNumThreads: 1, interOpNumThreads: 1 });
    } catch (error) {
        throw new Error(`${file}: ${error.message}`);
    }
}

console.log(`${require('onnxruntime-node/package.json').version} opens ${files.length}`);
