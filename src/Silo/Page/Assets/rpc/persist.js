// Goes on where a server stopped answering: what is tried again, when, and what the page says meanwhile.
import { CallError, codes } from "./call.js";

const longest = 10_000;
const connection = document.getElementById("connection");
let isLost = false;
let fading;

/** Whether trying again can help: the server stops, starts, is busy or cannot be reached. */
export const passes = failure => failure instanceof CallError
  && [codes.unavailable, codes.resourceExhausted, codes.deadlineExceeded, codes.unknown, codes.internal].includes(failure.code);

/** Waits longer each time, with some chance in it, so that many pages do not come back at once. */
export class BackOff {
  #count = 0;

  reset() {
    this.#count = 0;
    if (isLost) tell("Connected again", false);
  }

  async wait(failure, signal) {
    const ms = Math.min(longest, 500 * 2 ** this.#count++) * (0.7 + 0.3 * Math.random());
    // The first try again is at once in people's eyes: no word of it.
    if (this.#count > 1) tell(`${failure.message} Trying again.`, true);
    await pause(ms, signal);
  }
}

/** Ends after some time, or with the signal's reason when it is aborted. */
export const pause = (ms, signal) => new Promise((resolve, reject) => {
  signal.throwIfAborted();
  const aborted = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", aborted);
    resolve();
  }, ms);
  signal.addEventListener("abort", aborted, { once: true });
});

/** Does something now, and again after each pause; survives what passes. */
export async function repeat(ms, body, signal) {
  const backOff = new BackOff();
  while (true) {
    try {
      await body();
      backOff.reset();
      await pause(ms, signal);
    } catch (failure) {
      signal.throwIfAborted();
      if (!passes(failure)) throw failure;
      await backOff.wait(failure, signal);
    }
  }
}

function tell(sentence, lost) {
  isLost = lost;
  connection.textContent = sentence;
  clearTimeout(fading);
  if (!lost) fading = setTimeout(() => connection.textContent = "", 5_000);
  connection.classList.toggle("lost", lost);
}
