// One customer's phone: the chat with the shop, kept up to date, and all that can be sent.

import * as api from "./api.js";
import { bubble, retick } from "./bubbles.js";
import { clock, el, icon, spaced } from "./dom.js";
import * as prompts from "./prompts.js";
import * as sheets from "./sheets.js";
import { language, named, says } from "./words.js";

const POLL = 700; // milliseconds; a page nobody looks at asks less often
const POLL_HIDDEN = 3000;
const PATIENCE = 20_000; // milliseconds the dots go on without an answer
const STARTERS = { en: ["Hi", "Products", "Promotions"], sw: ["Habari", "Bidhaa", "Ofa"] };

export class Chat {
  constructor(phone, number, { shop, onNews, onHealth }) {
    Object.assign(this, { phone, number, shop, onNews, onHealth });
    this.rows = new Map();
    this.data = new Map();
    this.after = 0;
    this.unseen = 0;
    this.day = "";
    this.pinned = true; // to the newest message, until somebody scrolls up
    this.top = 0;
    this.element = this._phone();
    this._poll();
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  // --- building ---

  _phone() {
    this.log = named(el("div", { class: "log", role: "log", tabindex: 0 }), "messages");
    this.log.append(says(el("p", { class: "chip notice" }), "notice"));
    this.log.addEventListener("scroll", () => this._scrolled());
    new ResizeObserver(() => this.pinned && this._toEnd(false)).observe(this.log);
    this.dots = el("div", { class: "row in dots", hidden: true }, _dots());
    this.log.append(this.dots);
    this.jump = named(el("button", { type: "button", class: "jump", hidden: true }), "newest");
    this.jump.append(icon("down"), el("span", { class: "count" }));
    this.jump.addEventListener("click", () => this._toEnd());
    const chat = el("div", { class: "chat" }, this.log, this.jump);
    this.screen = el("div", { class: "screen", "data-phone": this.phone });
    this.screen.append(this._status(), this._header(), chat, this._composer());
    const title = says(el("h2", {}), "customer", { n: this.number });
    const label = el("div", { class: "owner" }, title, el("span", {}, spaced(this.phone)));
    const frame = el("div", { class: "frame" }, this.screen);
    return named(el("section", { class: "phone" }, label, frame), "chat", { n: this.number });
  }

  _status() {
    this.time = el("span", {});
    const bars = el("span", { class: "bars" }, ...[1, 2, 3, 4].map(() => el("i")));
    const battery = el("span", { class: "battery" });
    return el("div", { class: "status", "aria-hidden": "true" }, this.time, bars, battery);
  }

  _header() {
    const face = el("span", { class: "avatar", "aria-hidden": "true" }, icon("shop"));
    this.mood = says(el("span", { class: "mood" }), "business");
    const words = el("div", { class: "who" }, el("b", {}, this.shop), this.mood);
    return el("header", { class: "top" }, face, words);
  }

  _composer() {
    this.note = el("p", { class: "note", role: "alert", hidden: true });
    this.starters = el("div", { class: "starters" });
    const attach = named(el("button", { type: "button", class: "round plain" }), "attach");
    attach.append(icon("plus"));
    attach.addEventListener("click", () => this._attach(attach));
    this.box = named(el("textarea", { rows: 1, maxlength: 4096, enterkeyhint: "send" }), "message");
    this.box.addEventListener("input", () => this._grow());
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    const send = named(el("button", { type: "submit", class: "round green" }), "send");
    send.append(icon("send"));
    const line = el("div", { class: "line" }, el("div", { class: "box" }, attach, this.box), send);
    const form = el("form", { class: "composer" }, this.note, this.starters, line);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._type();
    });
    return form;
  }

  _grow() {
    this.box.rows = 1;
    const lines = Math.round((this.box.scrollHeight - 26) / 21); // less its padding, by its line
    this.box.rows = Math.min(Math.max(lines, 1), 5);
  }

  // --- sending ---

  async _type() {
    const text = this.box.value;
    if (!text.trim() || !(await this._send({ type: "text", text }))) return;
    if (this.box.value === text) this.box.value = "";
    this._grow();
  }

  async _send(what) {
    try {
      await api.say(this.phone, what);
      this.note.hidden = true;
      this.follow = true;
      await this._poll();
      return true;
    } catch (error) {
      says(this.note, "not_sent", { why: error.message }).hidden = false;
      return false;
    }
  }

  _attach(opener) {
    const offers = sheets.attachments((what) => this._send(what), () => this._locate());
    sheets.sheet(this.screen, says(el("h3", {}), "attach"), offers, opener);
  }

  _locate() {
    const places = sheets.places((what) => this._send(what));
    sheets.sheet(this.screen, says(el("h3", {}), "place"), places, this.box);
  }

  _openList(data, opener) {
    const title = el("h3", {}, data.message.interactive.action.button);
    sheets.sheet(this.screen, title, sheets.rows(data, (what) => this._send(what)), opener);
  }

  async _decide(payment, what) {
    try {
      await api.decide(payment, what);
    } catch (error) {
      says(this.note, "not_sent", { why: error.message }).hidden = false;
    }
    this.focus();
    await this._poll();
  }

  // --- keeping up to date ---

  async _poll() {
    clearTimeout(this.timer);
    if (this.asking) {
      this.again = true;
      return this.asking;
    }
    this.asking = this._ask();
    await this.asking;
    this.asking = null;
    if (this.stopped) return undefined;
    const wait = this.again ? 0 : document.hidden ? POLL_HIDDEN : POLL;
    this.again = false;
    this.timer = setTimeout(() => this._poll(), wait);
    return undefined;
  }

  async _ask() {
    try {
      const told = await api.look(this.phone, this.after);
      this.onHealth(true);
      if (told.next < this.after) this._forget();
      else this._show(told);
    } catch {
      this.onHealth(false);
    }
  }

  // The sandbox was started afresh: so is this chat.
  _forget() {
    this.rows.forEach((row) => row.remove());
    this.log.querySelectorAll(".day").forEach((each) => each.remove());
    this.rows.clear();
    this.data.clear();
    Object.assign(this, { after: 0, day: "", again: true });
  }

  _show(told) {
    const first = this.after === 0;
    if (this.follow) this.pinned = true;
    const fresh = told.bubbles.filter((data) => !this.data.has(data.id));
    this.after = told.next;
    told.bubbles.forEach((data) => this._put(data));
    this._wait(told.now);
    this._starters();
    this.time.textContent = clock(told.now);
    prompts.show(this.screen, told.prompts, this.shop, (id, what) => this._decide(id, what));
    if (fresh.length) this._arrived(fresh, first);
    this.follow = false;
  }

  _put(data) {
    const row = this.rows.get(data.id);
    this.data.set(data.id, data);
    if (row) {
      retick(row, data);
      return;
    }
    this._newDay(data.at);
    const made = bubble(data, {
      choose: (id, message) => this._send({ type: "choice", id, message }),
      openList: (list, opener) => this._openList(list, opener),
      askLocation: () => this._locate(),
      quote: (id) => this._words(id),
    });
    this.rows.set(data.id, made);
    this.dots.before(made);
  }

  _words(id) {
    const message = id && this.data.get(id)?.message;
    const text = message?.text?.body ?? message?.interactive?.body?.text ?? "";
    return text.split("\n")[0].replace(/[*_~]/g, "");
  }

  _newDay(iso) {
    const day = new Date(iso).toDateString();
    if (day === this.day) return;
    this.day = day;
    this.dots.before(_dayChip(iso));
  }

  _wait(now) {
    const last = [...this.data.values()].pop();
    const asked = last?.by === "customer" && last.tick !== "failed";
    const waiting = asked && Date.parse(now) - Date.parse(last.at) < PATIENCE;
    if (this.dots.hidden === !waiting) return;
    this.dots.hidden = !waiting;
    if (waiting && this.pinned) this._toEnd();
    says(this.mood, waiting ? "typing" : "business").classList.toggle("busy", waiting);
  }

  _starters() {
    const wanted = this.data.size ? "" : language();
    if (this.starters.dataset.shown === wanted) return;
    this.starters.dataset.shown = wanted;
    this.starters.hidden = !wanted;
    const say = (text) => () => this._send({ type: "text", text });
    const chips = (STARTERS[wanted] || []).map((text) =>
      el("button", { type: "button", onclick: say(text) }, text),
    );
    this.starters.replaceChildren(says(el("span", {}), "start"), ...chips);
  }

  _arrived(fresh, first) {
    if (this.pinned) this._toEnd(!first);
    const news = fresh.filter((data) => data.by === "shop").length;
    if (news && !first) this.onNews(this);
    if (this.pinned || !news) return;
    this.unseen += news;
    this.jump.hidden = false;
    this.jump.querySelector(".count").textContent = String(this.unseen);
  }

  _scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    if (scrollHeight - scrollTop - clientHeight < 60) {
      this.pinned = true;
      this._seen();
    } else if (scrollTop < this.top) {
      this.pinned = false;
    }
    this.top = scrollTop;
  }

  _toEnd(smooth = true) {
    const still = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: still ? "instant" : "smooth" });
    this.pinned = true;
    this._seen();
  }

  _seen() {
    this.unseen = 0;
    this.jump.hidden = true;
  }
}

function _dots() {
  const dots = [1, 2, 3].map(() => el("i"));
  return el("div", { class: "bubble", "aria-hidden": "true" }, ...dots);
}

function _dayChip(iso) {
  const day = new Date(iso);
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);
  const ago = Math.round((midnight(Date.now()) - midnight(iso)) / 864e5);
  const chip = el("p", { class: "chip day" });
  if (ago === 0) return says(chip, "today");
  if (ago === 1) return says(chip, "yesterday");
  chip.textContent = day.toLocaleDateString(language());
  return chip;
}

