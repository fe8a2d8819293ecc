// Arrow keys leaf through the pages of a record, unless somebody types.

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const step = { ArrowLeft: "before", ArrowRight: "after" }[event.key];
  if (step && !typing && !event.altKey && !event.ctrlKey && !event.metaKey) {
    document.querySelector(`[data-step="${step}"]`)?.click();
  }
});

// The page says when its keys are heard: a slow machine shows the page before this script has run.
document.body.dataset.keys = "heard";
