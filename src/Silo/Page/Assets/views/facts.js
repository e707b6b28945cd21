// What a job was asked for, and its files.
import { h } from "../dom.js";
import { bytes, dayAndTime } from "../model/figures.js";
import { boundWords, metricOf } from "../model/metric.js";
import { word } from "../model/words.js";

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
    ["budget", spec.budgetEvaluations && `${spec.budgetEvaluations} evaluations`],
    ["time limit", spec.maxMinutes && `${spec.maxMinutes} minutes`],
    ["latency", `batch ${spec.batch ?? 32}, ${spec.threads ?? 1} ${(spec.threads ?? 1) === 1 ? "thread" : "threads"}`],
    ["model", spec.model],
    ["calibration", spec.calibration?.spec],
    ["evaluation", spec.evaluation?.spec],
    ["test", spec.test?.spec],
    ["seed", spec.seed ?? "0"],
  ].filter(([, value]) => value);
  return [h("h2", {}, "Question"), h("dl", { class: "facts" }, known.flatMap(([what, value]) => [h("dt", {}, what), h("dd", {}, value)]))];
}

export function files(job) {
  if (!job.artefacts?.length) return [];
  const rows = job.artefacts.map(file => h("tr", {},
    h("td", {}, file.role),
    h("td", { class: "n" }, bytes(Number(file.sizeBytes ?? 0))),
    h("td", { class: "n" }, h("code", {}, file.sha256.slice(0, 12)))));
  const fetch = h("p", { class: "note" }, h("code", {}, `./cluster fetch ${job.name}`));
  return [h("h2", {}, "Files"), h("table", {}, h("tbody", {}, rows)), fetch];
}
