// Calls of the contract (proto/cluster/v1) by its HTTP rules, with messages in JSON.
import { tellGrafana } from "./grafana.js";
import { authorization, tellMayChange } from "./token.js";

/** gRPC's codes. */
export const codes = {
  unknown: 2, deadlineExceeded: 4, permissionDenied: 7, resourceExhausted: 8, outOfRange: 11, internal: 13, unavailable: 14, dataLoss: 15,
  unauthenticated: 16,
};

/** What a call ended with: a code, and a sentence. */
export class CallError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Reads what is at a path, such as "jobs/j-1". */
export const get = async (path, query = {}, signal = undefined) => (await send(`${path}?${new URLSearchParams(query)}`, { signal })).json();

/** Changes what is at a path, by a verb such as "jobs/j-1:pause". */
export const post = async (path, request) => (await send(path, {
  method: "POST", body: JSON.stringify(request), headers: { "content-type": "application/json" },
})).json();

/** The messages of a call that streams, until it ends well. */
export async function* stream(path, query, signal) {
  const response = await send(`${path}?${new URLSearchParams(query)}`, { signal });
  for await (const line of lines(response.body)) {
    const message = JSON.parse(line);
    if (message.code) throw new CallError(message.code, message.message);
    yield message;
  }
}

async function send(path, options) {
  let response;
  try {
    const headers = { ...options.headers, ...authorization() };
    response = await fetch(`/v1/${path}`, { ...options, headers, credentials: "omit", cache: "no-store" });
  } catch (failure) {
    options.signal?.throwIfAborted();
    throw new CallError(codes.unavailable, `The server does not answer (${failure.message}).`);
  }
  if (response.ok) {
    tellMayChange(response.headers.get("cluster-may-change"));
    tellGrafana(response.headers.get("cluster-grafana"));
    return response;
  }
  const error = await response.json().catch(() => ({ code: codes.unknown, message: `The server answered with ${response.status}.` }));
  throw new CallError(error.code, error.message);
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let begun = "";
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      const whole = (begun + value).split("\n");
      begun = whole.pop();
      yield* whole;
    }
  } catch (failure) {
    if (failure instanceof TypeError) throw new CallError(codes.unavailable, `The stream broke off (${failure.message}).`);
    throw failure;
  } finally {
    reader.cancel().catch(() => { /* It has ended. */ });
  }
}
