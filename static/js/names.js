// The desk of names: 1 the same, 2 different, 3 and 4 the first or second is the parent, z undoes the last decision.

function current() {
  return document.activeElement?.closest("[data-pair]") ?? document.querySelector(".is-current[data-pair]") ?? document.querySelector("[data-pair]");
}

function pressed(event) {
  const typing = event.target.matches("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
    return;
  }
  const button = event.key === "z"
    ? document.querySelector("[data-undo]")
    : ["1", "2", "3", "4"].includes(event.key) && current()?.querySelector(`[data-act="${event.key}"]`);
  if (button) {
    event.preventDefault();
    button.form.requestSubmit(button);
  }
}

document.addEventListener("keydown", pressed);
// The page says when its keys are heard: a slow machine shows the list before this script has run.
document.body.dataset.keys = "heard";
