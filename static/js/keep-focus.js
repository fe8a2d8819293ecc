// The focus stays where it was when the server draws a part of the page, or the whole page, anew.
//
// A control is found again by what it does (its id, name, value and addresses), never by its words: names of people stay out of
// the browser's storage. Where it is gone, the part that took its place has the focus.
// [data-acts] in the row that an address names (#case-7): its first control has the focus on the page that follows an act.

const PLACE = "keep-focus";

function valueOf(control) {
  return ["radio", "checkbox", "submit"].includes(control.type) ? control.value : "";
}

function deedOf(control) {
  const addresses = [control.getAttribute("href"), control.form?.getAttribute("action")];
  return JSON.stringify([control.tagName, control.id, control.name, valueOf(control), ...addresses]);
}

// Two links to one page are told apart by their order.
function markOf(control) {
  const deed = deedOf(control);
  const same = [...document.querySelectorAll(control.tagName)].filter((other) => deedOf(other) === deed);
  return { tag: control.tagName, deed, at: same.indexOf(control), value: valueOf(control) };
}

// The same deed, else what is done to the same thing now: "Put it back" where "Remove" was.
function find(mark) {
  const all = [...document.querySelectorAll(mark.tag)];
  const same = all.filter((control) => deedOf(control) === mark.deed);
  return same[mark.at] ?? same.at(-1) ?? all.find((control) => mark.value && valueOf(control) === mark.value);
}

function lost() {
  return !document.activeElement || document.activeElement === document.body;
}

function swaps() {
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const here = document.activeElement;
    kept = !lost() && event.detail.target?.contains(here) ? markOf(here) : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!kept || !lost()) {
      return;
    }
    const part = event.detail.elt;
    const control = find(kept) ?? part;
    kept = null;
    if (control === part) {
      part.tabIndex = -1;
    }
    control.focus({ preventScroll: true });
  });
}

function reloads() {
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Refresh") && !lost()) {
      sessionStorage.setItem(PLACE, JSON.stringify({ page: location.pathname, mark: markOf(document.activeElement) }));
    }
  });
  const { page, mark } = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
  sessionStorage.removeItem(PLACE);
  if (page === location.pathname) {
    (find(mark) ?? document.getElementById("main")).focus();
  }
}

// After the page has loaded: going to the row, the browser takes the focus away from whatever has it.
function acts() {
  const row = document.getElementById(location.hash.slice(1));
  row?.querySelector("[data-acts]")?.querySelector("button, a[href]")?.focus();
}

export function start() {
  swaps();
  reloads();
  window.addEventListener("load", () => setTimeout(acts));
}
