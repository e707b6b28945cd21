// A stock client (npm's @grpc/grpc-js) takes a job through its life: life.js ADDRESS PROTO_FOLDER MODEL DATA_TAR; prints "passed" at the end.
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, protos, modelPath, tarPath] = process.argv.slice(2);
const options = { keepCase: true, includeDirs: [protos], enums: String, longs: Number, oneofs: true };
const { v1 } = grpc.loadPackageDefinition(loader.loadSync(['cluster/v1/job_service.proto', 'cluster/v1/artefact_service.proto', 'cluster/v1/node_service.proto'], options)).cluster;
const settings = { 'grpc.enable_http_proxy': 0 };
const jobs = new v1.JobService(address, grpc.credentials.createInsecure(), settings);
const artefacts = new v1.ArtefactService(address, grpc.credentials.createInsecure(), settings);
const nodes = new v1.NodeService(address, grpc.credentials.createInsecure(), settings);

const unary = (client, method, request) => new Promise((resolve, reject) =>
  client[method](request, { deadline: Date.now() + 60000 }, (error, response) => (error ? reject(error) : resolve(response))));
const collect = (stream) => new Promise((resolve, reject) => {
  const all = [];
  stream.on('data', (item) => all.push(item)).on('end', () => resolve(all)).on('error', reject);
});

const upload = (content) => new Promise((resolve, reject) => {
  const call = artefacts.UploadArtefact((error, response) => (error ? reject(error) : resolve(response.artefact)));
  call.write({ header: { sha256: crypto.createHash('sha256').update(content).digest('hex'), size_bytes: content.length } });
  for (let start = 0; start < content.length; start += 1 << 20) call.write({ chunk: content.subarray(start, start + (1 << 20)) });
  call.end();
});

async function main() {
  assert.equal((await unary(nodes, 'ListNodes', {})).nodes.length, 1);
  const model = await upload(fs.readFileSync(modelPath));
  const data = await upload(fs.readFileSync(tarPath));
  const set = (role) => ({ artefact: data.name, spec: `idx:glyphs-${role}-images-idx3-ubyte` });
  const spec = {
    model: model.name, calibration: set('calibration'), evaluation: set('evaluation'), methods: ['max'], batch: 8,
    preprocess: fs.readFileSync(modelPath.replace('.onnx', '.preprocess.json'), 'utf8'),
  };
  const { job } = await unary(jobs, 'CreateJob', { spec, request_id: crypto.randomUUID() });
  const events = (await collect(jobs.WatchJob({ name: job.name }))).filter((event) => event.event !== 'heartbeat');
  assert.deepEqual(events.map((event) => event.sequence), events.map((_, i) => i + 1));
  const ended = await unary(jobs, 'GetJob', { name: job.name });
  assert.equal(ended.state, 'JOB_STATE_SUCCEEDED');
  const winner = ended.artefacts.find((artefact) => artefact.role === 'winner.qdq.onnx');
  const parts = await collect(artefacts.DownloadArtefact({ name: winner.name }));
  const bytes = Buffer.concat(parts.slice(1).map((part) => part.chunk));
  assert.equal(crypto.createHash('sha256').update(bytes).digest('hex'), winner.sha256);
  await unary(jobs, 'DeleteJob', { name: job.name });
  await assert.rejects(unary(jobs, 'GetJob', { name: job.name }), (error) => error.code === grpc.status.NOT_FOUND);
  console.log('passed');
  [jobs, artefacts, nodes].forEach((client) => client.close());
}

main().catch((error) => { console.error(path.basename(__filename), error); process.exit(1); });
