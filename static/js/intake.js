// After a part of the intake form was changed by the server: the error summary or the new row takes the focus.

let added = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.elt;
  if (!button?.closest?.("[data-intake]")) {
    return;
  }
  added = button?.name === "add" ? button.value : "";
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches?.("[data-alike]")) {
    return;
  }
  const summary = document.querySelector("[data-intake] [data-error-summary]");
  if (summary) {
    summary.focus();
    summary.scrollIntoView({ block: "start" });
  } else if (added) {
    const rows = Number(document.getElementById(`id_${added}-TOTAL_FORMS`)?.value ?? 0);
    document.querySelector(`[name^="${added}-${rows - 1}-"]:not([type=hidden])`)?.focus();
  }
  added = "";
});
