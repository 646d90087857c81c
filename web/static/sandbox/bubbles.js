// One message as a bubble: what it says, what can be tapped, when it came and how far it got.

import { clock, el, icon, link, rich } from "./dom.js";
import { named, says, word } from "./words.js";

// `taps` holds what the chat does: choose(id, message), openList(message), askLocation(), quote(id).
export function bubble(data, taps) {
  const side = data.by === "customer" ? "out" : "in";
  const body = el("div", { class: "bubble" });
  body.append(_speaker(data), ..._content(data, taps), _foot(data));
  const row = el("div", { class: `row ${side}`, id: `b-${data.id}` }, body);
  const under = side === "in" ? _choices(data, taps) : [];
  if (under.length) {
    row.classList.add("with-choices");
    body.after(el("div", { class: "choices" }, ...under));
  }
  return row;
}

// Bring the tick of a bubble that is already shown up to date.
export function retick(row, data) {
  const held = row.querySelector(".tick");
  if (held && held.dataset.tick !== data.tick) held.replaceWith(_tick(data));
}

function _speaker(data) {
  if (data.by === "customer") return says(el("span", { class: "unseen" }), "you");
  return el("span", { class: "unseen" }, document.body.dataset.shop);
}

function _foot(data) {
  const time = el("time", { datetime: data.at }, clock(data.at));
  return el("span", { class: "foot" }, time, data.by === "customer" ? _tick(data) : null);
}

function _tick(data) {
  const shape = { sent: "tick", delivered: "ticks", read: "ticks", failed: "alert" }[data.tick];
  const mark = el("span", { class: `tick ${data.tick}`, role: "img", "data-tick": data.tick });
  mark.append(icon(shape));
  return named(mark, data.tick);
}

function _content(data, taps) {
  const message = data.message;
  const shown = (CONTENT[message.type] || _unknown)(message[message.type] || {}, message, taps);
  const quoted = data.by === "customer" ? taps.quote(message.context?.id) : null;
  return [quoted && _quote(quoted), ...shown].filter(Boolean);
}

function _quote(text) {
  const shop = el("b", {}, document.body.dataset.shop);
  return el("div", { class: "quote", "aria-hidden": "true" }, shop, el("span", {}, text));
}

const CONTENT = {
  text: (held) => [_text(held.body)],
  interactive: _interactive,
  image: (held) => [_picture(held), held.caption && _text(held.caption)],
  video: (held) => [_file("play", "video", held), held.caption && _text(held.caption)],
  document: (held) => [_file("file", "document", held), held.caption && _text(held.caption)],
  sticker: () => [_kind("photo", "sticker")],
  contacts: (held) => [_kind("person", "contact", held[0]?.name?.formatted_name)],
  reaction: (held) => [_text(held.emoji || "")],
  audio: () => [_voice()],
  location: (held) => [_place(held)],
  template: (held) => [_kind("file", "template", held.name), _text(_values(held))],
};

function _interactive(held) {
  const reply = held.button_reply || held.list_reply;
  if (reply) {
    const about = reply.description && el("span", { class: "about" }, reply.description);
    return [_text(reply.title), about];
  }
  return [
    held.header?.text && el("strong", { class: "text head" }, held.header.text),
    _text(held.body?.text || ""),
    held.footer?.text && el("span", { class: "about" }, held.footer.text),
  ];
}

function _choices(data, taps) {
  const held = data.message.interactive;
  if (!held) return [];
  const action = held.action || {};
  if (held.type === "location_request_message") {
    return [_choice("pin", says(el("span"), "send_location"), () => taps.askLocation())];
  }
  if (held.type === "list") {
    const open = (event) => taps.openList(data, event.currentTarget);
    return [_choice("list", el("span", {}, action.button), open)];
  }
  return (action.buttons || []).map(({ reply }) =>
    _choice("reply", el("span", {}, reply.title), () => taps.choose(reply.id, data.id)),
  );
}

function _choice(picture, label, act) {
  return el("button", { type: "button", class: "choice", onclick: act }, icon(picture), label);
}

function _text(body) {
  return el("div", { class: "text" }, rich(body));
}

function _values(held) {
  const parts = (held.components || []).flatMap((each) => each.parameters || []);
  return parts.map((each) => each.text || "").join(" · ");
}

function _unknown(held, message) {
  return [_text(String(message.type))];
}

function _kind(picture, name, more = "") {
  const label = says(el("b"), name);
  return el("div", { class: "kind" }, icon(picture), el("span", {}, label, " ", more));
}

function _file(picture, name, held) {
  const card = _kind(picture, name);
  if (held.link) card.lastChild.append(link(held.link, held.filename || word("open")));
  return card;
}

function _picture(held) {
  const frame = el("div", { class: "picture" }, icon("photo"));
  if (held.link && new URL(held.link, location.href).origin === location.origin) {
    const image = el("img", { src: held.link, alt: held.caption || word("photo") });
    image.addEventListener("load", () => frame.replaceChildren(image));
  } else if (held.link) {
    frame.append(link(held.link, word("photo")));
  }
  return frame;
}

function _voice() {
  const bars = [4, 9, 14, 8, 16, 11, 6, 13, 18, 9, 5, 12, 15, 7, 10, 17, 8, 4, 11, 6];
  const wave = el("span", { class: "wave", "aria-hidden": "true" });
  wave.append(...bars.map((height) => el("i", { class: `h${height}` })));
  const label = says(el("span", { class: "unseen" }), "voice");
  return el("div", { class: "voice" }, icon("play"), wave, el("span", {}, "0:07"), label);
}

function _place(held) {
  const where = `${held.latitude}, ${held.longitude}`;
  const map = el("div", { class: "map", "aria-hidden": "true" }, icon("pin"));
  const name = held.name ? el("b", {}, held.name) : says(el("b"), "location");
  const about = el("span", { class: "about" }, held.address || where);
  return el("div", { class: "place" }, map, name, about);
}
