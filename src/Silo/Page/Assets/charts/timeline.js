// What ran where and when: a row for each slot of a node, a bar for each stay there.
import { s } from "../dom.js";
import { clock, duration } from "../model/figures.js";
import { last } from "../model/words.js";
import { Axis } from "./axis.js";

const [head, lane, gap, left] = [16, 14, 6, 4];

/**
 * @param spans of history.js; at least one.
 * @param slots of the nodes that are members now, by name.
 * @param from, to the ends of the axis, in milliseconds since 1970.
 * @param width in pixels.
 */
export function timelineChart(spans, slots, from, to, width) {
  const right = width - 6;
  const axis = new Axis(from, Math.max(to, from + 1000), left, right);
  const drawn = [];
  let y = 2;
  const nodes = placesOf(spans, slots);
  for (const [node, places] of nodes) {
    const count = places.flat().length;
    drawn.push(s("text", { class: "name", x: left, y: y + 12 }, last(node)),
      s("text", { class: "tick", x: right, y: y + 12, "text-anchor": "end" }, `${count} ${count === 1 ? "piece" : "pieces"} of work`));
    y += head;
    for (const place of places) {
      drawn.push(s("rect", { class: "lane", x: left, y, width: right - left, height: lane, rx: 2 }));
      drawn.push(...place.map(span => bar(span, y, axis, to)));
      y += lane + 2;
    }
    y += gap;
  }
  const [count, step] = ticksOf(axis, width);
  for (let k = 0; k <= count; k++) {
    const x = axis.at(axis.low + k * step * 1000);
    drawn.unshift(s("line", { class: "grid", x1: x, y1: 0, x2: x, y2: y }));
    const anchor = k === 0 ? "start" : x > width - 20 ? "end" : "middle";
    drawn.push(s("text", { class: "tick", x, y: y + 13, "text-anchor": anchor }, clock(k * step)));
  }
  const label = `What ran on each node since the job began: ${spans.length} pieces of work on ${nodes.size} nodes`;
  return s("svg", { viewBox: `0 0 ${width} ${y + 20}`, width, height: y + 20, role: "img", "aria-label": label }, drawn);
}

function bar(span, y, axis, to) {
  const [x, end] = [axis.at(span.from), axis.at(span.to ?? to)];
  const told = `${span.title} on ${last(span.node)}, ${duration(((span.to ?? to) - span.from) / 1000)}`
    + (span.tone === "running" ? ", running" : span.tone === "failed" ? ", failed" : "");
  return s("g", { class: `span ${span.kind} ${span.tone}` },
    s("title", {}, told),
    s("rect", { x, y: y + 1, width: Math.max(1.5, end - x - 0.5), height: lane - 2, rx: 1 }));
}

// Of each node a row for each slot; of a node that has gone, the rows that its work needs. Which slot had what is not told: work goes to
// the first that is free. Results are recorded in the order of proposal, often after the slot went on: the bar that began first ends then.
function placesOf(spans, slots) {
  const nodes = new Map();
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (!nodes.has(span.node)) nodes.set(span.node, []);
    const places = nodes.get(span.node);
    const free = places.find(place => (place.at(-1).to ?? Infinity) <= span.from);
    if (free) {
      free.push({ ...span });
    } else if (places.length < (slots.get(span.node) || Infinity)) {
      places.push([{ ...span }]);
    } else {
      const first = places.reduce((a, b) => a.at(-1).from <= b.at(-1).from ? a : b);
      first.at(-1).to = span.from;
      first.push({ ...span });
    }
  }
  return new Map([...nodes].sort(([a], [b]) => a < b ? -1 : 1));
}

// Whole seconds, minutes or hours, as many as have room for their words.
function ticksOf(axis, width) {
  const seconds = (axis.high - axis.low) / 1000;
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 604_800]
    .find(one => seconds / one <= width / 70) ?? 2_592_000;
  return [Math.floor(seconds / step), step];
}
