// Elements built one by one: whatever a message holds becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M3 20.5 21.5 12 3 3.5v6.6L15.5 12 3 13.9z",
  plus: "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z",
  reply: "M10 8V4l-7 7 7 7v-4.1c5 0 8.5 1.6 11 5.1-1-5-4-10-11-11z",
  list: "M4 6h2v2H4zm4 0h12v2H8zM4 11h2v2H4zm4 0h12v2H8zM4 16h2v2H4zm4 0h12v2H8z",
  pin: "M12 2a7 7 0 0 0-7 7c0 5.2 7 13 7 13s7-7.8 7-13a7 7 0 0 0-7-7zm0 9.5A2.5 2.5 0 1 1 12 6.5a2.5 2.5 0 0 1 0 5z",
  photo: "M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zm1 13h14l-4.5-6-3.5 4.5-2.5-3z",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zm-7-3a7 7 0 0 0 6 6.9V22h2v-3.1A7 7 0 0 0 19 12h-2a5 5 0 0 1-10 0z",
  play: "M7 4.5v15l13-7.5z",
  file: "M6 2h8l5 5v13a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm7 1.5V8h4.5z",
  down: "M12 16.5 4.5 9 6 7.5l6 6 6-6L19.5 9z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  person: "M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zm0 2c-4 0-8.5 2-8.5 5.5V21h17v-1.5C20.5 16 16 14 12 14z",
  shop: "M4 4h16l1.5 5a3 3 0 0 1-1.5 3.4V20h-7v-5H9v5H4v-7.6A3 3 0 0 1 2.5 9z",
  open: "M14 3h7v7h-2V6.4l-9.3 9.3-1.4-1.4L17.6 5H14zM5 5h5v2H5v12h12v-5h2v7H3V5z",
  clock: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 5v4.6l3.5 3.5-1.4 1.4L11 12.4V7z",
  alert: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-2h2zm0-4h-2V7h2z",
  tick: "M1.5 12.5 3 11l4 4L16 5.5l1.5 1.5L7 18z",
  ticks: "M1 12.5 2.5 11l4 4L15 5.5l1.5 1.5L6.5 18zm9.5 3.3 1.5-1.5.7.7L21.5 5.5 23 7 12.7 18z",
};

export function el(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]*_~]/g;
const MARKS = { "*": "strong", _: "em", "~": "s" };
const MARKED = /(^|[\s\p{P}])([*_~])(?=\S)((?:(?!\2)[^\n])*?\S)\2(?=$|[\s\p{P}])/su;

// A message's text as WhatsApp shows it: *bold*, _italic_, ~struck~, and links to click.
export function rich(text) {
  const whole = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    whole.append(_marked(text.slice(from, found.index)), link(found[0], found[0]));
    from = found.index + found[0].length;
  }
  whole.append(_marked(text.slice(from)));
  return whole;
}

// Only the web's own addresses become links; any other stays text.
export function link(address, label) {
  if (!/^https?:\/\//i.test(address)) return document.createTextNode(label);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}

function _marked(text) {
  const whole = document.createDocumentFragment();
  const found = MARKED.exec(text);
  if (!found) {
    whole.append(text);
    return whole;
  }
  const start = found.index + found[1].length;
  const after = found.index + found[0].length;
  const inner = el(MARKS[found[2]], {}, _marked(found[3]));
  whole.append(text.slice(0, start), inner, _marked(text.slice(after)));
  return whole;
}

export function clock(iso) {
  const time = new Date(iso);
  return `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
}

// "+254700000001" as people write it: +254 700 000 001.
export function spaced(phone) {
  return phone.replace(/^(\+\d{3})(\d{3})(\d{3})(\d+)$/, "$1 $2 $3 $4");
}
