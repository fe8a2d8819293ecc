// Says in words what went wrong when the browser made or found no passkey (allauth's scripts only throw an event).

document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-problem]");
  if (!place) {
    return;
  }
  event.preventDefault();
  const name = event.detail?.exception?.name;
  const words = {
    NotAllowedError: "Nothing was done: it was cancelled, or it took too long. Try again.",
    InvalidStateError: "This device is registered already.",
    NotSupportedError: "This browser or device knows no passkeys. Use an authenticator app.",
    SecurityError: "Passkeys work only at the site's proper https address.",
  };
  place.textContent = words[name] ?? "That did not work. Try again, or use another way.";
  place.hidden = false;
});
