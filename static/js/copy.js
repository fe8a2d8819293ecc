// <button type="button" data-copy="CM13-0012345"> copies its text and says so.

import { say } from "./live.js";

export function start() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) {
      return;
    }
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say("Copied");
      button.classList.add("is-copied");
    } catch {
      say("The browser did not allow copying");
    }
  });
}
