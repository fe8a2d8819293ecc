// Sorting a bundle: pointer and keys do the same acts; after each the strip comes anew and the focus stays on its page.

const sorter = () => document.getElementById("sorter");
const sheets = () => [...document.querySelectorAll("[data-sheet]")];
let back = null;
let waiting = false;

function said(text) {
  document.getElementById("sort-said").textContent = text;
}

function post(act, values, page) {
  const here = sorter();
  if (waiting || !here) {
    return;
  }
  waiting = true;
  back = page ?? current()?.dataset.sheet ?? null;
  window.htmx
    .ajax("POST", `${here.dataset.url}${act}/`, {
      source: here,
      target: "#sorter",
      swap: "outerHTML",
      values: { version: here.dataset.version, ...values },
    })
    .finally(() => {
      waiting = false;
    });
}

function current() {
  return document.activeElement?.closest("[data-sheet]");
}

function partOf(page) {
  return document.querySelector(`[data-sheet="${CSS.escape(String(page))}"]`)?.closest(".sort-part");
}

function name(first) {
  const part = document.querySelector(`.sort-part[data-first="${CSS.escape(String(first))}"]`);
  const dialog = document.getElementById("sort-name");
  const form = document.getElementById("sort-name-form");
  for (const field of ["title", "kind", "author", "date"]) {
    form.elements[field].value = part.dataset[field];
  }
  dialog.dataset.page = first;
  dialog.showModal();
  form.elements.title.select();
}

const ACTS = {
  accept: () => post("accept", {}),
  undo: () => post("undo", {}),
  split: (page) => post("split", { page }, page),
  merge: (page) => post("merge", { page }, page),
  earlier: (page) => post("move", { page, to: Number(page) - 1 }, Number(page) - 1),
  later: (page) => post("move", { page, to: Number(page) + 1 }, Number(page) + 1),
  name: (page) => name(page),
};

function look(sheet) {
  const dialog = document.getElementById("sort-page");
  const picture = dialog.querySelector("img");
  picture.src = `${sheet.querySelector("img").getAttribute("src")}?large`;
  picture.alt = `Page ${sheet.dataset.sheet}`;
  dialog.showModal();
}

function clicked(event) {
  const button = event.target.closest("#sorter [data-act]");
  if (button) {
    ACTS[button.dataset.act](button.dataset.page);
    return;
  }
  const sheet = event.target.closest("[data-sheet]");
  if (sheet) {
    look(sheet);
  }
}

function step(by) {
  const all = sheets();
  const at = all.indexOf(current());
  focusOn(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function stepPart(by) {
  const parts = [...document.querySelectorAll(".sort-part")];
  const at = parts.indexOf(current()?.closest(".sort-part"));
  focusOn(parts[Math.min(Math.max(at + by, 0), parts.length - 1)]?.querySelector("[data-sheet]"));
}

function focusOn(sheet) {
  if (sheet) {
    sheet.focus();
    sheet.scrollIntoView({ block: "nearest" });
  }
}

function onRecord(act) {
  const sheet = current();
  if (sheet) {
    ACTS[act](sheet.closest(".sort-part").dataset.first);
  }
}

function toggle() {
  const sheet = current();
  if (sheet) {
    const begins = partOf(sheet.dataset.sheet).dataset.first === sheet.dataset.sheet;
    ACTS[begins ? "merge" : "split"](sheet.dataset.sheet);
  }
}

const KEYS = {
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  ArrowDown: () => stepPart(1),
  ArrowUp: () => stepPart(-1),
  b: toggle,
  "[": () => onRecord("earlier"),
  "]": () => onRecord("later"),
  n: () => onRecord("name"),
  a: () => ACTS.accept(),
  z: () => ACTS.undo(),
};
const ONLY_OPEN = new Set(["b", "[", "]", "n", "a"]);

function pressed(event) {
  const typing = event.target.matches("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
    return;
  }
  const act = KEYS[event.key];
  if (act && !(ONLY_OPEN.has(event.key) && "accepted" in sorter().dataset)) {
    event.preventDefault();
    act();
  }
}

document.addEventListener("click", clicked);
document.addEventListener("keydown", pressed);
document.getElementById("sort-name").addEventListener("close", (event) => {
  const dialog = event.target;
  if (dialog.returnValue === "save") {
    const form = document.getElementById("sort-name-form");
    post("name", { page: dialog.dataset.page, ...Object.fromEntries(new FormData(form)) }, dialog.dataset.page);
  }
  dialog.returnValue = "";
});
document.body.addEventListener("htmx:afterSwap", () => {
  said(sorter()?.dataset.said ?? "");
  if (back !== null) {
    focusOn(document.querySelector(`[data-sheet="${CSS.escape(String(back))}"]`));
  }
});

// The page says when its keys are heard: a slow machine shows the strip before this script has run.
document.body.dataset.keys = "heard";
