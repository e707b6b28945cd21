// All jobs, the newest first, and the nodes.
import { announce, h, say } from "../dom.js";
import { duration, none, since } from "../model/figures.js";
import { bestOf } from "../model/measured.js";
import { briefly, eta, last, position, tone, word } from "../model/words.js";
import { get } from "../rpc/call.js";
import { repeat } from "../rpc/persist.js";
import { isOver } from "../rpc/watch.js";
import { nodesTable } from "./nodes.js";

const every = 3_000;
const page = 50;

export async function showJobs(content, signal, takesFocus) {
  const title = h("h1", { tabindex: -1 }, "Jobs");
  const counts = h("p", { class: "eyebrow" });
  const body = h("tbody");
  const table = h("table", { class: "cards", hidden: true },
    h("thead", {}, h("tr", {}, ["Job", "State", "Progress", "ETA", "Best", "Age"].map((name, i) =>
      h("th", { scope: "col", class: i === 3 || i === 5 ? "n" : null }, name)))), body);
  const empty = h("p", { class: "note" }, "Asking the server…");
  const more = h("button", { type: "button", hidden: true }, "Older jobs");
  const nodes = h("div");
  content.replaceChildren(
    h("section", { class: "card" }, title, counts, h("div", { class: "scroll" }, table), empty, more),
    h("section", { class: "card" }, h("h2", {}, "Nodes"), nodes));
  document.title = "Jobs · Cluster";
  if (takesFocus) title.focus();

  let pages = 1;
  const rows = new Map();
  const refresh = async () => {
    const { jobs, hasMore } = await listed(pages, signal);
    say(counts, jobs.length === 0 ? "" : summary(jobs, hasMore));
    table.hidden = jobs.length === 0;
    empty.hidden = jobs.length > 0;
    say(empty, "There are no jobs yet. Submit one: ./cluster submit --model net.onnx --data folder:images");
    more.hidden = !hasMore;
    update(body, rows, jobs);
    nodes.replaceChildren(...nodesTable((await get("nodes", {}, signal)).nodes ?? []));
  };
  more.addEventListener("click", () => {
    pages++;
    refresh().catch(failure => say(counts, failure.message));
  });
  await repeat(every, refresh, signal);
}

async function listed(pages, signal) {
  const jobs = [];
  let pageToken = "";
  for (let i = 0; i < pages; i++) {
    const answer = await get("jobs", { pageSize: page, pageToken }, signal);
    jobs.push(...answer.jobs ?? []);
    pageToken = answer.nextPageToken ?? "";
    if (!pageToken) break;
  }
  return { jobs, hasMore: pageToken !== "" };
}

function summary(jobs, hasMore) {
  const counts = new Map();
  for (const job of jobs) counts.set(word(job.state), (counts.get(word(job.state)) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(", ") + (hasMore ? " of the newest" : "");
}

// Rows stay where they are, so that what has the keyboard's focus keeps it.
function update(body, rows, jobs) {
  for (const [name, row] of rows) {
    if (!jobs.some(job => job.name === name)) {
      row.element.remove();
      rows.delete(name);
    }
  }
  jobs.forEach((job, i) => {
    if (!rows.has(job.name)) rows.set(job.name, newRow(job));
    const row = rows.get(job.name);
    fill(row, job);
    if (body.children[i] !== row.element) body.insertBefore(row.element, body.children[i] ?? null);
  });
}

function newRow(job) {
  const [chip, bar, done] = [h("span"), h("progress", { max: 1, "aria-label": `Progress of ${titleOf(job)}` }), h("span")];
  const cell = (label, look) => h("td", { class: look, "data-label": label });
  const why = h("small", { class: "problem" });
  const [left, best, age] = [cell("ETA", "n"), cell("Best"), cell("Age", "n")];
  const element = h("tr", {},
    h("td", { class: "name" },
      h("a", { href: `#/${job.name}` }, titleOf(job)), h("small", {}, `${last(job.name)} · ${job.spec?.target ?? ""}`)),
    h("td", { "data-label": "State" }, chip, why),
    h("td", { "data-label": "Progress" }, done, bar), left, best, age);
  return { element, chip, why, bar, done, left, best, age };
}

function fill(row, job) {
  if (row.state !== undefined && row.state !== job.state) announce(`${titleOf(job)} is ${word(job.state)}.`);
  row.state = job.state;
  row.chip.className = `chip ${tone(job.state)}`;
  say(row.chip, word(job.state));
  say(row.why, ["JOB_STATE_FAILED", "JOB_STATE_SUSPENDED"].includes(job.state) ? job.reason ?? ""
    : job.progress?.waiting?.reason ?? lapseOf(job));
  say(row.done, position(job.progress));
  const done = job.progress?.done ?? 0;
  row.bar.value = isOver(job.state) ? 1 : done / Math.max(1, done + (job.progress?.estimatedLeft ?? 0));
  row.bar.hidden = isOver(job.state);
  say(row.left, eta(job));
  const best = bestOf(job);
  const misses = job.winner ? !job.winner.feasible : job.progress?.bestMisses;
  say(row.best, best ? `${misses ? "nearest: " : ""}${briefly(best)}` : job.winner ? "FP32 stays" : none);
  say(row.age, duration(since(job.createTime)));
}

// What a proof found of a deployed winner, where it does not hold.
const lapseOf = job => ["PROOF_VERDICT_LAPSED", "PROOF_VERDICT_UNCLEAR"].includes(job.winner?.proof) ? job.winner.reason : "";

const titleOf = job => job.displayName || last(job.name);
