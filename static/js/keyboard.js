// Keys: "/" search, "?" help, j k x Enter in lists (table.list, or [data-list] with [data-row] inside), b to the acts on the
// chosen rows, g + letter to a desk, Esc.

import { closeMenu } from "./dialogs.js";

const AFTER_G_MS = 1500;
let waitingSince = 0;

function typing(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select");
}

function rows() {
  const list = document.querySelector("table.list, [data-list]");
  return list ? [...list.querySelectorAll("tbody tr, [data-row]")].filter((row) => row.querySelector("a[href]")) : [];
}

function move(step) {
  const all = rows();
  if (!all.length) {
    return;
  }
  // From the row that the cursor stands in, however it came there; else from the one that these keys left last.
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const now = here >= 0 ? here : all.findIndex((row) => row.classList.contains("is-current"));
  const next = Math.min(Math.max(now + step, 0), all.length - 1);
  all.forEach((row) => row.classList.remove("is-current"));
  all[next].classList.add("is-current");
  all[next].querySelector("a[href]").focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function choose() {
  const row = document.activeElement.closest("tr, [data-row]") ?? document.querySelector(".is-current");
  row?.querySelector("input[type=checkbox][name=chosen]")?.click();
}

// False where there is none: the key may mean something else on that page.
function bar() {
  const act = document.querySelector("[data-bulk-bar]:not([hidden]) :is(button, a[href])");
  act?.focus();
  return Boolean(act);
}

function desk(letter) {
  const link = document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  if (link) {
    window.location.assign(link.href);
  }
}

function escape(event) {
  if (closeMenu()) {
    return;
  }
  if (typing(event.target)) {
    event.target.blur();
  }
}

const KEYS = {
  "/": () => document.querySelector("[data-search], input[type=search]")?.focus(),
  "?": () => document.getElementById("keyboard-help")?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  x: () => choose(),
  b: () => bar(),
  g: () => {
    waitingSince = Date.now();
  },
};

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "Escape") {
    escape(event);
    return;
  }
  if (typing(event.target) || document.querySelector("dialog[open]")) {
    return;
  }
  if (Date.now() - waitingSince < AFTER_G_MS) {
    waitingSince = 0;
    desk(event.key);
    return;
  }
  const act = KEYS[event.key];
  if (act && act() !== false) {
    event.preventDefault();
  }
}

export function start() {
  document.addEventListener("keydown", pressed);
}
