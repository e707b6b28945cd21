// A stock client (npm's @grpc/grpc-js) of the probe service: client.js ADDRESS PROTO; prints "passed" at the end.
'use strict';
const assert = require('assert');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, proto] = process.argv.slice(2);
const { Probe } = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true })).probe;
const client = new Probe(address, grpc.credentials.createInsecure(), { 'grpc.enable_http_proxy': 0 });

const unary = (method, request, options = {}, metadata = new grpc.Metadata()) => new Promise((resolve, reject) =>
  client[method](request, metadata, options, (error, response) => (error ? reject(error) : resolve(response))));

const failure = (promise) => promise.then(() => assert.fail('the call succeeded'), (error) => error);

async function unaryCalls() {
  const payload = Buffer.alloc(1000000, 7);
  const echo = await unary('Echo', { text: 'größer', payload });
  assert.equal(echo.text, 'größer');
  assert(echo.payload.equals(payload));
  const many = await Promise.all([...Array(200).keys()].map((i) => unary('Echo', { text: String(i) })));
  many.forEach((response, i) => assert.equal(response.text, String(i)));
}

async function errors() {
  const error = await failure(unary('Fail', { code: 9, message: '100 % größer\n', details: Buffer.from([8, 5]) }));
  assert.equal(error.code, grpc.status.FAILED_PRECONDITION);
  assert.equal(error.details, '100 % größer\n');
  assert.equal(error.metadata.get('x-trailer')[0], 'kept');
  assert(error.metadata.get('grpc-status-details-bin')[0].equals(Buffer.from([8, 5])));
  assert.equal((await failure(unary('Wait', {}, { deadline: Date.now() + 300 }))).code, grpc.status.DEADLINE_EXCEEDED);
  assert.equal((await failure(unary('Missing', {}))).code, grpc.status.UNIMPLEMENTED);
}

async function metadata() {
  const sent = new grpc.Metadata();
  sent.set('x-text', 'a value');
  sent.set('x-bytes-bin', Buffer.from([0, 128, 255]));
  const received = await new Promise((resolve, reject) => {
    client.Reflect({}, sent, (error) => error && reject(error)).on('status', (status) => resolve(status.metadata));
  });
  assert.equal(received.get('x-text')[0], 'a value');
  assert(received.get('x-bytes-bin')[0].equals(Buffer.from([0, 128, 255])));
}

async function streams() {
  let read = 0;
  for await (const note of client.Repeat({ count: 500, size: 60000 })) {
    assert.equal(note.text, String(read));
    assert.equal(note.payload.length, 60000);
    read += 1;
  }
  assert.equal(read, 500);

  const summary = await new Promise((resolve, reject) => {
    const requests = client.Collect((error, response) => (error ? reject(error) : resolve(response)));
    for (let i = 0; i < 500; i += 1) requests.write({ payload: Buffer.alloc(1000) });
    requests.end();
  });
  assert.equal(summary.notes, 500);

  await new Promise((resolve, reject) => {
    const call = client.Converse();
    let answers = 0;
    call.on('data', (note) => {
      assert.equal(note.text, String(answers));
      answers += 1;
      if (answers < 50) call.write({ text: String(answers) });
      else call.end();
    });
    call.on('end', resolve);
    call.on('error', reject);
    call.write({ text: '0' });
  });

  const cancelled = await new Promise((resolve) => {
    const call = client.WaitLate({ text: 'first' });
    call.on('data', () => call.cancel());
    call.on('error', resolve);
  });
  assert.equal(cancelled.code, grpc.status.CANCELLED);
}

(async () => {
  await unaryCalls();
  await errors();
  await metadata();
  await streams();
  client.close();
  console.log('passed');
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
