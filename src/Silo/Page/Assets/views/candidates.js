// Every candidate, the newest first, in a table that is filled once it is opened.
import { h, say } from "../dom.js";
import { milliseconds, none, ratio } from "../model/figures.js";
import { accuracyOf, latencyOf, speedUpOf } from "../model/measured.js";
import { figureOf, metricOf, pointsOfDrop } from "../model/metric.js";
import { shares, tone, word } from "../model/words.js";

export function candidates() {
  const title = h("summary", {}, "All candidates");
  const [level, body] = [h("th", { scope: "col", class: "n" }), h("tbody")];
  const heads = ["drop, points", "ms", "× FP32"].map(name => h("th", { scope: "col", class: "n" }, name));
  const table = h("table", { class: "cards" },
    h("thead", {}, h("tr", {}, ["candidate", "state"].map(name => h("th", { scope: "col" }, name)), level, heads)), body);
  const details = h("details", { ontoggle: () => fill() }, title, h("div", { class: "scroll" }, table));
  const rows = [];
  let [shown, metric] = [[], metricOf()];

  function fill() {
    if (!details.open) return;
    say(level, metric.title);
    shown.forEach((candidate, number) => {
      if (rows[number]?.candidate === candidate) return;
      const element = row(candidate, metric);
      if (rows[number]) rows[number].element.replaceWith(element);
      else body.prepend(element);
      rows[number] = { candidate, element };
    });
  }

  return {
    element: h("section", { class: "card", id: "candidates" }, details),
    draw(job, history) {
      [shown, metric] = [history.candidates, metricOf(job.spec?.metric)];
      const count = shown.filter(candidate => candidate).length;
      say(title, count === 0 ? "All candidates: none yet" : `All candidates: ${count}`);
      fill();
    },
  };
}

function row(candidate, metric) {
  const accuracy = accuracyOf(candidate);
  const number = (name, text) => h("td", { class: "n", "data-label": name }, h("span", {}, text));
  return h("tr", {},
    h("td", { class: "name" }, `${candidate.number ?? 0}: ${shares(candidate.plan)}`, h("small", {}, candidate.purpose ?? "")),
    h("td", { "data-label": "state" }, h("span", { class: `chip ${tone(candidate.state)}` }, word(candidate.state)),
      candidate.failure ? h("small", { class: "problem" }, candidate.failure.message) : null),
    number(metric.title, accuracy ? figureOf(accuracy) : none), number("drop, points", accuracy ? pointsOfDrop(accuracy) : none),
    number("ms", milliseconds(latencyOf(candidate)?.medianMs)), number("× FP32", ratio(speedUpOf(candidate))));
}
