// The top of a job: its state, progress and best candidate in figures.
import { h, say } from "../dom.js";
import { bytes, clock, dayAndTime, duration, milliseconds, none, ratio, secondsOf } from "../model/figures.js";
import { accuracyOf, bestOf, latencyOf, speedUpOf } from "../model/measured.js";
import { figureOf, metricOf, pointsOfDrop } from "../model/metric.js";
import { eta, isDoubtful, position, shares, tone, winnerTitle, word } from "../model/words.js";
import { boardOf } from "../rpc/grafana.js";
import { isOver } from "../rpc/watch.js";

export function jobHead(name, job) {
  const title = h("h1", { tabindex: -1 }, job.displayName || name);
  const [chip, reason, warning, place] = [h("span"), h("p"), h("p", { class: "problem" }), h("span", { class: "note" })];
  const [test, sure] = [h("p"), h("p")];
  const bar = h("progress", { max: 1, "aria-label": "Progress of the job" });
  const buttons = h("div");
  const tiles = ["speed-up", "latency", "top-1", "file", "evaluations", "ETA"].map(() => h("div", {}, h("dt"), h("dd")));
  const board = boardOf(name);
  const element = h("section", { class: "card" },
    h("p", { class: "eyebrow" }, h("a", { href: "#/" }, "Jobs"), ` / ${name} · ${job.spec?.target ?? ""}`,
      board ? [" · ", h("a", { href: board, rel: "noopener" }, "Search on the dashboard")] : ""),
    h("div", { class: "head" }, h("div", {}, title, h("p", {}, chip, " ", place)), buttons),
    reason, test, sure, warning, bar, h("dl", { class: "tiles" }, tiles));

  return {
    element, title, actions: buttons,
    show(now, candidates) {
      chip.className = `chip ${isDoubtful(now.winner) ? "hold" : tone(now.state)}`;
      say(chip, word(now.state));
      say(reason, now.winner?.reason ?? now.reason ?? "");
      reason.className = now.state === "JOB_STATE_FAILED" ? "problem" : "lead";
      say(test, now.winner?.test ? `On the test set: ${now.winner.test}` : "");
      say(sure, now.winner?.sureness ?? "");
      say(warning, now.progress?.warning ? `Warning: ${now.progress.warning}` : "");
      say(place, now.endTime ? `ended ${dayAndTime(now.endTime)}` : now.progress?.purpose ?? "");
      const done = now.progress?.done ?? 0;
      bar.value = done / Math.max(1, done + (now.progress?.estimatedLeft ?? 0));
      bar.hidden = isOver(now.state);
      figuresOf(now, candidates).forEach(([what, value, more], i) => set(tiles[i], what, value, more));
    },
  };
}

function figuresOf(job, candidates) {
  const best = bestOf(job, candidates);
  const accuracy = best && accuracyOf(best);
  const isFloat = job.winner && !job.winner.candidate;
  // FP32 is timed beside the others.
  const beside = isFloat && job.progress?.best && latencyOf(job.progress.best);
  const latency = beside ? { medianMs: beside.float32MedianMs, float32MedianMs: beside.float32MedianMs } : best && latencyOf(best);
  const size = best?.evaluations?.map(one => one.artefact?.sizeBytes).findLast(one => one !== undefined);
  const standing = isFloat ? "FP32 stays" : latency ? "as fast as FP32" : "not timed yet";
  return [
    [winnerTitle(job).toLowerCase(), ratio(best && speedUpOf(best)), standing],
    ["latency", latency ? `${milliseconds(latency.medianMs)} ms` : none, fp32Of(latency)],
    [metricOf(job.spec?.metric).title, accuracy ? figureOf(accuracy) : none, lossOf(accuracy)],
    ["file", size === undefined ? none : bytes(Number(size)), best ? shares(best.plan) : "of the best"],
    ["evaluations", `${job.progress?.done ?? 0}`, isOver(job.state) ? "done" : position(job.progress).replace(/^\d+ /, "")],
    isOver(job.state)
      ? ["took", duration(secondsOf(job.progress?.elapsed)), "pauses left out"]
      : ["time left", eta(job), `${clock(secondsOf(job.progress?.elapsed))} so far`],
  ];
}

const fp32Of = latency => latency ? `FP32 ${milliseconds(latency.float32MedianMs)} ms` : "median of a run";

const lossOf = accuracy => {
  const lost = accuracy ? pointsOfDrop(accuracy) : none;
  return lost === none ? "of the evaluation images" : lost.startsWith("-") ? `${lost.slice(1)} points gained` : `${lost} points lost`;
};

function set(tile, what, value, more) {
  const [term, figure] = tile.children;
  say(term, what);
  if (figure.dataset.said !== `${value}|${more}`) {
    figure.dataset.said = `${value}|${more}`;
    figure.replaceChildren(value, h("small", {}, more));
  }
}
