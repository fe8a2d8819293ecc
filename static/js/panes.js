// The divider between the two panes of a workspace: drag it, or move it with the arrow keys in steps of five per cent.

const STEP = 5;
const LEAST = 25;
const MOST = 75;

function place(panes, divider, percent) {
  const rounded = Math.min(Math.max(Math.round(percent / STEP) * STEP, LEAST), MOST);
  panes.className = panes.className.replace(/\s*panes-\d+/g, "").concat(` panes-${rounded}`);
  divider.setAttribute("aria-valuenow", String(rounded));
}

function follow(panes, divider) {
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    const drag = (moved) => {
      const box = panes.getBoundingClientRect();
      place(panes, divider, ((moved.clientX - box.left) / box.width) * 100);
    };
    divider.addEventListener("pointermove", drag);
    divider.addEventListener("pointerup", () => divider.removeEventListener("pointermove", drag), { once: true });
  });
  divider.addEventListener("keydown", (event) => {
    const now = Number(divider.getAttribute("aria-valuenow"));
    const to = { ArrowLeft: now - STEP, ArrowRight: now + STEP, Home: LEAST, End: MOST }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      place(panes, divider, to);
    }
  });
}

export function start() {
  for (const divider of document.querySelectorAll("[data-pane-divider]")) {
    follow(divider.closest(".panes"), divider);
  }
}
