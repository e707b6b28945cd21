// Asks for the token where the server wants one.
import { h } from "../dom.js";
import { useToken } from "../rpc/token.js";

/** @param problem what is wrong with the one that was given, or empty; @param given called once there is another. */
export function askForToken(content, problem, given) {
  const input = h("input", { id: "token", type: "password", autocomplete: "off", required: true, "aria-describedby": "token-problem" });
  content.replaceChildren(h("section", { class: "card" },
    h("h1", {}, "This cluster asks for a token"),
    h("p", { class: "note" }, "It is in the file that the server was started with (--token-file). This tab keeps it until it is closed."),
    h("form", {
      onsubmit: event => {
        event.preventDefault();
        useToken(input.value.trim());
        given();
      },
    },
      h("label", { for: "token" }, "Token"),
      input,
      h("p", { id: "token-problem", class: "problem", role: "alert" }, problem),
      h("p", { class: "actions" }, h("button", { class: "main" }, "Use it")))));
  document.title = "Token · Cluster";
  input.focus();
}
