// What slides up from the bottom of a phone: a list to choose from, places, things to attach.

import { el, icon } from "./dom.js";
import { named, says } from "./words.js";

const PLACES = [
  ["Kilimani", "Argwings Kodhek Road, Nairobi", -1.2921, 36.7856],
  ["Westlands", "Waiyaki Way, Nairobi", -1.2676, 36.8108],
  ["Karen", "Ngong Road, Nairobi", -1.3197, 36.7076],
  ["Eastleigh", "First Avenue, Nairobi", -1.2723, 36.8508],
  ["South B", "Mukoma Road, Nairobi", -1.3103, 36.8342],
  ["Nyali", "Links Road, Mombasa", -4.0435, 39.6999],
];

// Open a sheet over a phone; it closes on Escape, on the shade, and when something was sent.
export function sheet(screen, title, content, opener) {
  screen.querySelector(".shade")?.remove();
  const shut = () => {
    shade.remove();
    opener?.focus({ preventScroll: true });
  };
  const close = named(el("button", { type: "button", class: "round", onclick: shut }), "close");
  close.append(icon("close"));
  const head = el("div", { class: "sheet-head" }, close, title);
  const panel = el("div", { class: "sheet", role: "dialog" }, head, content(shut));
  title.id = `sheet-${screen.dataset.phone}`;
  panel.setAttribute("aria-labelledby", title.id);
  const shade = el("div", { class: "shade" }, panel);
  shade.addEventListener("click", (event) => event.target === shade && shut());
  shade.addEventListener("keydown", (event) => event.key === "Escape" && shut());
  panel.addEventListener("keydown", _kept);
  screen.append(shade);
  (panel.querySelector("input, .sheet-body button") || close).focus({ preventScroll: true });
}

// The rows of a list message, one of which can be marked and sent.
export function rows(data, send) {
  return (shut) => {
    const action = data.message.interactive.action;
    const form = el("form", { class: "sheet-body" });
    const button = _sender();
    button.disabled = true;
    for (const section of action.sections) form.append(_section(section, data.id));
    form.append(el("div", { class: "sheet-foot" }, button));
    form.addEventListener("change", () => (button.disabled = false));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = new FormData(form).get("row");
      shut();
      send({ type: "choice", id: chosen, message: data.id });
    });
    return form;
  };
}

function _section(section, message) {
  const group = el("fieldset", {});
  if (section.title) group.append(el("legend", {}, section.title));
  section.rows.forEach((row) => group.append(_row(row, message)));
  return group;
}

function _row(row) {
  const words = el("span", { class: "row-words" }, el("b", {}, row.title));
  if (row.description) words.append(el("span", { class: "about" }, row.description));
  const radio = el("input", { type: "radio", name: "row", value: row.id, required: true });
  return el("label", { class: "list-row" }, words, radio);
}

// Places to share: some of Kenya's by name, or any by its figures.
export function places(send) {
  return (shut) => {
    const share = (place) => {
      shut();
      send({ type: "location", ...place });
    };
    const body = el("div", { class: "sheet-body" });
    for (const [name, address, latitude, longitude] of PLACES) {
      const words = el("span", { class: "row-words" }, el("b", {}, name));
      words.append(el("span", { class: "about" }, address));
      const act = () => share({ name, address, latitude, longitude });
      const row = { type: "button", class: "list-row", onclick: act };
      body.append(el("button", row, icon("pin"), words));
    }
    body.append(_other(share));
    return body;
  };
}

function _other(share) {
  const field = (name, rest) => named(el("input", { name, ...rest }), name);
  const figure = { type: "number", step: "any", required: true };
  const latitude = field("latitude", { ...figure, min: -90, max: 90 });
  const longitude = field("longitude", { ...figure, min: -180, max: 180 });
  const name = field("place_name", { type: "text", maxlength: 100 });
  const title = says(el("summary"), "other_place");
  const form = el("form", { class: "other" }, name, latitude, longitude, _sender());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const figures = { latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber };
    share(name.value ? { ...figures, name: name.value } : figures);
  });
  return el("details", {}, title, form);
}

// What the plus sign offers.
export function attachments(send, askLocation) {
  return (shut) => {
    const offer = (picture, name, act) => {
      const label = says(el("span"), name);
      const face = el("span", { class: `face face-${picture}` }, icon(picture));
      return el("button", { type: "button", class: "offer", onclick: act }, face, label);
    };
    const sending = (what) => () => {
      shut();
      send(what);
    };
    const locate = () => {
      shut();
      askLocation();
    };
    return el(
      "div",
      { class: "sheet-body offers" },
      offer("pin", "location", locate),
      offer("photo", "photo", sending({ type: "image" })),
      offer("voice", "voice", sending({ type: "audio" })),
      offer("file", "document", sending({ type: "document" })),
    );
  };
}

function _sender() {
  return says(el("button", { type: "submit", class: "primary" }), "send");
}

// Keep the Tab key inside an open sheet.
function _kept(event) {
  if (event.key !== "Tab") return;
  const all = [...event.currentTarget.querySelectorAll("button, input, summary, a")];
  const reachable = all.filter((each) => !each.disabled && each.offsetParent);
  const edge = event.shiftKey ? reachable[0] : reachable[reachable.length - 1];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? reachable[reachable.length - 1] : reachable[0]).focus();
}
