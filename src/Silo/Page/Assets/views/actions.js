// Pausing, resuming and cancelling a job, for those who have a token.
import { announce, h, say } from "../dom.js";
import { word } from "../model/words.js";
import { post } from "../rpc/call.js";
import { hasToken, mayChange } from "../rpc/token.js";
import { isOver } from "../rpc/watch.js";

/** The buttons, and what shows them as a job is: `show(job)`. */
export function actions(name, changed) {
  const problem = h("p", { class: "problem", role: "alert" });
  const pause = button("Pause", () => act("pause"));
  const resume = button("Resume", () => act("resume"));
  const cancel = button("Cancel…", () => ask(name, request => act("cancel", request)), "stop");
  const readOnly = h("p", { class: "note" });
  const element = h("div", {}, h("div", { class: "actions" }, pause, resume, cancel), readOnly, problem);
  const buttons = [pause, resume, cancel];

  async function act(verb, request = {}) {
    say(problem, "");
    for (const one of buttons) one.disabled = true;
    try {
      const job = await post(`${name}:${verb}`, request);
      announce(`State: ${word(job.state)}.`);
      changed(job);
    } catch (failure) {
      say(problem, failure.message);
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  }

  return {
    element,
    show(job) {
      const isOn = !isOver(job.state);
      const mayAct = mayChange();
      const waits = ["paused", "pausing", "suspended"].includes(word(job.state));
      pause.hidden = !isOn || !mayAct || waits || word(job.state) === "cancelling";
      resume.hidden = !isOn || !mayAct || !waits;
      cancel.hidden = !isOn || !mayAct || word(job.state) === "cancelling";
      const told = hasToken()
        ? "Read-only: your token lets you look at jobs. To change them, use one with the role submit."
        : `Read-only, as this server has no tokens. To change the job: ./cluster cancel ${name}`;
      say(readOnly, mayAct || !isOn ? "" : told);
    },
  };
}

const button = (text, pressed, look = null) => h("button", { type: "button", class: look, hidden: true, onclick: pressed }, text);

function ask(name, decided) {
  const keep = h("input", { type: "radio", name: "end", checked: true });
  const reason = h("input", { type: "text", id: "reason", maxlength: 200, autocomplete: "off" });
  const dialog = h("dialog", { "aria-labelledby": "cancel-title" },
    h("h2", { id: "cancel-title" }, "Cancel this job?"),
    h("p", { class: "eyebrow" }, name),
    h("label", { class: "choice" }, keep, "Stop searching, and publish the best that was found so far"),
    h("label", { class: "choice" }, h("input", { type: "radio", name: "end" }), "End it without a result"),
    h("label", { for: "reason" }, "Reason, kept with the job (optional)"),
    reason,
    h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => dialog.close() }, "Go on with the job"),
      h("button", {
        type: "button", class: "stop", onclick: () => {
          dialog.close();
          decided({ keepBest: keep.checked, reason: reason.value });
        },
      }, "Cancel the job")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
