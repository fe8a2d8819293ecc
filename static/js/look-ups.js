// Looking guidelines up within a review: records what was searched, pins, notes, the search sequence, the drug list.
// Nothing of a case is kept in the browser: what is remembered here lives as long as the page.

const RESTED_MS = 1500;

let form;
let insert;
const recorded = new WeakMap();
const rests = new WeakMap();

/** The answer to what is posted; null without a connection. */
export function post(url, values) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(values),
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "HX-Request": "true" },
    redirect: "manual",
  }).catch(() => null);
}

function input(picker) {
  return picker.querySelector("input[type=search]");
}

// Words that were changed and not yet confirmed, and a form that is being filled in, are never drawn over.
function busy(part) {
  return "edited" in part.dataset || part.querySelector("[data-outside][open]") !== null;
}

// Draw a part of an item anew as the server has it now.
async function renew(part, values = []) {
  if (busy(part)) {
    return;
  }
  const answer = await fetch(`${part.dataset.url}?${new URLSearchParams(values)}`, { redirect: "manual" }).catch(() => null);
  if (answer?.ok && !busy(part)) {
    part.innerHTML = await answer.text();
  }
}

function renewSequence(item) {
  return renew(item.querySelector("[data-sequence]"));
}

/** After a save: what the library says of the item's stored citations, and what was recorded of them. */
export function renewItem(item) {
  renew(item.querySelector("[data-checks]"));
  renew(item.querySelector("[data-weighing]"));
  renewSequence(item);
}

// --- what was looked up ------------------------------------------------------------------------------------------------

async function record(picker, words) {
  const known = recorded.get(picker) ?? new Set();
  recorded.set(picker, known);
  if (known.has(words)) {
    return;
  }
  known.add(words);
  const answer = await post(picker.dataset.looked, { kind: "searched", q: words });
  if (answer?.ok) {
    renewSequence(picker.closest(".review-item"));
  } else {
    known.delete(words);
  }
}

function shown(picker) {
  const words = input(picker).value.trim();
  const answered = picker.querySelector("[data-for]")?.dataset.for;
  clearTimeout(rests.get(picker));
  if (answered !== words) {
    return;
  }
  if (words) {
    rests.set(picker, setTimeout(() => record(picker, words), RESTED_MS));
  }
  if (picker.dataset.enter === words) {
    first(picker);
  }
}

// Enter takes the first hit of the words as they stand: while they are still being searched it waits for the answer.
function first(picker) {
  const words = input(picker).value.trim();
  if (picker.querySelector("[data-for]")?.dataset.for === words) {
    delete picker.dataset.enter;
    picker.querySelector("[data-hit]")?.click();
  } else {
    picker.dataset.enter = words;
  }
}

async function opened(details) {
  const picker = details.closest("[data-picker]");
  const answer = await post(picker.dataset.looked, { kind: "opened", section: details.dataset.opens });
  if (answer?.ok) {
    renewSequence(picker.closest(".review-item"));
  }
}

// --- pins and notes ----------------------------------------------------------------------------------------------------

async function pin(hit) {
  const picker = hit.closest("[data-picker]");
  const section = hit.dataset.sectionId;
  if (!section) {
    document.getElementById("live").textContent = "A publication as a whole is not pinned; choose a section of it";
    return;
  }
  const values = { section, q: input(picker).value, pinned: hit.hasAttribute("data-pinned") ? "" : "1" };
  const answer = await post(picker.dataset.pinUrl, values);
  if (answer?.ok) {
    picker.querySelector(".picker-hits").innerHTML = await answer.text();
    picker.querySelector(`[data-hit][data-section-id="${CSS.escape(section)}"]`)?.focus();
    document.getElementById("live").textContent = values.pinned ? "Pinned" : "Pin taken off";
  }
}

async function keepNote(button) {
  const more = button.closest("[data-opens]");
  const picker = button.closest("[data-picker]");
  const values = { section: more.dataset.opens, note: more.querySelector("[data-note]").value };
  const answer = await post(picker.dataset.noteUrl, values);
  const said = answer?.ok ? await answer.text() : "Not kept. The note may be too long, or you are signed out; your text stays here.";
  more.querySelector("[data-note-state]").textContent = said;
}

// --- the search sequence -----------------------------------------------------------------------------------------------

async function confirmSequence(button) {
  const part = button.closest("[data-sequence]");
  const values = { sequence: part.querySelector("[data-sequence-text]").value, copy: button.dataset.confirmSequence };
  const answer = await post(part.dataset.confirmUrl, values);
  if (!answer?.ok && answer?.status !== 422) {
    document.getElementById("live").textContent = "Not confirmed: no connection, or you are signed out. Your text stays here.";
    return;
  }
  if (answer.ok) {
    delete part.dataset.edited;
  }
  part.innerHTML = await answer.text();
  part.querySelector("[data-confirm-sequence]").focus();
  if (values.copy && answer.ok) {
    renewOthers(part);
  }
}

/** The sequences of the other items, after something was copied to them. */
export function renewOthers(part) {
  form.querySelectorAll("[data-sequence]").forEach((other) => other !== part && renew(other));
}

// --- the drug list -----------------------------------------------------------------------------------------------------

async function askDrug(button) {
  const part = button.closest("[data-drug]");
  await renew(part, [...part.querySelectorAll("[data-drug-fields] [name]")].map((field) => [field.name, field.value]));
  part.querySelector("[data-ask-drug]")?.focus();
}

// --- wiring ------------------------------------------------------------------------------------------------------------

function clicked(event) {
  const hit = event.target.closest("[data-picker] [data-hit]");
  if (hit) {
    const picker = hit.closest("[data-picker]");
    record(picker, input(picker).value.trim());
    insert(hit);
  }
  const pinned = event.target.closest("[data-pin]");
  const noted = event.target.closest("[data-keep-note]");
  const confirmed = event.target.closest("[data-confirm-sequence]");
  const asked = event.target.closest("[data-ask-drug]");
  if (pinned) {
    pin(pinned.closest(".hit").querySelector("[data-hit]"));
  } else if (noted) {
    keepNote(noted);
  } else if (confirmed) {
    confirmSequence(confirmed);
  } else if (asked) {
    askDrug(asked);
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const picker = event.target.closest("[data-picker]");
  if (event.key === "Enter" && event.target.matches("[form=no-form]:not(textarea)")) {
    event.preventDefault();
    if (picker) {
      first(picker);
    } else {
      event.target.closest("[data-drug], [data-outside]")?.querySelector("[data-ask-drug], [data-add-outside]").click();
    }
  } else if (picker && event.target.matches("[data-hit]") && event.key.toLowerCase() === "p") {
    event.preventDefault();
    pin(event.target);
  } else if (picker && event.key === "Escape") {
    event.preventDefault();
    back(picker, event.target);
  } else if (event.key === "ArrowDown" && picker && event.target === input(picker) && !picker.querySelector("[data-hits]")) {
    event.preventDefault();
    window.htmx.trigger(event.target, "search");
  }
}

// Esc goes from a hit to the field, and from the field it closes the hits; ↓ or typing opens them again.
function back(picker, from) {
  if (from !== input(picker)) {
    input(picker).focus();
    return;
  }
  clearTimeout(rests.get(picker));
  delete picker.dataset.enter;
  input(picker).value = "";
  picker.querySelector(".picker-hits").replaceChildren();
}

export function start(reviewForm, insertHit) {
  form = reviewForm;
  insert = insertHit;
  form.addEventListener("click", clicked);
  form.addEventListener("keydown", pressed);
  form.addEventListener("toggle", (event) => event.target.open && event.target.matches("[data-opens]") && opened(event.target), true);
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-sequence-text]")) {
      event.target.closest("[data-sequence]").dataset.edited = "";
    }
  });
  form.addEventListener("htmx:afterSwap", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (picker) {
      shown(picker);
    }
  });
  form.querySelectorAll("[data-drug]").forEach((part) => renew(part));
}
