// Scrolling parts of a list in the admin site have names of their own: the menu, the rows, the filters.
// Before the library that makes them scroll calls each "scrollable content".

document.addEventListener("DOMContentLoaded", () => {
  const names = {
    "#nav-sidebar-apps": "Menu",
    "#changelist-form [data-simplebar]": "Rows",
    "#changelist-filter [data-simplebar]": "Filters",
  };
  for (const [part, name] of Object.entries(names)) {
    document.querySelector(part)?.setAttribute("data-simplebar-aria-label", name);
  }
});
