// Nodes and their devices.
import { h } from "../dom.js";
import { duration, since } from "../model/figures.js";
import { last, tone, word } from "../model/words.js";

/** The table's content; `only` is the job whose work is named by its candidate alone, or null. */
export function nodesTable(nodes, only = null) {
  if (nodes.length === 0) return [h("p", { class: "note" }, "No nodes are members just now. Jobs wait until one joins.")];
  const rows = nodes.flatMap(node => (node.slots?.length ? node.slots : [null]).map((slot, i) => h("tr", {},
    h("td", { class: "name" }, i === 0 ? last(node.name) : h("span", { class: "unseen" }, last(node.name)),
      i === 0 ? h("small", {}, `version ${node.version}, heard ${duration(since(node.lastHeartbeatTime))} ago`) : null),
    h("td", { "data-label": "State" }, h("span", { class: `chip ${tone(node.state)}` }, word(node.state))),
    h("td", { "data-label": "Device" },
      h("span", {}, slot ? slot.device : "no slots"), slot?.deviceClass ? h("small", {}, slot.deviceClass) : null),
    h("td", { "data-label": "Works on" }, slot ? work(slot, only) : "–"))));
  return [h("div", { class: "scroll" }, h("table", { class: "cards" },
    h("thead", {}, h("tr", {}, ["Node", "State", "Device", "Works on"].map(name => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows)))];
}

function work(slot, only) {
  const problem = slot.problem ? h("small", { class: "problem" }, slot.problem) : null;
  if (!slot.candidate) return [h("span", {}, slot.excluded ? "excluded" : "idle"), problem];
  const [, job, candidate] = /^(jobs\/[^/]+)(?:\/candidates\/(\d+))?$/.exec(slot.candidate) ?? [null, slot.candidate];
  const what = candidate ? `candidate ${candidate}` : "other work";
  const shown = job === only ? what : h("a", { href: `#/${job}` }, `${what} of ${last(job).slice(0, 12)}`);
  return [h("span", {}, shown), h("small", {}, `for ${duration(since(slot.candidateStartTime))}`), problem];
}
