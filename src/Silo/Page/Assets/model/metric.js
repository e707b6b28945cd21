// What plans are judged by: names, figures, and where a plan is drawn (better is higher), as in the report (src/Reporting/Charts).
import { decibels, nats, none, percent, points } from "./figures.js";

const asKl = { title: "KL to FP32", axis: "KL to FP32, nats", figure: loss => `${nats(loss)} nats`, height: loss => -loss };
const asSqnr = {
  title: "SQNR to FP32", axis: "noise, share of FP32's power", height: loss => -loss,
  figure: loss => loss === 0 ? "no noise" : `${decibels(-10 * Math.log10(loss))} dB`,
};
const asRmse = { title: "RMSE", axis: "RMSE", figure: loss => Math.sqrt(loss).toPrecision(4), height: loss => -Math.sqrt(loss) };
const images = title => ({ title, axis: title, figure: percent, height: share => share, isShare: true });
const asMissing = title => ({ title, axis: title, figure: loss => percent(1 - loss), height: loss => 1 - loss, isShare: true });
const kinds = {
  METRIC_KIND_TOP5: images("top-5"), METRIC_KIND_OUTPUT_KL: asKl, METRIC_KIND_OUTPUT_SQNR: asSqnr, METRIC_KIND_RMSE: asRmse,
  METRIC_KIND_MAP50: asMissing("mAP50"), METRIC_KIND_MAP50_TO95: asMissing("mAP50-95"), METRIC_KIND_MIOU: asMissing("mIoU"),
  METRIC_KIND_CTC: asMissing("share of exact strings"), METRIC_KIND_CTC_CHARACTERS: asMissing("share of right characters"),
};

/** The metric of a name of the contract; a server that names none judges by top-1. */
export const metricOf = value => kinds[value] ?? images("top-1");

const isLoss = accuracy => accuracy.loss !== undefined;

/** The level of an accuracy, a share of images or a mean loss, and its height in a chart with the ends of its interval. */
export const levelOf = accuracy => isLoss(accuracy) ? accuracy.loss : (accuracy.correct ?? 0) / accuracy.total;

export const heightOf = accuracy => metricOf(accuracy.metric).height(levelOf(accuracy));

/** "91.25%", "0.0131 nats"; "97.50% as FP32" where the images have no labels. */
export const figureOf = accuracy => metricOf(accuracy.metric).figure(levelOf(accuracy)) + (accuracy.unlabelled ? " as FP32" : "");

/** "0.13", in points; "≤ 2.50" where the images have no labels, none where the metric has none. */
export const pointsOfDrop = accuracy => !metricOf(accuracy.metric).isShare || accuracy.drop === undefined ? none
  : (accuracy.unlabelled && accuracy.drop > 0 ? "≤ " : "") + points(100 * accuracy.drop);

/** The ends of a loss's interval as heights. */
export const rangeOfLoss = accuracy =>
  [accuracy.lossHigh, accuracy.lossLow].map(loss => metricOf(accuracy.metric).height(loss ?? accuracy.loss));

/** A tick of the axis; heights above 0 are no losses. */
export const tickOf = (metric, height, digits) =>
  metric.isShare ? `${(100 * height).toFixed(Math.max(0, digits - 2))}%`
    : height > 1e-12 ? "" : Math.abs(height).toFixed(digits);

/** The height that a job asks for, given FP32's. */
export const boundHeight = (spec, float32) => {
  switch (spec.metric) {
    case "METRIC_KIND_OUTPUT_KL": return -(spec.maxDrop ?? 0.05);
    case "METRIC_KIND_OUTPUT_SQNR": return -(10 ** (-(spec.maxDrop ?? 20) / 10));
    case "METRIC_KIND_RMSE": return float32 * (1 + (spec.maxDrop ?? 0.01));
    default: return spec.maxDropIsRelative ? float32 * (1 - spec.maxDrop) : float32 - (spec.maxDrop ?? 0.005);
  }
};

/** What a job may lose, in words. */
export const boundWords = spec => {
  switch (spec.metric) {
    case "METRIC_KIND_OUTPUT_KL": return `${spec.maxDrop ?? 0.05} nats`;
    case "METRIC_KIND_OUTPUT_SQNR": return `down to ${spec.maxDrop ?? 20} dB`;
    case "METRIC_KIND_RMSE": return `${points(100 * (spec.maxDrop ?? 0.01))}% of FP32's RMSE`;
    default: return spec.maxDropIsRelative
      ? `${points(100 * spec.maxDrop)}% of FP32's ${metricOf(spec.metric).title}`
      : `${points(100 * (spec.maxDrop ?? 0))} points`;
  }
};
