// What a job was asked for, and its files.
import { h, say } from "../dom.js";
import { bytes, dayAndTime } from "../model/figures.js";
import { boundWords, metricOf } from "../model/metric.js";
import { last, word } from "../model/words.js";
import { download } from "../rpc/download.js";

export function facts(job) {
  const spec = job.spec ?? {};
  const lost = boundWords(spec);
  const known = [
    ["created", dayAndTime(job.createTime)],
    ["started", job.startTime && dayAndTime(job.startTime)],
    ["goal", word(spec.goal ?? "fastest")],
    ["metric", metricOf(spec.metric).title],
    ["may lose", spec.goal === "SEARCH_GOAL_ACCURATE" ? "" : lost + (spec.confidence ? ` at confidence ${spec.confidence}` : "")],
    ["formats", spec.formats?.join(", ")],
    ["kinds of machines", spec.kinds?.join(", ")],
    ["budget", spec.budgetEvaluations && `${spec.budgetEvaluations} evaluations`],
    ["time limit", spec.maxMinutes && `${spec.maxMinutes} minutes`],
    ["latency", `batch ${spec.batch ?? 32}, ${spec.threads ?? 1} ${(spec.threads ?? 1) === 1 ? "thread" : "threads"}`],
    ["model", spec.model && `${job.displayName || ""} (SHA-256 ${last(spec.model).slice(0, 12)}…)`.trim()],
    ["calibration", spec.calibration?.spec],
    ["evaluation", spec.evaluation?.spec],
    ["test", spec.test?.spec],
    ["seed", spec.seed ?? "0"],
  ].filter(([, value]) => value);
  return [h("h2", {}, "Options"), h("dl", { class: "facts" }, known.flatMap(([what, value]) => [h("dt", {}, what), h("dd", {}, value)]))];
}

/** The files, each a link that saves it: the report and the network first. */
export function files(job) {
  if (!job.artefacts?.length) return [];
  const problem = h("p", { class: "problem", role: "alert" });
  const order = file => [...first, file.role].indexOf(file.role);
  const rows = job.artefacts.toSorted((a, b) => order(a) - order(b)).map(file => h("tr", {},
    h("td", { class: "name" }, link(file, problem)),
    h("td", { class: "n" }, bytes(Number(file.sizeBytes ?? 0))),
    h("td", { class: "n" }, h("code", {}, file.sha256.slice(0, 12)))));
  const fetch = h("p", { class: "note" }, "All: ", h("code", {}, `./cluster fetch ${job.name}`));
  return [h("h2", {}, "Files"), h("table", {}, h("tbody", {}, rows)), problem, fetch];
}

const first = ["report.html", "winner.qdq.onnx", "winner.plan.json", "result.json"];

function link(file, problem) {
  const saves = h("button", { type: "button", class: "link", onclick: async () => {
    say(problem, "");
    saves.disabled = true;
    try {
      await download(file);
    } catch (failure) {
      say(problem, failure.message);
    } finally {
      saves.disabled = false;
    }
  } }, file.role);
  return saves;
}
