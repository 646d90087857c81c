// The page's own words, in English and Swahili; what the shop says is the shop's.

export const LANGUAGES = ["en", "sw"];

const WORDS = {
  en: {
    demo: "Duka demo",
    unreal: "nothing here is real",
    admin: "Admin",
    language: "Language",
    customers: "Customers",
    customer: "Customer {n}",
    add: "Add another customer",
    add_about: "Everybody can buy at the same time",
    chat: "Chat of customer {n}",
    business: "Business account",
    typing: "typing…",
    notice: "A rehearsal: these messages stay on this computer, and no money moves.",
    start: "Say something to the shop:",
    today: "Today",
    yesterday: "Yesterday",
    messages: "Messages",
    message: "Message",
    send: "Send",
    attach: "Attach",
    location: "Location",
    photo: "Photo",
    voice: "Voice note",
    document: "Document",
    video: "Video",
    sticker: "Sticker",
    contact: "Contact",
    reaction: "Reaction",
    template: "Template",
    open: "Open",
    you: "You",
    close: "Close",
    choose: "Choose one",
    place: "Where are you?",
    other_place: "Another place",
    latitude: "Latitude",
    longitude: "Longitude",
    place_name: "Name",
    send_location: "Send location",
    newest: "To the newest message",
    sent: "Sent",
    delivered: "Delivered",
    read: "Read",
    failed: "Not delivered",
    not_sent: "Not sent: {why}",
    offline: "The sandbox does not answer. Trying again…",
    mpesa_ask: "Do you want to pay {amount} to {shop}?",
    mpesa_pin: "Enter M-PESA PIN:",
    airtel_ask: "Pay {amount} to {shop}?",
    airtel_pin: "Enter Airtel Money PIN:",
    pin_hint: "Any four digits pay.",
    cancel: "Cancel",
    rehearse: "Or rehearse what goes wrong:",
    poor: "Not enough money",
    wrong_pin: "Wrong PIN",
    ignore: "Never answer",
  },
  sw: {
    demo: "Onyesho la Duka",
    unreal: "hakuna kitu halisi hapa",
    admin: "Usimamizi",
    language: "Lugha",
    customers: "Wateja",
    customer: "Mteja {n}",
    add: "Ongeza mteja mwingine",
    add_about: "Wote wanaweza kununua kwa wakati mmoja",
    chat: "Mazungumzo ya mteja {n}",
    business: "Akaunti ya biashara",
    typing: "anaandika…",
    notice: "Ni mazoezi: ujumbe huu unabaki kwenye kompyuta hii, na hakuna pesa inayotumwa.",
    start: "Liambie duka jambo:",
    today: "Leo",
    yesterday: "Jana",
    messages: "Ujumbe",
    message: "Ujumbe",
    send: "Tuma",
    attach: "Ambatisha",
    location: "Mahali",
    photo: "Picha",
    voice: "Ujumbe wa sauti",
    document: "Hati",
    video: "Video",
    sticker: "Kibandiko",
    contact: "Anwani",
    reaction: "Hisia",
    template: "Kiolezo",
    open: "Fungua",
    you: "Wewe",
    close: "Funga",
    choose: "Chagua moja",
    place: "Uko wapi?",
    other_place: "Mahali pengine",
    latitude: "Latitudo",
    longitude: "Longitudo",
    place_name: "Jina",
    send_location: "Tuma mahali ulipo",
    newest: "Nenda kwenye ujumbe mpya",
    sent: "Umetumwa",
    delivered: "Umefika",
    read: "Umesomwa",
    failed: "Haukufika",
    not_sent: "Haukutumwa: {why}",
    offline: "Hakuna jibu. Tunajaribu tena…",
    mpesa_ask: "Je, unataka kulipa {amount} kwa {shop}?",
    mpesa_pin: "Weka PIN ya M-PESA:",
    airtel_ask: "Lipa {amount} kwa {shop}?",
    airtel_pin: "Weka PIN ya Airtel Money:",
    pin_hint: "Tarakimu zozote nne zinalipa.",
    cancel: "Ghairi",
    rehearse: "Au jaribu yanayoweza kuharibika:",
    poor: "Salio halitoshi",
    wrong_pin: "PIN si sahihi",
    ignore: "Usijibu kamwe",
  },
};

let spoken = "en";

export function language() {
  return spoken;
}

export function word(name, values = {}) {
  return WORDS[spoken][name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

// Give an element a word as its text, and keep it so when the language changes.
export function says(element, name, values = {}) {
  element.dataset.word = name;
  element.dataset.values = JSON.stringify(values);
  element.textContent = word(name, values);
  return element;
}

// The same for what a button is called where it shows only a picture.
export function named(element, name, values = {}) {
  element.dataset.name = name;
  element.dataset.nameValues = JSON.stringify(values);
  _name(element);
  return element;
}

export function speak(chosen) {
  spoken = LANGUAGES.includes(chosen) ? chosen : "en";
  document.documentElement.lang = spoken;
  for (const each of document.querySelectorAll("[data-word]")) {
    each.textContent = word(each.dataset.word, JSON.parse(each.dataset.values || "{}"));
  }
  for (const each of document.querySelectorAll("[data-name]")) _name(each);
}

function _name(element) {
  const told = word(element.dataset.name, JSON.parse(element.dataset.nameValues || "{}"));
  element.setAttribute("aria-label", told);
  if ("placeholder" in element) element.placeholder = told;
  else if (element.tagName === "BUTTON") element.title = told;
}
