// <form data-guard>: leaving with typed, unsent text asks first. Call `clean(form)` when the text is saved elsewhere.

const dirty = new Set();

export function clean(form) {
  dirty.delete(form);
}

export function start() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard]")) {
      dirty.add(form);
    }
  });
  document.addEventListener("submit", (event) => clean(event.target));
  window.addEventListener("beforeunload", (event) => {
    for (const form of dirty) {
      if (form.isConnected) {
        event.preventDefault();
        return;
      }
    }
  });
}
