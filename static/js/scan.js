// The scan beside the intake form: the field in focus shows its place on the page; what was hard to read is marked.

const read = JSON.parse(document.getElementById("read-fields").textContent);
const pane = document.querySelector("[data-scan]");
const SIZES = ["scan-zoom-1", "scan-zoom-2", "scan-zoom-3", "scan-zoom-4"];
const MARGIN = 0.006;
let size = 0;

function mark() {
  for (const [name, field] of Object.entries(read)) {
    const input = document.querySelector(`[name="${name}"]`);
    const group = input?.closest("[id^=div_id_]");
    if (!group || field.sure || group.querySelector(".read-mark") || input.dataset.checked) {
      continue;
    }
    const said = document.createElement("p");
    said.className = "read-mark state state-soon";
    said.id = `read_${name}`;
    const icon = document.createElement("i");
    icon.className = "bi bi-eye";
    icon.setAttribute("aria-hidden", "true");
    said.append(icon, ` Check: hard to read (${field.confidence} of 100)`);
    group.append(said);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim());
  }
}

function show(name) {
  for (const place of document.querySelectorAll(".scan-place")) {
    place.setAttribute("width", "0");
  }
  const field = read[name];
  const page = field && document.querySelector(`[data-scan-page="${field.page}"]`);
  if (!page) {
    return;
  }
  const [left, top, width, height] = field.box;
  const place = page.querySelector(".scan-place");
  const values = { x: left - MARGIN, y: top - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  for (const [key, value] of Object.entries(values)) {
    place.setAttribute(key, String(value));
  }
  const wanted = page.offsetTop + top * page.offsetHeight - pane.clientHeight / 3;
  pane.scrollTo({ top: wanted, left: (left - 0.05) * page.offsetWidth });
}

function zoom(step) {
  size = Math.min(Math.max(size + step, 0), SIZES.length - 1);
  pane.classList.remove(...SIZES);
  pane.classList.add(SIZES[size]);
}

document.addEventListener("focusin", (event) => event.target.name && show(event.target.name));
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.name in read) {
    field.dataset.checked = "yes";
    document.getElementById(`read_${field.name}`)?.remove();
  }
});
document.addEventListener("htmx:afterSettle", mark);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) {
    zoom(Number(button.dataset.zoom));
  }
});
mark();
