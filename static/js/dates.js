// Date fields take typing ("8/12/13", "2013-08-12", "Aug 12, 2013") and show below what was understood.
// common.forms.HouseDateField reads the same forms; this only shows, the server decides.

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const SHOWN = new Intl.DateTimeFormat("en-US", { weekday: "long", month: "short", day: "numeric", year: "numeric", timeZone: "UTC" });
const CENTURY_AHEAD = 20;

function fullYear(year) {
  if (year > 99) {
    return year;
  }
  const thisYear = new Date().getFullYear();
  const near = Math.floor(thisYear / 100) * 100 + year;
  return near > thisYear + CENTURY_AHEAD ? near - 100 : near;
}

function day(year, month, dayOfMonth) {
  const date = new Date(Date.UTC(year, month - 1, dayOfMonth));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth ? date : null;
}

/** The date typed, or null. */
export function understand(text) {
  const typed = text.trim();
  let match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (match) {
    return day(Number(match[1]), Number(match[2]), Number(match[3]));
  }
  match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})$/.exec(typed);
  if (match) {
    return day(fullYear(Number(match[3])), Number(match[1]), Number(match[2]));
  }
  match = /^([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{2}|\d{4})$/i.exec(typed);
  if (match) {
    return day(fullYear(Number(match[3])), MONTHS.indexOf(match[1].slice(0, 3).toLowerCase()) + 1, Number(match[2]));
  }
  return null;
}

function show(field, typed) {
  const place = document.getElementById(`${field.id}_understood`);
  if (!place) {
    return;
  }
  const date = understand(field.value);
  place.classList.toggle("is-unclear", !date);
  place.textContent = date ? SHOWN.format(date) : typed && field.value.trim() ? "Not a date yet" : "";
}

export function start() {
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-date]")) {
      show(event.target, true);
    }
  });
  for (const field of document.querySelectorAll("[data-date]")) {
    show(field, false);
  }
}
