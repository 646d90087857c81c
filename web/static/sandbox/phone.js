// The page: the customers' phones side by side, or one at a time on a narrow screen.

import * as api from "./api.js";
import { Chat } from "./chat.js";
import { el, icon, spaced } from "./dom.js";
import { LANGUAGES, named, says, speak } from "./words.js";

const FIRST = 254700000001;
const AT_FIRST = 2; // two people can always buy at once
const LOOK_FOR_OTHERS = 3000; // milliseconds; a test may switch on phones too
const KEPT = "duka-sandbox-language";

const bar = document.querySelector("#tabs");
const desk = document.querySelector("#phones");
const health = document.querySelector("#health");
const shop = document.body.dataset.shop;
const chats = new Map();
const ailing = new Set();

const adder = _adder();

function _open(phone) {
  if (chats.has(phone)) return chats.get(phone);
  const onHealth = (good) => _note(phone, good);
  const chat = new Chat(phone, chats.size + 1, { shop, onNews: _news, onHealth });
  chat.element.id = `phone-${chats.size + 1}`;
  chats.set(phone, chat);
  adder.before(chat.element);
  bar.append(_tab(chat));
  if (chats.size === 1) _select(chat);
  return chat;
}

// --- tabs, for narrow screens ---

function _tab(chat) {
  const tab = el("button", { type: "button", class: "tab", "aria-pressed": "false" });
  tab.append(says(el("b", {}), "customer", { n: chat.number }), el("span", {}, spaced(chat.phone)));
  tab.addEventListener("click", () => _select(chat));
  chat.tab = tab;
  return tab;
}

function _select(chat) {
  for (const each of chats.values()) {
    const chosen = each === chat;
    each.element.classList.toggle("chosen", chosen);
    each.tab.setAttribute("aria-pressed", String(chosen));
    if (chosen) each.tab.classList.remove("news");
  }
  chat.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function _news(chat) {
  if (!chat.element.classList.contains("chosen")) chat.tab.classList.add("news");
}

// --- more customers ---

function _adder() {
  const button = el("button", { type: "button", class: "adder" });
  const words = says(el("b", {}), "add");
  button.append(el("span", { class: "face" }, icon("plus")), words, says(el("span"), "add_about"));
  button.addEventListener("click", _add);
  desk.append(button);
  const small = named(document.querySelector("#add"), "add");
  small.append(icon("plus"));
  small.addEventListener("click", _add);
  return button;
}

async function _add() {
  const chat = await _next();
  _select(chat);
  chat.focus();
}

async function _next() {
  let number = FIRST;
  while (chats.has(`+${number}`)) number += 1;
  await api.switchOn(`+${number}`);
  return _open(`+${number}`);
}

async function _look() {
  try {
    const told = await api.phones();
    _note("list", true);
    told.phones.forEach((each) => _open(each.phone));
    while (chats.size < AT_FIRST) await _next();
  } catch {
    _note("list", false);
  }
  setTimeout(_look, LOOK_FOR_OTHERS);
}

function _note(who, good) {
  if (good) ailing.delete(who);
  else ailing.add(who);
  health.hidden = !ailing.size;
}

// --- language ---

function _choose(chosen) {
  speak(chosen);
  localStorage.setItem(KEPT, chosen);
  for (const each of document.querySelectorAll("[data-language]")) {
    each.setAttribute("aria-pressed", String(each.dataset.language === chosen));
  }
}

for (const each of document.querySelectorAll("[data-language]")) {
  each.addEventListener("click", () => _choose(each.dataset.language));
}

const kept = localStorage.getItem(KEPT);
_choose(LANGUAGES.includes(kept) ? kept : document.documentElement.lang);
_look();
