// Combobox of the WAI-ARIA pattern on the names of parties: what is typed is looked up in the directory, and the entry
// chosen fills the row. Arrow keys move, Enter takes, Escape closes; typing on needs no choice.

import { say } from "./live.js";

const WAIT = 250;
const LEAST = 2;
const NAME = /^parties-(\d+)-(organization|first_name|last_name)$/;
const address = document.querySelector("[data-directory]")?.dataset.directory;

let list = null;
let input = null;
let entries = [];
let active = -1;
let timer = 0;
let asked = 0;

const rowOf = (field) => `parties-${field.name.match(NAME)[1]}`;
const fieldOf = (row, name) => document.querySelector(`[name="${row}-${name}"]:not([type=radio])`);

function dress(field) {
  if (field.getAttribute("role") === "combobox") {
    return;
  }
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("autocomplete", "off");
}

function close() {
  list?.remove();
  list = null;
  entries = [];
  active = -1;
  input?.setAttribute("aria-expanded", "false");
  input?.removeAttribute("aria-controls");
  input?.removeAttribute("aria-activedescendant");
}

function mark(place) {
  active = place;
  [...(list?.children ?? [])].forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
  const option = list?.children[place];
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function show(found) {
  close();
  entries = found;
  if (!found.length) {
    return;
  }
  list = document.createElement("ul");
  list.className = "directory";
  list.id = `${input.id}-entries`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Directory");
  found.forEach((entry, number) => {
    const option = document.createElement("li");
    option.id = `${list.id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const detail = document.createElement("span");
    detail.className = "quiet";
    detail.textContent = entry.detail;
    option.append(entry.label, " ", detail);
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(number);
    });
    list.append(option);
  });
  input.after(list);
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", list.id);
  say(`${found.length} in the directory`);
}

function fill(row, name, value) {
  const field = fieldOf(row, name);
  const choice = document.querySelector(`[name="${row}-${name}"][type=radio][value="${CSS.escape(value)}"]`);
  if (choice) {
    choice.checked = true;
  } else if (field) {
    field.value = value;
  }
  (choice ?? field)?.dispatchEvent(new Event("input", { bubbles: true }));
}

function take(number) {
  const entry = entries[number];
  const row = rowOf(input);
  clearTimeout(timer);
  asked += 1;
  for (const [name, value] of Object.entries(entry.fields)) {
    fill(row, name, value);
  }
  clearTimeout(timer);
  const details = fieldOf(row, "line1")?.closest("details");
  if (details && Object.keys(entry.fields).some((name) => name === "line1" || name === "serve_by")) {
    details.open = true;
  }
  say(`${entry.label} taken from the directory`);
  close();
}

async function ask() {
  const mine = ++asked;
  const text = input.value.trim();
  if (text.length < LEAST) {
    close();
    return;
  }
  const organization = input.name.endsWith("-organization");
  const row = rowOf(input);
  const role = document.querySelector(`[name="${row}-role"]`)?.value ?? "";
  const body = new URLSearchParams({ kind: organization ? "organization" : "person", text, role });
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => null);
  if (answer?.ok && mine === asked && document.activeElement === input) {
    show((await answer.json()).entries);
  }
}

if (address) {
  document.addEventListener("focusin", (event) => NAME.test(event.target.name ?? "") && dress(event.target));
  document.addEventListener("focusout", (event) => event.target === input && close());
  document.addEventListener("input", (event) => {
    if (NAME.test(event.target.name ?? "") && event.isTrusted) {
      input = event.target;
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== input) {
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      mark((active + step + entries.length) % entries.length);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }, true); // before the page's own keys: Escape closes the list and stays in the field
}
