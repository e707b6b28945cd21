// What the colours of a chart mean.
import { h } from "../dom.js";

/** @param entries pairs of a class of charts.css and its words. */
export const key = entries => entries.map(([name, words]) => h("span", { class: "key" }, h("i", { class: name }), words));
