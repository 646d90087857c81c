// The payment prompt as the SIM card shows it: a question, a PIN, Cancel and Send.

import { el } from "./dom.js";
import { named, says } from "./words.js";

const BRANDS = { mpesa: "M-PESA", airtel: "Airtel Money" };

// What can also happen to a prompt, each with what the provider would report of it.
const TROUBLES = {
  poor: { do: "refuse", reason: "Insufficient funds" },
  wrong_pin: { do: "refuse", reason: "Wrong PIN entered" },
  ignore: { do: "ignore" },
};

// Show the first of the open prompts on a phone, and take away one that is over.
export function show(screen, payments, shop, decide) {
  const open = screen.querySelector(".sim");
  const first = payments.find((payment) => payment.method in BRANDS);
  if (open?.dataset.payment === (first?.id ?? "")) return;
  open?.remove();
  if (!first) return;
  const prompt = _prompt(first, shop, decide);
  screen.append(prompt);
  // Only where the person is already: a prompt must not pull somebody from another phone.
  const here = screen.contains(document.activeElement) || document.activeElement === document.body;
  if (here) prompt.querySelector("input").focus({ preventScroll: true });
}

function _prompt(payment, shop, decide) {
  const amount = `${payment.currency} ${payment.amount}`;
  const ask = says(el("p", {}), `${payment.method}_ask`, { amount, shop });
  const label = says(el("label", {}), `${payment.method}_pin`);
  const pin = _pin(payment);
  label.htmlFor = pin.id;
  ask.id = `ask-${payment.id}`;
  const act = (what) => decide(payment.id, what);
  const form = el(
    "form",
    { class: `sim-card ${payment.method}`, role: "alertdialog", "aria-labelledby": ask.id },
    el("h2", {}, BRANDS[payment.method]),
    ask,
    label,
    pin,
    says(el("small", {}), "pin_hint"),
    _buttons(() => act({ do: "refuse" })),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act({ do: "approve", pin: pin.value });
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && act({ do: "refuse" }));
  return el("div", { class: "sim", "data-payment": payment.id }, form, _troubles(act));
}

function _pin(payment) {
  return el("input", {
    id: `pin-${payment.id}`,
    type: "password",
    inputmode: "numeric",
    pattern: "[0-9]{4}",
    maxlength: 4,
    required: true,
    autocomplete: "off",
  });
}

function _buttons(refuse) {
  const cancel = says(el("button", { type: "button", onclick: refuse }), "cancel");
  return el("div", { class: "sim-buttons" }, cancel, says(el("button", { type: "submit" }), "send"));
}

function _troubles(act) {
  const chips = Object.entries(TROUBLES).map(([name, what]) =>
    says(el("button", { type: "button", onclick: () => act(what) }), name),
  );
  const title = says(el("span", {}), "rehearse");
  return named(el("div", { class: "troubles", role: "group" }, title, ...chips), "rehearse");
}
