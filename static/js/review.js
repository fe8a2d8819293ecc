// The review form: keeps drafts by itself, adds and removes citations, puts picked guidelines in.

import * as evidence from "./evidence.js";
import { clean } from "./guard.js";
import * as lookUps from "./look-ups.js";

const SAVE_AFTER_MS = 2500;

const form = document.querySelector("[data-review-form]");
const saveState = document.querySelector("[data-save-state]");

function say(text, trouble = false) {
  saveState.textContent = text;
  saveState.classList.toggle("save-trouble", trouble);
}

// --- autosave: one save at a time; typing while one is under way starts the next --------------------------------------

let timer = 0;
let underWay = null;
let dirty = false;
let stopped = false;
// Items whose citations, standard or count changed since the last save: what is said of them is asked for anew.
const touched = new Set();

function save() {
  if (underWay || !dirty || stopped) {
    return;
  }
  underWay = keep().finally(() => {
    underWay = null;
    if (dirty) {
      schedule();
    }
  });
}

async function keep() {
  dirty = false;
  say("Saving");
  try {
    let answer = await send();
    if (!answer.ok && answer.status !== 422 && (await refreshToken())) {
      answer = await send();
    }
    await take(answer);
  } catch {
    dirty = true;
    say("Not saved: no connection. Your text stays here; saving is tried again.", true);
    schedule(4 * SAVE_AFTER_MS);
  }
}

function send() {
  return fetch(form.dataset.saveUrl, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    redirect: "manual",
  });
}

// After signing in again in another tab the page's token is stale: fetch the new one. False while signed out.
async function refreshToken() {
  const answer = await fetch(form.dataset.tokenUrl, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) {
    return false;
  }
  form.elements.csrfmiddlewaretoken.value = (await answer.json()).token;
  return true;
}

async function take(answer) {
  if (answer.ok) {
    const kept = await answer.json();
    form.elements.version.value = kept.version;
    clean(form);
    say(`Saved at ${kept.saved_at}`);
    refreshChecks();
    return;
  }
  if (answer.status === 422) {
    const refusal = await answer.json();
    stopped = refusal.rule === "review.version";
    const first = refusal.errors[0];
    const stays = refusal.rule.startsWith("gate.") ? " What you typed stays in this window: copy what you need." : "";
    say(`Not saved: ${first ? first.sentence : refusal.sentence}${stays}`, true);
    return;
  }
  say("Not saved: sign in again in another tab, then go on here. Your text stays.", true);
  dirty = true;
  schedule(4 * SAVE_AFTER_MS);
}

function refreshChecks() {
  touched.forEach((item) => lookUps.renewItem(item));
  touched.clear();
}

function schedule(wait = SAVE_AFTER_MS) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

function changed(field = null) {
  if (field?.matches("[data-citation], [data-citation] *, [name$=-standard], [name$=-why_not_higher], [name$=-had_before]")) {
    touched.add(field.closest(".review-item"));
  }
  dirty = true;
  schedule();
}

// The reason is asked for below A alone; one that was written stays in sight.
function showReason(item) {
  const standard = item.querySelector("[name$=-standard]").value;
  const part = item.querySelector("[data-why-not-higher]");
  part.hidden = (standard === "" || standard === "A") && !part.querySelector("textarea").value && !part.querySelector(".is-invalid");
}

// --- citations ---------------------------------------------------------------------------------------------------------

function addCitation(prefix) {
  const total = form.elements[`${prefix}-TOTAL_FORMS`];
  const index = Number(total.value);
  const template = document.getElementById("citation-template");
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", `${prefix}-${index}`).replaceAll("__N__", String(index + 1));
  const row = holder.content.firstElementChild;
  total.closest("[data-citations]").querySelector("[data-citation-rows]").append(row);
  total.value = String(index + 1);
  ready(row);
  changed(row);
  return row;
}

function ready(row) {
  row.querySelector("[data-remove-citation]").hidden = false;
  row.querySelector("[data-delete-field]").hidden = true;
}

function remove(row) {
  row.querySelector("[name$=-DELETE]").checked = true;
  row.hidden = true;
  changed(row);
}

function field(row, name) {
  return row.querySelector(`[name$="-${name}"]`);
}

function pick(hit, prefix) {
  const row = addCitation(prefix);
  const basis = row.querySelectorAll('[name$="-basis"]');
  if (basis.length > 1) {
    basis.forEach((choice) => { choice.checked = choice.value === hit.dataset.basis; });
  } else {
    basis[0].value = hit.dataset.basis;
  }
  field(row, "publication").value = hit.dataset.publication;
  field(row, "year").value = hit.dataset.year ?? "";
  field(row, "sections").value = hit.dataset.section ?? "";
  field(row, "pages").value = hit.dataset.pages ?? "";
  field(row, "section_id").value = hit.dataset.sectionId ?? "";
  changed(row);
  document.getElementById("live").textContent = `Citation put in: ${hit.dataset.publication}`;
}

// --- wiring ------------------------------------------------------------------------------------------------------------

if (form) {
  // A refused submission stands at the address of the act: loading anew must show the draft, not send it again.
  history.replaceState(null, "", form.dataset.pageUrl + location.hash);
  form.querySelectorAll("[data-citation]").forEach(ready);
  form.querySelectorAll(".review-item").forEach(showReason);
  form.addEventListener("input", (event) => {
    if (event.target.matches("[form=no-form]")) {
      return;
    }
    changed(event.target);
    if (event.target.matches("[name$=-standard]")) {
      showReason(event.target.closest(".review-item"));
    }
  });
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-citation]");
    const off = event.target.closest("[data-remove-citation]");
    if (add) {
      field(addCitation(add.dataset.addCitation), "publication").focus();
    } else if (off) {
      remove(off.closest("[data-citation]"));
      off.closest("[data-citations]").querySelector("[data-add-citation]").focus();
    }
  });
  lookUps.start(form, (hit) => {
    const adder = hit.closest("[data-citations]").querySelector("[data-add-citation]");
    pick(hit, adder.dataset.addCitation);
  });
  evidence.start(form);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    stopped = true;
    if (underWay) {
      // It makes a new version: sent beside it, the form would seem to come from another window.
      event.preventDefault();
      underWay.finally(() => form.requestSubmit(event.submitter));
    }
  });
  document.querySelector("[data-error-summary]")?.focus();
}
