// Arrow keys between a search field (data-hits-input="id of the list's holder") and its hits, in look-ups and pickers.

function holder(input) {
  const id = input.dataset.hitsInput ?? input.getAttribute("hx-target")?.replace(/^#/, "");
  return id ? document.getElementById(id) : null;
}

function hits(list) {
  return [...list.querySelectorAll("[data-hit]")];
}

function pressed(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") {
    return;
  }
  const step = event.key === "ArrowDown" ? 1 : -1;
  if (event.target.matches("input[type=search]")) {
    const first = step === 1 && holder(event.target)?.querySelector("[data-hit]");
    if (first) {
      event.preventDefault();
      first.focus();
    }
    return;
  }
  const list = event.target.closest("[data-hits]");
  if (!list) {
    return;
  }
  event.preventDefault();
  const all = hits(list);
  const next = all[all.indexOf(event.target.closest("[data-hit]")) + step];
  if (next) {
    next.focus();
  } else if (step === -1) {
    const id = list.parentElement.id;
    document.querySelector(`input[data-hits-input="${CSS.escape(id)}"], input[hx-target="#${CSS.escape(id)}"]`)?.focus();
  }
}

export function start() {
  document.addEventListener("keydown", pressed);
}
