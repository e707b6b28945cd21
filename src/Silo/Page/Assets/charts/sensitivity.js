// A bar for each group: the divergence that the sweep's format in it alone causes, on a logarithmic scale, worst first.
import { s } from "../dom.js";
import { decibels, leastNats, nats } from "../model/figures.js";
import { formatOf } from "../model/words.js";
import { Axis } from "./axis.js";

const rowHeight = 21;
const narrow = 560;

/**
 * @param groups of a sweep, worst first; at least one.
 * @param plan the best plan so far, whose formats colour the bars, or undefined.
 * @param width in pixels.
 */
export function sensitivityChart(groups, plan, width) {
  const isNarrow = width < narrow;
  const row = isNarrow ? rowHeight + 16 : rowHeight;
  const longest = Math.max(...groups.map(group => group.group.length));
  const [left, right, top] = [isNarrow ? 4 : Math.min(width * 0.3, 24 + 6.8 * longest), width - 118, 24];
  const bottom = top + groups.length * row;
  const formats = new Map(plan?.groups.map(decision => [decision.group, formatOf(decision)]));
  const axis = decades(groups, left, right);
  const ticks = [];
  for (let decade = axis.low; decade <= axis.high; decade++) {
    ticks.push(
      s("line", { class: "grid", x1: axis.at(decade), y1: top, x2: axis.at(decade), y2: bottom }),
      s("text", { class: "tick", x: axis.at(decade), y: bottom + 17, "text-anchor": decade === axis.low && isNarrow ? "start" : "middle" },
        power(decade)));
  }
  const worst = groups.slice(0, 3).map(group => `${group.group} ${nats(group.kl ?? 0)}`).join(", ");
  return s("svg", {
    viewBox: `0 0 ${width} ${bottom + 24}`, width, height: bottom + 24, role: "img",
    "aria-label": `Divergence of the outputs with each group alone quantized, in nats, worst first: ${worst}`,
  },
    s("text", { class: "title", x: width - 58, y: 14, "text-anchor": "end" }, "KL, nats"),
    s("text", { class: "title", x: width - 2, y: 14, "text-anchor": "end" }, "SQNR"),
    ticks,
    groups.map((group, i) => bar(group, top + i * row, axis, formats.get(group.group), { isNarrow, left, width })),
    s("line", { class: "axis", x1: left, y1: top, x2: left, y2: bottom }));
}

function bar(group, top, axis, format, { isNarrow, left, width }) {
  const kl = group.kl ?? 0;
  const length = kl >= leastNats ? Math.max(2, axis.at(Math.log10(kl)) - left) : 0;
  const at = isNarrow ? top + 16 : top;
  const longest = isNarrow ? Math.floor(width / 7.5) : Math.floor((left - 14) / 6.4);
  const right = group.total ? `, ${group.correct ?? 0} of ${group.total} right` : "";
  const told = `${group.group}: ${nats(kl)} nats, ${decibels(group.sqnrDb)} dB${right}`
    + (format ? `; ${format} in the best plan` : "");
  return s("g", { class: `bar ${format === "FP32" ? "fp32" : "int8"}` },
    s("title", {}, told),
    s("text", { class: "name", x: isNarrow ? left : left - 10, y: top + 14, "text-anchor": isNarrow ? "start" : "end" },
      shorten(group.group, longest)),
    s("rect", { x: left, y: at + 3, width: length, height: rowHeight - 6, rx: 2 }),
    s("text", { class: "value", x: width - 58, y: at + 14, "text-anchor": "end" }, nats(kl)),
    s("text", { class: "value", x: width - 2, y: at + 14, "text-anchor": "end" }, `${decibels(group.sqnrDb)} dB`));
}

// Whole decades around all positive values; bars begin at the lowest.
function decades(groups, left, right) {
  const logs = groups.map(group => group.kl ?? 0).filter(kl => kl >= leastNats).map(Math.log10);
  const [low, high] = logs.length === 0 ? [-6, 0] : [Math.floor(Math.min(...logs) - 0.05), Math.ceil(Math.max(...logs))];
  return new Axis(low, Math.max(high, low + 1), left, right);
}

const power = decade => decade >= -3 && decade <= 2 ? `${Number((10 ** decade).toFixed(3))}` : `1e${decade}`;

// Names of groups tell themselves apart at their ends.
const shorten = (name, longest) => name.length <= longest ? name : `…${name.slice(1 - longest)}`;
