// Rows chosen by check boxes (name="chosen" inside [data-choose]) bring up the bulk bar and its count.

import { say } from "./live.js";

function show(scope) {
  const boxes = [...scope.querySelectorAll("input[type=checkbox][name=chosen]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = scope.querySelector("[data-choose-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const bar = scope.querySelector("[data-bulk-bar]");
  if (bar) {
    bar.hidden = chosen === 0;
    const text = `${chosen} chosen`;
    bar.querySelector("[data-chosen-count]").textContent = text;
    say(text);
  }
}

export function start() {
  document.addEventListener("change", (event) => {
    const scope = event.target.closest("[data-choose]");
    if (!scope || event.target.type !== "checkbox") {
      return;
    }
    if (event.target.matches("[data-choose-all]")) {
      for (const box of scope.querySelectorAll("input[type=checkbox][name=chosen]")) {
        box.checked = event.target.checked;
      }
    }
    show(scope);
  });
}
