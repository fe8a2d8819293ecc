// Files without a case: 1, 2, 3 put the current file with a suggested case, 0 searches for another, z undoes the last.

let place = 0;

function rows() {
  return [...document.querySelectorAll("tr[data-arrival]")];
}

function current() {
  return document.activeElement?.closest("tr[data-arrival]") ?? document.querySelector("tr.is-current[data-arrival]") ?? rows()[0];
}

function search(row) {
  const details = row?.querySelector("details");
  if (details) {
    details.open = true;
    details.querySelector("input[type=search]").focus();
  }
}

function pressed(event) {
  const typing = event.target.matches("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
    return;
  }
  const row = current();
  place = Math.max(rows().indexOf(row), 0);
  let button = null;
  if (["1", "2", "3"].includes(event.key)) {
    button = row?.querySelector(`[data-suggestion="${event.key}"]`);
  } else if (event.key === "z") {
    button = document.querySelector("[data-undo]");
  } else if (event.key === "0") {
    event.preventDefault();
    search(row);
    return;
  }
  if (button) {
    event.preventDefault();
    button.form.requestSubmit(button);
  }
}

document.addEventListener("keydown", pressed);
document.body.addEventListener("htmx:afterSwap", (event) => {
  const list = document.getElementById("unmatched");
  if (event.detail.target.id !== "unmatched" && event.detail.elt?.id !== "unmatched") {
    return;
  }
  document.getElementById("match-said").textContent = list?.dataset.said ?? "";
  const next = rows()[Math.min(place, rows().length - 1)];
  next?.classList.add("is-current");
  next?.querySelector("a[href]").focus();
});
