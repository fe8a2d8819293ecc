// The appearance switch: sets the cookie and the page at once; without scripts the form posts and the server does it.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function show() {
  const chosen = root.dataset.theme;
  root.dataset.bsTheme = chosen === "dark" || (chosen === "auto" && dark.matches) ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
}

export function start() {
  dark.addEventListener("change", show);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-switch]") || !event.submitter) {
      return;
    }
    event.preventDefault();
    root.dataset.theme = event.submitter.value;
    const secure = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${event.submitter.value}; path=/; max-age=31536000; samesite=lax${secure}`;
    show();
  });
}
