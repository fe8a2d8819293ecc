// Pages of the admin site that are no lists of records: keys of the tree, "choose all".

for (const form of document.querySelectorAll("[data-tree]")) {
  form.addEventListener("keydown", (event) => {
    const button = event.altKey && form.querySelector(`button[data-key="${event.key}"]`);
    if (button && event.target.matches("input[type=radio]")) {
      event.preventDefault();
      event.target.checked = true;
      form.requestSubmit(button);
    }
  });
}

// The frame of the admin site hides the page until its own scripts have run, and what is hidden takes no focus.
function focusChosen() {
  const chosen = document.querySelector("[data-tree] input[type=radio]:checked");
  if (chosen) {
    chosen.focus({ preventScroll: true });
    chosen.closest("tr").scrollIntoView({ block: "center" });
  }
}

window.addEventListener("load", () => requestAnimationFrame(focusChosen));

for (const all of document.querySelectorAll("[data-choose-all]")) {
  all.addEventListener("change", () => {
    for (const box of all.closest("form").querySelectorAll("input[name=chosen]")) {
      box.checked = all.checked;
    }
  });
}
