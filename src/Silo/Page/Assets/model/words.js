// What the contract's values are called for people, as in the terminal.
import { bytes, clock, milliseconds, none, ratio, secondsOf, timeOfDay } from "./figures.js";
import { accuracyOf, latencyOf, speedUpOf } from "./measured.js";
import { figureOf, metricOf, pointsOfDrop } from "./metric.js";

const tones = {
  succeeded: "good", running: "busy", preparing: "busy", queued: "", scheduled: "", pausing: "hold", paused: "hold", cancelling: "hold",
  cancelled: "hold", suspended: "hold", unschedulable: "hold", "awaiting labels": "hold", failed: "bad",
  ready: "good", draining: "hold", cordoned: "hold", suspect: "bad",
};

/** "JOB_STATE_RUNNING" is "running", "FAILURE_KIND_OUT_OF_MEMORY" is "out of memory". */
export const word = value =>
  (value ?? "").replace(/^(JOB_STATE|CANDIDATE_STATE|NODE_STATE|FAILURE_KIND|SEARCH_GOAL)_/, "").toLowerCase().replaceAll("_", " ");

/** The colour of a state. */
export const tone = state => tones[word(state)] ?? "";

/** "jobs/x/candidates/3" is "3". */
export const last = name => name.slice(name.lastIndexOf("/") + 1);

/** A plan that is not deployable is not called the best. */
export const bestTitle = progress => progress?.bestMisses ? "Nearest yet" : "Best so far";

/** What the plan found is called: only one that meets its bounds and is known to be faster is called a winner. */
export const winnerTitle = ({ winner, progress }) => !winner ? bestTitle(progress)
  : winner.proof && winner.proof !== "PROOF_VERDICT_UNSPECIFIED" ? "Deployed"
  : !winner.feasible ? "Nearest" : isUnclear(winner) ? "Undecided"
  : winner.kind === "WINNER_KIND_NOTHING_FASTER" ? "Kept" : "Winner";

/** Whether the images do not show that it keeps the bound, or the data are doubted. */
export const isDoubtful = winner => winner?.sure === false || winner?.verdict === "VERDICT_KIND_DATA_DOUBTED";

export const isUnclear = winner => winner?.kind === "WINNER_KIND_UNCLEAR";

/** "12 of about 40 evaluations". */
export const position = progress => {
  const done = progress?.done ?? 0;
  const left = progress?.estimatedLeft ?? 0;
  return left === 0 ? `${done} evaluations` : `${done} of about ${done + left}`;
};

/** "top-1 91.25%, drop 0.13 points, 5.84 ms, 1.24×". */
export const measures = candidate => {
  const accuracy = accuracyOf(candidate);
  const latency = latencyOf(candidate);
  const said = [];
  if (accuracy) {
    const lost = pointsOfDrop(accuracy);
    said.push(`${metricOf(accuracy.metric).title} ${figureOf(accuracy)}${lost === none ? "" : `, drop ${lost} points`}`);
  }
  if (latency) said.push(`${milliseconds(latency.medianMs)} ms, ${ratio(speedUpOf(candidate))}`);
  return said.length === 0 ? "not measured yet" : said.join(", ");
};

/** "drop 0.13 points, 1.24×". */
export const briefly = candidate => {
  const accuracy = accuracyOf(candidate);
  const lost = accuracy ? pointsOfDrop(accuracy) : none;
  const loss = accuracy && (lost === none ? figureOf(accuracy) : `drop ${lost} points`);
  return [loss, latencyOf(candidate) && ratio(speedUpOf(candidate))].filter(said => said).join(", ");
};

/** "18 of 20 groups in INT8", "20 of 22 groups quantized: 2 in INT8, 18 in W4A8". */
export const shares = plan => {
  const formats = plan.groups.map(formatOf);
  const quantized = formats.filter(format => format !== "FP32");
  const counts = new Map();
  for (const format of quantized) counts.set(format, (counts.get(format) ?? 0) + 1);
  const share = `${quantized.length} of ${formats.length} groups`;
  return [...counts.keys()].every(format => format === "INT8")
    ? `${share} in INT8`
    : `${share} quantized: ${[...counts].map(([format, count]) => `${count} in ${format}`).join(", ")}`;
};

/** "FP32", "INT8", "int8-safe", "W4A8": the format that a group is decided to have. */
export const formatOf = decision => titleOf(decision.format ?? "");

export const titleOf = format => format.includes("-") ? format : format.replace("float", "FP").toUpperCase();

/** An event in a sentence, whether it is good or bad news, and null for what a log leaves out. */
export const news = event => {
  if (event.stateChanged) return newsOfState(event.stateChanged);
  if (event.roundProposed) {
    const { round = 0, purpose, items = 0 } = event.roundProposed;
    return ["", `Round ${round}: ${purpose} (${items} ${items === 1 ? "item" : "items"})`];
  }
  if (event.candidateChanged) return newsOfCandidate(event.candidateChanged);
  if (event.workChanged) return newsOfWork(event.workChanged);
  if (event.winnerSelected) return newsOfWinner(event.winnerSelected);
  if (event.artefactPublished) {
    return ["", `Published ${event.artefactPublished.role} (${bytes(Number(event.artefactPublished.sizeBytes ?? 0))})`];
  }
  return null;
};

const newsOfWinner = winner =>
  [winner.feasible && !isUnclear(winner) ? "good" : "", winner.candidate ? `${winnerTitle({ winner })}: ${winner.reason}` : winner.reason];

const newsOfState = ({ state, reason, retryTime }) => [
  tone(state) === "bad" || tone(state) === "good" ? tone(state) : "",
  `State: ${word(state)}${reason ? `: ${reason}` : "."}${retryTime ? ` Next try at ${timeOfDay(retryTime)}.` : ""}`,
];

const newsOfCandidate = candidate =>
  candidate.failure ? ["bad", `Candidate ${candidate.number ?? 0} (${shares(candidate.plan)}) failed, ${word(candidate.failure.kind)}: ${candidate.failure.message}`]
    : candidate.state === "CANDIDATE_STATE_SUCCEEDED" ? ["", `Candidate ${candidate.number ?? 0}: ${measures(candidate)}`] : null;

const newsOfWork = work =>
  work.failure ? ["bad", `${capital(work.title)} failed, ${word(work.failure.kind)}: ${work.failure.message}`]
    : work.state === "CANDIDATE_STATE_SUCCEEDED" ? ["", `${capital(work.title)}: done`] : null;

const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

/** The time left of a job that runs. */
export const eta = job => job.state === "JOB_STATE_RUNNING" ? clock(secondsOf(job.progress?.remaining)) : none;
