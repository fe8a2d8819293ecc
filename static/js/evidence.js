// What a reviewer tells beyond the library: look-ups outside it, and the weighing of recommendations that disagree.

import { post, renewOthers } from "./look-ups.js";

const LINE = "Strength of evidence (8 CCR 9792.25.1):";

function say(text) {
  document.getElementById("live").textContent = text;
}

// --- look-ups outside the library --------------------------------------------------------------------------------------

function opened(details) {
  const holder = details.querySelector("[data-outside-form]");
  if (!holder.firstElementChild) {
    const template = document.getElementById("outside-template");
    holder.innerHTML = template.innerHTML.replaceAll("__position__", details.dataset.position);
  }
}

// Words of the sequence that were changed and not yet confirmed are sent along: the answer shows them again.
function changedWords(part) {
  return "edited" in part.dataset ? { edited: "1", sequence: part.querySelector("[data-sequence-text]").value } : {};
}

async function add(button) {
  const part = button.closest("[data-sequence]");
  const holder = button.closest("[data-outside-form]");
  const values = Object.fromEntries([...holder.querySelectorAll("[name]")].map((field) => [field.name, field.value]));
  const answer = await post(part.dataset.outsideUrl, { ...values, ...changedWords(part), copy: button.dataset.addOutside });
  if (answer?.status === 422) {
    holder.innerHTML = await answer.text();
    holder.querySelector(".is-invalid")?.focus();
    return;
  }
  if (await redraw(part, answer)) {
    part.querySelector("[data-outside] > summary").focus();
    if (button.dataset.addOutside) {
      renewOthers(part);
    }
  }
}

async function takeBack(button) {
  const part = button.closest("[data-sequence]");
  if (await redraw(part, await post(part.dataset.backUrl, { step: button.dataset.takeBack, ...changedWords(part) }))) {
    part.querySelector("[data-outside] > summary").focus();
    say("Taken back");
  }
}

async function redraw(part, answer) {
  if (!answer?.ok) {
    say("Not kept: no connection, or you are signed out. What you typed stays here.");
    return false;
  }
  part.innerHTML = await answer.text();
  return true;
}

// --- recommendations that disagree -------------------------------------------------------------------------------------

async function weigh(button) {
  const part = button.closest("[data-weighing]");
  const source = button.closest("[data-source]");
  const values = {
    act: button.dataset.weigh, source: source?.dataset.source ?? "", answered: source?.dataset.answered ?? "",
    level: button.dataset.level ?? "",
  };
  const answer = await post(part.dataset.actUrl, values);
  if (!answer?.ok && answer?.status !== 422) {
    say("Not kept: no connection, or you are signed out.");
    return;
  }
  part.innerHTML = await answer.text();
  const same = source && [...part.querySelectorAll("[data-source]")].find((one) => one.dataset.source === source.dataset.source);
  (same ?? part).querySelector("[data-weigh]")?.focus();
}

// The line is put in at the reviewer's wish alone; one that was put in before gives way to it.
function putLine(button) {
  const field = button.closest(".review-item").querySelector("[name$=-rationale]");
  const kept = field.value.split("\n").filter((line) => !line.startsWith(LINE)).join("\n").trimEnd();
  field.value = `${kept}${kept ? "\n\n" : ""}${button.dataset.weighLine}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  say("The evidence stands at the end of the rationale");
}

// --- wiring ------------------------------------------------------------------------------------------------------------

const ACTS = { "data-add-outside": add, "data-take-back": takeBack, "data-weigh": weigh, "data-weigh-line": putLine };

function clicked(event) {
  for (const [attribute, act] of Object.entries(ACTS)) {
    const button = event.target.closest(`[${attribute}]`);
    if (button) {
      act(button);
      return;
    }
  }
}

export function start(form) {
  form.addEventListener("click", clicked);
  form.addEventListener("toggle", (event) => event.target.open && event.target.matches("[data-outside]") && opened(event.target), true);
}
