// What every page does: ask whether a part has changed before it is drawn anew, and say what went wrong.
const etags = new Map();
const told = () => document.getElementById("told");

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const known = ctx.request.method === "GET" && etags.get(ctx.request.action);
  if (known) ctx.request.headers["If-None-Match"] = known;
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const etag = ctx.response.headers.get("ETag");
  if (ctx.request.method === "GET" && etag && ctx.response.status === 200) etags.set(ctx.request.action, etag);
});

const say = (text) => {
  const line = document.createElement("p");
  line.className = "alert alert-danger";
  line.textContent = text;
  told().replaceChildren(line);
};

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  let message = "";
  try { message = JSON.parse(ctx.text).message; } catch { /* not ours */ }
  say(message || `That did not work (${ctx.response.status}).`);
});

document.addEventListener("htmx:error", () => say("The shop cannot be reached. What you see may be old."));

// On a phone the navigation is wider than the screen: show where we are.
const here = document.querySelector(".pages [aria-current]");
if (here) here.closest("ul").scrollLeft = here.offsetLeft - 60;
