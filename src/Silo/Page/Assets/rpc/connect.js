// Calls of the gRPC contract (proto/cluster/v1) by the Connect protocol, with messages in JSON: https://connectrpc.com/docs/protocol
import { authorization, tellMayChange } from "./token.js";

const headerLength = 5;
const end = 2;

/** What a call ended with: gRPC's code in lower case, and a sentence. */
export class CallError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Calls a method with one answer, such as "JobService/GetJob". */
export async function call(method, request = {}, signal = undefined) {
  const response = await send(method, "application/json", JSON.stringify(request), signal);
  return response.json();
}

/** Calls a method that streams: its messages, until it ends well. */
export async function* stream(method, request, signal) {
  const body = envelope(new TextEncoder().encode(JSON.stringify(request)));
  const response = await send(method, "application/connect+json", body, signal);
  for await (const [flags, message] of envelopes(response.body.getReader())) {
    if ((flags & end) === 0) {
      yield message;
    } else if (message.error) {
      throw new CallError(message.error.code, message.error.message);
    } else {
      return;
    }
  }
  throw new CallError("unavailable", "The stream broke off.");
}

async function send(method, type, body, signal) {
  let response;
  try {
    const headers = { "content-type": type, "connect-protocol-version": "1", ...authorization() };
    response = await fetch(`/cluster.v1.${method}`, { method: "POST", headers, body, signal, credentials: "omit", cache: "no-store" });
  } catch (failure) {
    signal?.throwIfAborted();
    throw new CallError("unavailable", `The server does not answer (${failure.message}).`);
  }
  if (response.ok) {
    tellMayChange(response.headers.get("cluster-may-change"));
    return response;
  }
  const error = await response.json().catch(() => ({ code: "unknown", message: `The server answered with ${response.status}.` }));
  throw new CallError(error.code, error.message);
}

function envelope(message) {
  const bytes = new Uint8Array(headerLength + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, headerLength);
  return bytes;
}

async function* envelopes(reader) {
  let bytes = new Uint8Array(0);
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      const longer = new Uint8Array(bytes.length + value.length);
      longer.set(bytes);
      longer.set(value, bytes.length);
      bytes = longer;
      let at = 0;
      for (let length; (length = lengthAt(bytes, at)) !== null; at += headerLength + length) {
        const text = new TextDecoder().decode(bytes.subarray(at + headerLength, at + headerLength + length));
        yield [bytes[at], JSON.parse(text)];
      }
      bytes = bytes.subarray(at);
    }
  } catch (failure) {
    if (failure instanceof TypeError) throw new CallError("unavailable", `The stream broke off (${failure.message}).`);
    throw failure;
  } finally {
    reader.cancel().catch(() => { /* It has ended. */ });
  }
}

// Null where the message that begins there is not whole yet.
function lengthAt(bytes, at) {
  if (bytes.length - at < headerLength) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(1);
  return bytes.length - at - headerLength >= length ? length : null;
}
