// A job's events as one stream over many connections: each once, in order, as `cluster watch` has them.
import { CallError, codes, get, stream } from "./call.js";
import { BackOff, passes } from "./persist.js";

// A server that misses three heartbeats is gone, even if the connection seems alive.
const heartbeat = 5_000;
const longestSilence = 3 * heartbeat;

/** Gives events to a history until the job is over; goes on after the last one whenever the connection breaks. */
export async function follow(name, history, signal) {
  const backOff = new BackOff();
  while (true) {
    try {
      await once(name, history, signal, () => backOff.reset());
      // A server that stops ends its streams, too.
      const job = await get(name, {}, signal);
      if (isOver(job.state)) return;
    } catch (failure) {
      signal.throwIfAborted();
      if (failure.code === codes.outOfRange) {
        history.clear();
      } else if (!passes(failure)) {
        throw failure;
      }
      await backOff.wait(failure, signal);
    }
  }
}

/** Whether nothing follows a state. */
export const isOver = state => ["JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED"].includes(state);

async function once(name, history, signal, heard) {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  let timer;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new CallError(codes.unavailable, "The server is silent.")), longestSilence);
  };
  const query = { afterSequence: history.last, heartbeatInterval: `${heartbeat / 1000}s` };
  listen();
  try {
    for await (const event of stream(`${name}:watch`, query, either)) {
      listen();
      heard();
      history.apply(event);
    }
  } catch (failure) {
    throw silence.signal.aborted ? silence.signal.reason : failure;
  } finally {
    clearTimeout(timer);
  }
}
