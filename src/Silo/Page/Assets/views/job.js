// One job: where it is, its front, its groups, what ran where, its nodes and its log.
import { announce, h } from "../dom.js";
import { History } from "../model/history.js";
import { measures, word } from "../model/words.js";
import { get } from "../rpc/call.js";
import { repeat } from "../rpc/persist.js";
import { follow, isOver } from "../rpc/watch.js";
import { actions } from "./actions.js";
import { candidates } from "./candidates.js";
import { figures } from "./figures.js";
import { facts, files } from "./facts.js";
import { jobHead } from "./job-head.js";
import { log } from "./log.js";
import { nodesTable } from "./nodes.js";

const every = 3_000;
const redraw = 400;

export async function showJob(content, name, signal, takesFocus) {
  let job = await get(name, {}, signal);
  let timer = 0;
  let slots = new Map();
  const [head, charts, all, lines] = [jobHead(name, job), figures(), candidates(), log()];
  const [nodes, sheet, published] = [h("div"), h("div"), h("div")];
  let listed = "";
  const buttons = actions(name, changed => show(changed));
  head.actions.append(buttons.element);
  content.replaceChildren(
    head.element,
    h("div", { class: "grid" },
      charts.front, lines.element, charts.timeline, charts.sensitivity,
      h("section", { class: "card narrow" }, h("h2", {}, "Nodes"), nodes, published, sheet), all.element));
  document.title = `${job.displayName || name} · Cluster`;
  if (takesFocus) head.title.focus();

  const draw = () => {
    timer = 0;
    charts.draw(job, history, slots);
    all.draw(job, history);
    lines.draw(history.log);
  };
  const soon = () => timer ||= setTimeout(draw, redraw);
  const history = new History(event => {
    if (event.heartbeat) job.progress = event.heartbeat.progress;
    if (event.stateChanged) job.state = event.stateChanged.state;
    head.show(job, history.candidates);
    soon();
  });
  const show = now => {
    tell(job, now);
    job = now;
    head.show(job, history.candidates);
    buttons.show(job);
    // A button that is replaced while it is pressed saves nothing.
    const artefacts = JSON.stringify(job.artefacts ?? []);
    if (artefacts !== listed) published.replaceChildren(...files(job));
    listed = artefacts;
    sheet.replaceChildren(...facts(job));
    soon();
  };
  const resized = new ResizeObserver(soon);
  resized.observe(content);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    resized.disconnect();
  });
  show(job);
  await Promise.all([
    follow(name, history, signal).then(async () => show(await get(name, {}, signal))),
    repeat(every, async () => {
      if (!isOver(job.state)) show(await get(name, {}, signal));
      const known = (await get("nodes", {}, signal)).nodes ?? [];
      nodes.replaceChildren(...nodesTable(known, name));
      slots = new Map(known.map(node => [node.name, node.slots?.length ?? 0]));
    }, signal),
  ]);
}

// The few changes that someone who does not see the page wants to hear of.
function tell(before, now) {
  const best = now.progress?.best;
  if (before.state !== now.state) announce(`State: ${word(now.state)}.`);
  else if (best && best.name !== before.progress?.best?.name) announce(`${now.progress.bestMisses ? "Nearer" : "New best"}: ${measures(best)}.`);
}
