// One polite live region per page: what is said here is read out and not shown.

export function say(text) {
  const region = document.getElementById("live");
  if (region) {
    region.textContent = text;
  }
}
