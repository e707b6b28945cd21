// Accuracy against milliseconds, with uncertainties, the front and the accuracy asked for: the report's chart while the job runs.
import { s } from "../dom.js";
import { milliseconds, percent, points as figure, ratio } from "../model/figures.js";
import { isFloat } from "../model/measured.js";
import { tickOf } from "../model/metric.js";
import { shares } from "../model/words.js";
import { Axis, LabelPlacer } from "./axis.js";

const [left, top] = [66, 12];
const names = { fp32: "FP32", int8: "All INT8", winner: "Best so far" };
export const classOf = point => point.role || (point.onFront ? "front" : "other");
const rank = point => ["other", "front", "int8", "fp32", "winner"].indexOf(classOf(point));

/**
 * @param points of measured.js; at least one.
 * @param bound the least height, or undefined.
 * @param width in pixels.
 * @param metric of metric.js.
 * @param asked what the bound says, in words.
 * @param bestIs what the best is called: the winner, once there is one.
 */
export function frontChart(points, bound, width, metric, asked, bestIs) {
  const height = Math.round(Math.min(420, Math.max(260, width * 0.5)));
  const [right, bottom] = [width - 12, height - 44];
  const [xTicks, yTicks] = [Math.max(3, Math.round(width / 110)), Math.max(4, Math.round(height / 46))];
  const x = Axis.over(points.flatMap(point => [Math.max(0, point.ms - point.half), point.ms + point.half]), 0.06, left, right);
  const y = vertical(points, bound, bottom);
  const frame = { left, top, right, bottom };
  const front = points.filter(point => point.onFront).sort((a, b) => a.ms - b.ms);
  const label = `${metric.title} against milliseconds of ${points.length} candidates; ${summary(points, bestIs)}`;
  return s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label },
    grid(x, y, xTicks, yTicks, metric, frame),
    bound === undefined ? [] : [
      s("rect", { class: "ok", x: left, y: top, width: right - left, height: Math.max(0, y.at(bound) - top) }),
      s("line", { class: "bound", x1: left, y1: y.at(bound), x2: right, y2: y.at(bound) })],
    points.filter(point => point.role === "fp32").map(point =>
      s("line", { class: "float", x1: x.at(point.ms), y1: top, x2: x.at(point.ms), y2: bottom })),
    staircase(front, x, y),
    [...points].sort((a, b) => rank(a) - rank(b)).map(point => mark(point, x, y, bestIs)),
    labels(points, front, bound, x, y, frame, metric, asked, bestIs));
}

/** What a point is called. */
export const nameOf = (point, bestIs) => point.role === "winner" ? bestIs : names[point.role] ?? `Candidate ${point.candidate.number ?? 0}`;

const told = (point, bestIs) =>
  `${nameOf(point, bestIs)}: ${point.figure}${point.counted}, ${milliseconds(point.ms)} ms, `
  + `${ratio(point.speedUp)} FP32, ${shares(point.candidate.plan)}`;

const summary = (points, bestIs) => points.filter(point => point.role).map(point => told(point, bestIs)).join("; ");

// Covers all points and the whole intervals of FP32 and the best. One that collapsed would squeeze the others into a line: points far
// below are drawn at the end of the axis.
function vertical(points, bound, bottom) {
  const highest = Math.max(...points.map(point => point.height));
  const least = highest - Math.max(highest > 0 ? 0.12 : 0, 2.5 * (highest - (bound ?? Math.min(...points.map(point => point.height)))));
  const shown = points.filter(point => point.height >= least);
  const whole = shown.filter(point => point.role === "fp32" || point.role === "winner").flatMap(point => point.range);
  return Axis.over([...shown.map(point => point.height), ...whole, ...(bound === undefined ? [] : [bound])], 0.06, bottom, top);
}

function grid(x, y, xTicks, yTicks, metric, { right, bottom }) {
  return [
    ...y.ticks(yTicks).flatMap(tick => [
      s("line", { class: "grid", x1: left, y1: y.at(tick), x2: right, y2: y.at(tick) }),
      s("text", { class: "tick", x: left - 8, y: y.at(tick) + 4, "text-anchor": "end" }, tickOf(metric, tick, y.digits(yTicks)))]),
    ...x.ticks(xTicks).flatMap(tick => [
      s("line", { class: "grid", x1: x.at(tick), y1: top, x2: x.at(tick), y2: bottom }),
      s("text", { class: "tick", x: x.at(tick), y: bottom + 17, "text-anchor": "middle" }, tick.toFixed(x.digits(xTicks)))]),
    s("line", { class: "axis", x1: left, y1: bottom, x2: right, y2: bottom }),
    s("line", { class: "axis", x1: left, y1: top, x2: left, y2: bottom }),
    s("text", { class: "title", x: (left + right) / 2, y: bottom + 36, "text-anchor": "middle" }, "median milliseconds per run"),
    s("text", { class: "title", "text-anchor": "middle", transform: `translate(11 ${(top + bottom) / 2}) rotate(-90)` }, metric.axis),
  ];
}

function staircase(front, x, y) {
  if (front.length < 2) return [];
  const steps = front.slice(1).map(point => `H${x.at(point.ms).toFixed(1)}V${y.at(point.height).toFixed(1)}`).join("");
  return [s("path", { class: "stair", d: `M${x.at(front[0].ms).toFixed(1)} ${y.at(front[0].height).toFixed(1)}${steps}` })];
}

function mark(point, x, y, bestIs) {
  const [cx, cy] = [x.at(point.ms), y.at(point.height)];
  const isProminent = point.onFront || point.role;
  const [low, high] = point.range;
  return s("g", { class: classOf(point) },
    s("title", {}, told(point, bestIs)),
    isProminent ? s("path", {
      class: "whisker",
      d: `M${cx} ${y.at(low)}V${y.at(high)}M${x.at(point.ms - point.half)} ${cy}H${x.at(point.ms + point.half)}`,
    }) : null,
    shape(point, cx, cy, y));
}

function shape(point, cx, cy, y) {
  if (point.height < y.low) return s("path", { class: "mark", d: `M${cx - 6} ${cy - 11}H${cx + 6}L${cx} ${cy - 1}Z` });
  if (point.role === "winner") return s("path", { class: "mark", d: `M${cx} ${cy - 9}L${cx + 9} ${cy}L${cx} ${cy + 9}L${cx - 9} ${cy}Z` });
  if (point.role) return s("rect", { class: "mark", x: cx - 5.5, y: cy - 5.5, width: 11, height: 11, rx: 2 });
  return s("circle", { class: "mark", cx, cy, r: point.onFront ? 5 : 4 });
}

function labels(points, front, bound, x, y, { right, bottom }, metric, asked, bestIs) {
  const placer = new LabelPlacer(left + 4, top + 2, right - 4, bottom - 2);
  for (const point of points) {
    const [cx, cy, [low, high]] = [x.at(point.ms), y.at(point.height), point.range];
    placer.reserve(cx, cy, 8);
    if (!point.onFront && !point.role) continue;
    placer.cover(cx, y.at(high), cx, y.at(low));
    placer.cover(x.at(point.ms - point.half), cy, x.at(point.ms + point.half), cy);
  }
  front.slice(1).forEach((to, i) => placer.cover(x.at(front[i].ms), y.at(front[i].height), x.at(to.ms), y.at(front[i].height)));
  if (bound !== undefined) placer.cover(left, y.at(bound), right, y.at(bound));
  const float32 = points.find(point => point.role === "fp32") ?? points.find(point => isFloat(point.candidate.plan));
  if (float32) placer.cover(x.at(float32.ms), top, x.at(float32.ms), bottom);
  const drawn = points.filter(point => point.role).map(point => {
    const below = point.height < y.low ? ` (${point.figure}, below the axis)` : "";
    const text = nameOf(point, bestIs) + below;
    const [labelX, labelY] = placer.place(text, x.at(point.ms), y.at(point.height));
    return s("text", { class: `label ${classOf(point)}`, x: labelX, y: labelY }, text);
  });
  if (bound !== undefined && float32) {
    const text = metric.figure === percent ? `FP32 − ${figure(100 * (float32.height - bound))} points: asked for` : `${asked}: asked for`;
    const [labelX, labelY] = placer.place(text, x.at(float32.ms), y.at(bound) + 12);
    drawn.push(s("text", { class: "label dim", x: labelX, y: labelY }, text));
  }
  return drawn;
}
