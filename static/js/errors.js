// The error summary takes the focus when the page comes back; its links put the cursor into the field itself.

const FIELDS = "input:not([type=hidden]), select, textarea";

export function start() {
  document.querySelector("[data-error-summary]")?.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1))?.querySelector(FIELDS);
    if (field) {
      event.preventDefault();
      field.scrollIntoView({ block: "center" });
      field.focus({ preventScroll: true });
    }
  });
}
