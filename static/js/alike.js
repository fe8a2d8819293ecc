// Beside the intake form: while the facts that make a duplicate are typed, the server is asked who filed them before.
// Only those facts are sent, in the body, a moment after the last key.

const WAIT = 500;
const FACTS = /^(worker-(first_name|last_name|birth_date)|claim-(claim_number|injury_date)|utilization_review-decision_date|parties-\d+-(role|organization|first_name|last_name|npi|DELETE))$/;

const panel = document.querySelector("[data-alike]");
let timer = 0;
let asked = "";

function facts() {
  const found = {};
  for (const field of document.querySelector("form[data-intake]")?.elements ?? []) {
    if (FACTS.test(field.name) && field.value && (field.type !== "checkbox" || field.checked)) {
      found[field.name] = field.value;
    }
  }
  return found;
}

export function ask() {
  const values = facts();
  const now = JSON.stringify(values);
  if (panel && now !== asked) {
    asked = now;
    window.htmx.ajax("POST", panel.dataset.alike, { target: panel, swap: "innerHTML", values, source: panel });
  }
}

if (panel) {
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  };
  document.addEventListener("input", (event) => FACTS.test(event.target.name ?? "") && soon());
  document.addEventListener("htmx:afterSettle", (event) => event.target !== panel && soon());
  soon();
}
