// The charts of a job, drawn to the room that they have.
import { classOf, frontChart, nameOf } from "../charts/front.js";
import { key } from "../charts/key.js";
import { sensitivityChart } from "../charts/sensitivity.js";
import { timelineChart } from "../charts/timeline.js";
import { h, say } from "../dom.js";
import { milliseconds, ratio } from "../model/figures.js";
import { boundOf, pointsOf } from "../model/measured.js";
import { boundWords, metricOf } from "../model/metric.js";
import { isUnclear, shares, titleOf, winnerTitle } from "../model/words.js";
import { isOver } from "../rpc/watch.js";

const fewGroups = 14;
const mostPlans = 12;

export function figures() {
  const front = part("Accuracy against latency", "wide", "front");
  const timeline = part("Timeline", "", "timeline");
  const sensitivity = part("How sensitive each group is", "wide", "sensitivity");
  let areAllShown = false;
  let shown;
  const all = h("button", { type: "button", class: "link", "aria-expanded": "false", hidden: true, onclick: () => {
    areAllShown = !areAllShown;
    drawSensitivity(sensitivity, shown, areAllShown, all);
  } });
  sensitivity.element.append(all);
  return {
    front: front.element, timeline: timeline.element, sensitivity: sensitivity.element,
    draw(job, history, slots) {
      shown = job;
      drawFront(front, job, history);
      drawTimeline(timeline, job, history, slots);
      drawSensitivity(sensitivity, job, areAllShown, all);
    },
  };
}

function part(title, width, id) {
  const [body, note] = [h("div"), h("p", { class: "note" })];
  return { element: h("section", { class: `card ${width}`, id }, h("h2", {}, title), body, note), body, note };
}

// Redrawn as a whole; nothing in a chart takes the keyboard's focus.
function put(part, chart, entries, more = []) {
  part.body.replaceChildren(h("figure", {}, chart, h("figcaption", {}, key(entries))), ...more);
}

function drawFront(part, job, history) {
  const points = pointsOf(history.candidates.filter(candidate => candidate), job);
  if (points.length === 0) {
    part.body.replaceChildren();
    const both = "a candidate has both an accuracy and a latency.";
    say(part.note, isOver(job.state) ? `No${both.slice(1)}` : `Drawn once ${both}`);
    return;
  }
  const bestIs = winnerTitle(job) + (job.winner && !job.winner.candidate ? " = FP32" : "");
  part.element.classList.toggle("unclear", Boolean(job.winner) && (isUnclear(job.winner) || !job.winner.candidate));
  const metric = metricOf(job.spec?.metric);
  const chart = frontChart(points, boundOf(job.spec, points), part.body.clientWidth, metric, boundWords(job.spec ?? {}), bestIs);
  const colours = [["winner", bestIs], ["fp32", "FP32"], ["int8", "all INT8"], ["front", "Pareto front"], ["other", "not on the front"]]
    .filter(([name]) => points.some(point => classOf(point) === name));
  put(part, chart, colours, [frontTable(points, metric, bestIs)]);
  const scaled = "Milliseconds are scaled to one FP32 latency, as each is timed in turn with FP32.";
  say(part.note, `${job.progress?.passedOver ?? ""} Upright bars: 95% interval of each accuracy. ${scaled}`.trim());
}

function frontTable(points, metric, bestIs) {
  // However many there are, the best is shown.
  const all = points.filter(point => point.onFront).sort((a, b) => a.ms - b.ms);
  const front = all.filter((point, i) => i < mostPlans || point.role === "winner");
  const names = [metric.title, "drop, points", "ms, scaled", "× FP32"];
  const rows = front.map(point => h("tr", { class: point.role === "winner" ? "selected" : null },
    h("td", {}, nameOf(point, bestIs), h("small", {}, shares(point.candidate.plan))),
    [point.figure, point.drop, milliseconds(point.ms), ratio(point.speedUp)].map((text, i) =>
      h("td", { class: "n", "data-label": names[i] }, h("span", {}, text)))));
  const heads = names.map(name => h("th", { scope: "col", class: "n" }, name));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of the front" }, h("table", { class: "cards" },
    h("caption", {}, "The plans of the front, fastest first"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "plan"), heads)), h("tbody", {}, rows)));
}

function drawTimeline(part, job, history, slots) {
  if (history.spans.length === 0) {
    part.body.replaceChildren();
    say(part.note, "Drawn once something runs on a node.");
    return;
  }
  const from = Date.parse(job.startTime ?? job.createTime);
  const to = Math.max(job.endTime ? Date.parse(job.endTime) : Date.now(), ...history.spans.map(span => span.to ?? 0));
  put(part, timelineChart(history.spans, slots, from, to, part.body.clientWidth),
    [["bars", "candidate"], ["fp32", "other work"], ["running", "running"], ["failed", "failed"]]);
  const ends = "A bar ends where its result is recorded, or where its slot begins something else.";
  say(part.note, `Time since the job began; a row for each slot. ${ends}`);
}

function drawSensitivity(part, job, areAllShown, all) {
  const sweep = job.sensitivities?.at(-1);
  if (!sweep?.groups?.length) {
    part.body.replaceChildren();
    all.hidden = true;
    say(part.note, isOver(job.state) ? "The job ended without a sweep over its groups." : "Drawn once the groups have been swept.");
    return;
  }
  const groups = [...sweep.groups].sort((a, b) => (b.kl ?? 0) - (a.kl ?? 0));
  const plan = (job.winner ?? job.progress?.best)?.plan;
  put(part, sensitivityChart(areAllShown ? groups : groups.slice(0, fewGroups), plan, part.body.clientWidth),
    [["bars", `quantized in the ${job.winner ? "plan found" : "best plan so far"}`], ["fp32", "FP32 there"]]);
  const alone = `KL divergence from FP32 with this group alone in ${titleOf(sweep.format)}`;
  say(part.note, `${alone}, nats (log scale; less is better)${groups[0].total ? `, over ${groups[0].total} images` : ""}.`);
  all.hidden = groups.length <= fewGroups;
  all.setAttribute("aria-expanded", `${areAllShown}`);
  say(all, areAllShown ? `Only the ${fewGroups} most sensitive` : `All ${groups.length} groups`);
}
