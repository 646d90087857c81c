// What the page asks of the sandbox; every call either answers or throws with a reason.

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

async function call(method, path, body) {
  const options = { method, headers: {}, cache: "no-store" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(ROOT + path, options);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message || String(answer.status));
  return told;
}

export const phones = () => call("GET", "/phones");
export const switchOn = (phone) => call("PUT", `/phones/${encodeURIComponent(phone)}`);
export const look = (phone, after) =>
  call("GET", `/phones/${encodeURIComponent(phone)}?after=${after}`);
export const say = (phone, what) => call("POST", `/phones/${encodeURIComponent(phone)}/say`, what);
export const decide = (payment, what) =>
  call("POST", `/payments/${encodeURIComponent(payment)}`, what);
