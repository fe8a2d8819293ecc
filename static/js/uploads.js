// <section data-uploads>: files dropped or chosen go up in pieces (tus) and go on after the line breaks.
// Nothing is kept in the browser: what was begun stands in the page, as the server told it.

import { say } from "./live.js";

const AT_ONCE = 3;
const WAITS = [0, 1000, 2000, 5000, 10000, ...Array(60).fill(20000)];
const MEGABYTE = 1024 * 1024;

class Uploader {
  constructor(section) {
    this.section = section;
    this.list = section.querySelector("[data-upload-list]");
    this.total = section.querySelector("[data-upload-total]");
    this.template = section.querySelector("template");
    this.begun = JSON.parse(section.querySelector("script[type='application/json']")?.textContent ?? "[]");
    this.entries = [];
    for (const input of section.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => {
        this.add([...input.files].map((file) => ({ file, folder: folderOf(file.webkitRelativePath) })));
        input.value = "";
      });
    }
    this.zone = section.querySelector("[data-drop-zone]");
    this.zone.addEventListener("dragover", (event) => this.over(event, true));
    this.zone.addEventListener("dragleave", (event) => this.over(event, false));
    this.zone.addEventListener("drop", (event) => this.drop(event));
    window.addEventListener("online", () => this.entries.forEach((entry) => entry.goOnNow()));
    window.addEventListener("beforeunload", (event) => {
      if (this.entries.some((entry) => entry.going)) {
        event.preventDefault();
      }
    });
  }

  over(event, is) {
    event.preventDefault();
    this.zone.classList.toggle("drop-zone-over", is);
  }

  async drop(event) {
    this.over(event, false);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = [...event.dataTransfer.files].map((file) => ({ file, folder: "" }));
    const found = entries.length ? (await Promise.all(entries.map((entry) => filesIn(entry)))).flat() : plain;
    this.add(found);
  }

  add(found) {
    for (const { file, folder } of found) {
      this.entries.push(new Entry(this, file, folder));
    }
    this.next();
  }

  next() {
    const waiting = this.entries.filter((entry) => entry.state === "waiting");
    const going = this.entries.filter((entry) => entry.going).length;
    waiting.slice(0, Math.max(AT_ONCE - going, 0)).forEach((entry) => entry.start());
    const done = this.entries.filter((entry) => entry.state === "done").length;
    this.total.textContent = this.entries.length > 1 ? `${done} of ${this.entries.length} files are here` : "";
    if (this.entries.length > 1 && done === this.entries.length) {
      say(`All ${done} files are here.`);
    }
  }

  /** What the server should know of the file, besides its name: the fields that stand around the zone. */
  facts() {
    const facts = { ...this.section.dataset.facts && JSON.parse(this.section.dataset.facts) };
    for (const field of this.section.querySelectorAll("[data-upload-fact]")) {
      if (field.value) {
        facts[field.dataset.uploadFact] = field.value;
      }
    }
    return facts;
  }

  /** The address of an upload of the same file that was begun and not finished, each once. */
  takeBegun(file) {
    const place = this.begun.findIndex(
      (one) => one.name === file.name && one.length === file.size && one.changed === String(file.lastModified),
    );
    return place < 0 ? null : this.begun.splice(place, 1)[0].url;
  }
}

class Entry {
  constructor(uploader, file, folder) {
    this.uploader = uploader;
    this.file = file;
    this.folder = folder;
    this.state = "waiting";
    this.row = uploader.template.content.firstElementChild.cloneNode(true);
    this.row.querySelector("[data-name]").textContent = folder ? `${folder}/${file.name}` : file.name;
    this.bar = this.row.querySelector("progress");
    this.bar.setAttribute("aria-label", `Progress of ${file.name}`);
    this.word = this.row.querySelector("[data-word]");
    this.button = this.row.querySelector("button");
    this.button.addEventListener("click", () => (this.going || this.state === "waiting" ? this.stop() : this.again()));
    uploader.list.append(this.row);
    this.show("waiting", `waiting, ${sized(file.size)}`);
  }

  get going() {
    return this.state === "going" || this.state === "broken";
  }

  start() {
    const facts = { ...this.uploader.facts(), filename: this.file.name, folder: this.folder, changed: String(this.file.lastModified) };
    this.upload = new window.tus.Upload(this.file, {
      endpoint: this.uploader.section.dataset.uploads,
      uploadUrl: this.uploader.takeBegun(this.file),
      chunkSize: Number(this.uploader.section.dataset.piece),
      metadata: facts,
      retryDelays: WAITS,
      storeFingerprintForResuming: false,
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token()),
      onShouldRetry: (error) => this.mayGoOn(error),
      onProgress: (sent, all) => this.progress(sent, all),
      onSuccess: () => this.done(),
      onError: (error) => this.failed(error),
    });
    this.show("going", "beginning");
    this.upload.start();
  }

  progress(sent, all) {
    if (this.state !== "going" && this.state !== "broken") {
      return;
    }
    const percent = Math.floor((100 * sent) / all);
    this.sent = `${megabytes(sent)} of ${megabytes(all)} MB, ${percent} %`;
    this.bar.value = percent;
    this.show("going", this.sent);
  }

  mayGoOn(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const passes = status === 0 || status >= 500 || [401, 409, 423, 429, 460].includes(status);
    if (passes) {
      const why = status === 401 ? "Sign in again and it goes on" : "The connection broke; it goes on by itself";
      this.show("broken", this.sent ? `${why} (${this.sent})` : why);
    }
    return passes;
  }

  /** The line is back: no need to wait out the pause. */
  goOnNow() {
    if (this.state === "broken") {
      this.upload.abort().then(() => this.upload.start());
    }
  }

  done() {
    this.bar.value = 100;
    this.show("done", `is here, ${sized(this.file.size)}`);
    say(`${this.file.name} is here.`);
    document.body.dispatchEvent(new Event("arrivals-changed"));
    this.uploader.next();
  }

  failed(error) {
    const said = error.originalResponse?.getStatus() ? error.originalResponse.getBody() : "";
    this.show("refused", said && said.length < 600 && !said.includes("<") ? said : "It could not be sent. Try again.");
    say(this.word.textContent);
    this.uploader.next();
  }

  stop() {
    this.upload?.abort();
    this.show("stopped", this.sent ? `stopped at ${this.sent}` : "stopped");
    this.uploader.next();
  }

  again() {
    if (this.state === "stopped" && this.upload) {
      this.show("going", "going on");
      this.upload.start();
    } else {
      this.state = "waiting";
      this.uploader.next();
    }
  }

  show(state, words) {
    this.state = state;
    this.row.dataset.state = state;
    this.word.textContent = words;
    this.bar.hidden = ["done", "refused", "waiting"].includes(state);
    this.button.hidden = state === "done";
    const verb = this.going || state === "waiting" ? "Stop" : state === "refused" ? "Try again" : "Go on";
    this.button.querySelector("[data-verb]").textContent = verb;
    this.button.querySelector("[data-of]").textContent = ` ${this.file.name}`;
    for (const icon of this.row.querySelectorAll("[data-icon]")) {
      icon.hidden = icon.dataset.icon !== state;
    }
  }
}

/** A size as people say it: small files in KB. */
function sized(bytes) {
  return bytes < MEGABYTE / 2 ? `${Math.ceil(bytes / 1024)} KB` : `${megabytes(bytes)} MB`;
}

function megabytes(bytes) {
  return (bytes / MEGABYTE).toFixed(1);
}

function folderOf(path) {
  return path ? path.split("/").slice(0, -1).join("/") : "";
}

/** Every file below a dropped folder, with the folder that it lay in. */
async function filesIn(entry, folder = "") {
  if (entry.isFile) {
    return [{ file: await new Promise((found, lost) => entry.file(found, lost)), folder }];
  }
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((found, lost) => reader.readEntries(found, lost));
    if (!some.length) {
      break;
    }
    inside.push(...some);
  }
  const here = folder ? `${folder}/${entry.name}` : entry.name;
  return (await Promise.all(inside.map((one) => filesIn(one, here)))).flat();
}

/** The token as it stands in the page now: signing in again changes it. */
function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

document.querySelectorAll("[data-uploads]").forEach((section) => new Uploader(section));
