// <form data-keep-typed>: what is typed while the server draws the form anew (a row added) is put back into the new form.

const SINGLE = new Set(["radio", "checkbox"]);
const NO_VALUE = new Set(["submit", "button", "fieldset"]);

function valueOf(field) {
  if (field.type === "file") {
    return field.files[0] ?? "";
  }
  return SINGLE.has(field.type) ? field.checked : field.value;
}

function entries(form) {
  const found = new Map();
  for (const field of form.elements) {
    if (field.name && !NO_VALUE.has(field.type)) {
      const key = SINGLE.has(field.type) ? `${field.name}\u0000${field.value}` : field.name;
      found.set(key, { field, value: valueOf(field), files: field.files });
    }
  }
  return found;
}

function changedSince(before, form) {
  const changed = [];
  for (const [key, { value, files }] of entries(form)) {
    if (before.get(key)?.value !== value) {
      changed.push([key, files ?? value]);
    }
  }
  return changed;
}

function putBack(changed, form) {
  const now = entries(form);
  for (const [key, value] of changed) {
    const field = now.get(key)?.field;
    if (field && typeof value === "boolean") {
      field.checked = value;
    } else if (field && value instanceof FileList) {
      field.files = value;
    } else if (field && !key.endsWith("_FORMS")) {
      field.value = value;
    }
  }
}

export function start() {
  const sent = new WeakMap();
  const typed = new WeakMap();
  const formOf = (event) => event.target.closest?.("form[data-keep-typed]") ?? event.detail.elt?.closest?.("form[data-keep-typed]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = formOf(event);
    if (form) {
      sent.set(form, entries(form));
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = formOf(event);
    if (form && sent.has(form)) {
      typed.set(form, changedSince(sent.get(form), form));
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = formOf(event);
    if (form && typed.has(form)) {
      putBack(typed.get(form), form);
      typed.delete(form);
    }
  });
}
