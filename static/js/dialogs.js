// Dialogs open by data-open-dialog="id", messages close by data-dismiss, menus (<details data-menu>) close by a click elsewhere.

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) {
      document.getElementById(opener.dataset.openDialog)?.showModal();
    }
    event.target.closest("[data-dismiss]")?.closest("[data-message]")?.remove();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });
}

/** Close the menu that is open and give the focus back to what opened it. Returns whether there was one. */
export function closeMenu() {
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) {
    return false;
  }
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}
