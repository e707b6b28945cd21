// What was measured of a candidate, and which candidates no other beats: the points of the front.
import { boundHeight, figureOf, heightOf, pointsOfDrop, rangeOfLoss } from "./metric.js";

const z = 1.959964;

/** The last accuracy, over as many images as any; or undefined. */
export const accuracyOf = candidate => (candidate.evaluations ?? []).map(one => one.accuracy).filter(one => one?.total > 0)
  .reduce((best, one) => best === undefined || one.total >= best.total ? one : best, undefined);

export const latencyOf = candidate => (candidate.evaluations ?? []).map(one => one.latency).findLast(one => one?.medianMs > 0);

/** How many times as fast as FP32, measured in turn with it; 1 of FP32 itself. */
export const speedUpOf = candidate => {
  if (isFloat(candidate.plan)) return 1;
  const latency = latencyOf(candidate);
  return latency === undefined ? undefined : latency.float32MedianMs / latency.medianMs;
};

export const isFloat = plan => plan.groups.every(decision => decision.format === "float32");

const isInt8 = plan => plan.groups.every(decision => decision.format === "int8");

/** The winner, which is FP32's candidate where nothing was better, or else the best so far; undefined where it is not at hand. */
export const bestOf = (job, candidates = []) => job.winner
  ? job.winner.candidate ?? candidates.find(candidate => candidate && isFloat(candidate.plan))
  : job.progress?.best;

/** 95 % of a proportion by Wilson's score, as in the report. */
export const interval = (correct, total) => {
  const p = correct / total;
  const centre = (p + z * z / (2 * total)) / (1 + z * z / total);
  const half = z * Math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total);
  return [correct === 0 ? 0 : centre - half, correct === total ? 1 : centre + half];
};

const formats = plan => plan.groups.map(decision => decision.format).join();

/**
 * The candidates that have both coordinates of the front. The server computes the front, and the best is on it. Each was timed in turn
 * with FP32: its milliseconds are scaled to one FP32, so that the machine's drift does not look like a difference between plans. What has
 * the best's formats has its kernels, and so its time.
 */
export function pointsOf(candidates, job) {
  const best = bestOf(job, candidates);
  // The milliseconds of the best are the ones that the head shows.
  const decided = job.winner?.candidate ?? job.progress?.best;
  const float32 = candidates.find(candidate => isFloat(candidate.plan) && accuracyOf(candidate));
  if (!float32) return [];
  const total = accuracyOf(float32).total;
  const timed = candidates.map(latencyOf).find(latency => latency?.float32MedianMs > 0);
  if (!timed) return [];
  const reference = (decided && latencyOf(decided))?.float32MedianMs ?? latencyOf(float32)?.medianMs ?? timed.float32MedianMs;
  const own = { medianMs: reference, float32MedianMs: reference };
  const front = new Map((job.progress?.front ?? []).map(plan => [plan.candidate, plan]));
  const found = [];
  for (const candidate of candidates) {
    const accuracy = accuracyOf(candidate);
    const latency = front.get(candidate.name)
      ?? (decided && formats(candidate.plan) === formats(decided.plan) ? latencyOf(decided) : latencyOf(candidate))
      ?? (candidate === float32 ? { ...own, iqrMs: timed.float32IqrMs } : undefined);
    if (accuracy?.total !== total || latency === undefined) continue;
    const scale = latency.float32MedianMs > 0 ? reference / latency.float32MedianMs : 1;
    const correct = accuracy.correct ?? 0;
    const isLoss = accuracy.loss !== undefined;
    found.push({
      candidate, total, height: heightOf(accuracy), range: isLoss ? rangeOfLoss(accuracy) : interval(correct, total),
      figure: figureOf(accuracy), counted: isLoss ? "" : ` (${correct} of ${total})`, drop: pointsOfDrop(accuracy),
      ms: latency.medianMs * scale, half: (latency.iqrMs ?? 0) * scale / 2, speedUp: latency.float32MedianMs / latency.medianMs,
      onFront: front.has(candidate.name), role: candidate.name === best?.name ? "winner" : candidate === float32 ? "fp32" : "",
    });
  }
  const int8 = found.filter(point => isInt8(point.candidate.plan) && !point.role).sort((a, b) => b.height - a.height || a.ms - b.ms)[0];
  if (int8) int8.role = "int8";
  return found;
}

/** The least height that the job accepts, or undefined where it takes the most accurate. */
export function boundOf(spec, points) {
  const float32 = points.find(point => point.role === "fp32") ?? points.find(point => isFloat(point.candidate.plan));
  const hasBudget = spec.latencyBudgetMs || spec.sizeBudgetBytes || spec.bopsBudget;
  const isAccurate = spec.goal === "SEARCH_GOAL_ACCURATE" || (!spec.goal && hasBudget);
  if (!float32 || isAccurate) return undefined;
  return boundHeight(spec, float32.height);
}
