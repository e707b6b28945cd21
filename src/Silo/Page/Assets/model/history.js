// A job as its events tell it: the candidates as they are now, what ran where and when, and the log.
import { news } from "./words.js";

const running = "CANDIDATE_STATE_RUNNING";
const goesOn = ["JOB_STATE_RUNNING", "JOB_STATE_PAUSING", "JOB_STATE_CANCELLING"];

export class History {
  /** @param changed called after each event. */
  constructor(changed) {
    this.changed = changed;
    this.clear();
  }

  clear() {
    this.last = 0;
    this.candidates = [];
    this.spans = [];
    this.log = [];
    this.progress = undefined;
    this.open = new Map();
  }

  apply(event) {
    const sequence = Number(event.sequence ?? 0);
    if (event.heartbeat) {
      this.progress = event.heartbeat.progress;
    } else if (sequence > this.last) {
      this.last = sequence;
      this.#fold(event, Date.parse(event.time));
    }
    this.changed(event);
  }

  #fold(event, at) {
    const { candidateChanged: candidate, workChanged: work } = event;
    if (candidate) {
      this.candidates[candidate.number ?? 0] = candidate;
      this.#turn(`c${candidate.number ?? 0}`, `candidate ${candidate.number ?? 0}`, "candidate", candidate, at);
    } else if (work) {
      this.#turn(`w${work.number ?? 0}`, work.title, "work", work, at);
      for (const timed of work.candidates ?? []) this.candidates[timed.number ?? 0] = timed;
    } else if (event.stateChanged && !goesOn.includes(event.stateChanged.state)) {
      // What still ran when the job stopped runs no more, and no event of its own may say so.
      for (const key of [...this.open.keys()]) this.#close(key, "", at);
    }
    const said = news(event);
    if (said) this.log.push({ sequence: this.last, time: event.time, tone: said[0], text: said[1] });
  }

  // A span is one stay of a candidate, or of other work, on a node.
  #turn(key, title, kind, { state, node, failure }, at) {
    const known = this.open.get(key);
    if (known && (state !== running || known.node !== node)) this.#close(key, failure ? "failed" : "", at);
    if (state === running && !this.open.has(key)) {
      const span = { node, title, kind, from: at, to: null, tone: "running" };
      this.open.set(key, span);
      this.spans.push(span);
    }
  }

  #close(key, tone, at) {
    Object.assign(this.open.get(key), { to: at, tone });
    this.open.delete(key);
  }
}
