// What happened, the newest first.
import { h, say } from "../dom.js";
import { timeOfDay } from "../model/figures.js";

const few = 200;

export function log() {
  const list = h("ol", { class: "log", tabindex: 0, "aria-label": "Log of the job, the newest first" });
  const note = h("p", { class: "note" });
  let drawn = 0;
  return {
    element: h("section", { class: "card narrow", id: "log" }, h("h2", {}, "Log"), list, note),
    draw(lines) {
      if (lines.length < drawn) {
        list.replaceChildren();
        drawn = 0;
      }
      for (const line of lines.slice(Math.max(drawn, lines.length - few))) {
        list.prepend(h("li", { class: line.tone || null, "data-sequence": `${line.sequence}` },
          h("time", { datetime: line.time }, timeOfDay(line.time)), h("span", {}, line.text)));
      }
      drawn = lines.length;
      while (list.children.length > few) list.lastChild.remove();
      const more = lines.length > few ? `The newest ${few} of ${lines.length}; all are in the journal.` : "";
      say(note, lines.length === 0 ? "Nothing has happened yet." : more);
    },
  };
}
