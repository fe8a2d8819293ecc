// Runs before the first paint: a page in "system" appearance takes the dark colours where the system is dark.
(function () {
  var root = document.documentElement;
  if (root.dataset.theme === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    root.dataset.bsTheme = "dark";
  }
})();
