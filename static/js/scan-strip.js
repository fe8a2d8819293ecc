// Pages of a scan: one is chosen; keys cut before it, join it to the application before, and undo.

import { say } from "./live.js";

const KEYS = { c: "cut", J: "join", u: "undo" };
let chosen = 1;

const strip = () => document.querySelector("[data-strip]");
const thumbs = () => [...strip().querySelectorAll("[data-page]")];

function choose(page, focus = true) {
  const all = thumbs();
  chosen = Math.min(Math.max(page, 1), all.length);
  for (const thumb of all) {
    const here = Number(thumb.dataset.page) === chosen;
    thumb.setAttribute("aria-pressed", String(here));
    thumb.tabIndex = here ? 0 : -1;
    if (here && focus) {
      thumb.focus();
    }
  }
  const field = strip().querySelector("form [name=page]");
  if (field) {
    field.value = String(chosen);
  }
}

document.addEventListener("click", (event) => {
  const thumb = event.target.closest("[data-page]");
  if (thumb) {
    choose(Number(thumb.dataset.page));
  }
});

document.addEventListener("focusin", (event) => {
  const thumb = event.target.closest("[data-page]");
  if (thumb && Number(thumb.dataset.page) !== chosen) {
    choose(Number(thumb.dataset.page), false);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) {
    return;
  }
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) {
    event.preventDefault();
    choose(chosen + step);
  } else if (KEYS[event.key]) {
    event.preventDefault();
    strip().querySelector(`[data-act=${KEYS[event.key]}]`)?.click();
  }
});

document.addEventListener("htmx:afterSettle", () => {
  choose(chosen);
  const count = strip().querySelectorAll(".begins").length;
  say(`${count} application${count === 1 ? "" : "s"}`);
});

if (thumbs().length) {
  choose(1, false);
}
