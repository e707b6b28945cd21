// The live page: which view is shown, by the address behind #, and what ends it.
import { CallError, codes } from "./rpc/call.js";
import { forgetToken, hasToken } from "./rpc/token.js";
import { h } from "./dom.js";
import { showJob } from "./views/job.js";
import { showJobs } from "./views/jobs.js";
import { askForToken } from "./views/token.js";

const content = document.getElementById("content");
const forget = document.getElementById("forget");
let current = new AbortController();

async function show(isFirst) {
  current.abort();
  const { signal } = current = new AbortController();
  const job = /^#\/(jobs\/[\w-]+)$/.exec(location.hash)?.[1];
  forget.hidden = !hasToken();
  document.getElementById("connection").textContent = "";
  try {
    await (job ? showJob(content, job, signal, !isFirst) : showJobs(content, signal, !isFirst));
  } catch (failure) {
    if (signal.aborted) return;
    if (failure instanceof CallError && (failure.code === codes.unauthenticated || (failure.code === codes.permissionDenied && hasToken()))) {
      askForToken(content, hasToken() ? failure.message : "", () => show(true));
    } else {
      content.replaceChildren(h("section", { class: "card", role: "alert" },
        h("h1", {}, "This cannot be shown"), h("p", {}, failure.message), h("p", {}, h("a", { href: "#/" }, "To the jobs"))));
      if (!(failure instanceof CallError)) throw failure;
    }
  }
}

forget.addEventListener("click", () => {
  forgetToken();
  show(true);
});
addEventListener("hashchange", () => {
  // The link that skips to the content is no address of a view.
  if (location.hash !== "#content") show(false);
});
// A hidden tab holds no connection: a browser has few for each server.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) current.abort();
  else show(true);
});
show(true);
