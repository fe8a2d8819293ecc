// The clock of the session. The server decides; this page asks it, warns two minutes ahead, covers itself when the
// session is over, and goes on after a new sign-in with everything typed still in place.

const WARN_SECONDS = 120;
const BACKGROUND = { "X-Background": "1", Accept: "application/json" };

export function start() {
  const warning = document.querySelector("[data-session-clock]");
  if (warning) {
    new SessionClock(warning, document.getElementById("session-over"));
  }
}

class SessionClock {
  constructor(warning, over) {
    this.warning = warning;
    this.over = over;
    this.endsAt = Infinity;
    this.said = "";
    warning.querySelector("[data-session-stay]").addEventListener("click", () => this.stay());
    warning.addEventListener("cancel", () => this.stay());
    over.addEventListener("cancel", (event) => event.preventDefault());
    over.querySelector("[data-session-go-on]").addEventListener("click", () => this.goOn());
    document.addEventListener("session-ended", () => this.cover());
    document.addEventListener("visibilitychange", () => !document.hidden && this.ask());
    document.addEventListener("submit", (event) => this.sendIfSignedIn(event), true);
    document.body.addEventListener("htmx:beforeRequest", (event) => this.holdBack(event));
    document.body.addEventListener("htmx:afterRequest", () => this.ask());
    this.ask();
  }

  async ask() {
    try {
      const answer = await fetch(this.warning.dataset.state, { headers: BACKGROUND, cache: "no-store" });
      if (answer.ok) {
        const state = await answer.json();
        this.set(state.person === null ? 0 : state.seconds);
        return state;
      }
    } catch {
      // Nobody answers: the countdown goes on with what was known.
    }
    return null;
  }

  set(seconds) {
    this.endsAt = Date.now() + seconds * 1000;
    clearTimeout(this.timer);
    this.tick();
  }

  left() {
    return Math.round((this.endsAt - Date.now()) / 1000);
  }

  tick() {
    const left = this.left();
    if (left <= 0) {
      this.cover();
    } else if (left > WARN_SECONDS) {
      this.warning.close();
      // Work in another window may have kept the session: ask again before warning.
      this.timer = setTimeout(() => this.ask(), Math.min((left - WARN_SECONDS) * 1000 + 250, 2 ** 31 - 1));
    } else {
      this.warn(left);
      this.timer = setTimeout(() => (left % 10 === 0 ? this.ask() : this.tick()), 1000);
    }
  }

  warn(left) {
    const minutes = Math.floor(left / 60);
    const seconds = String(left % 60).padStart(2, "0");
    this.warning.querySelector("[data-session-left]").textContent = `${minutes}:${seconds}`;
    if (!this.warning.open) {
      this.warning.showModal();
    }
    const words = left > 60 ? "You will be signed out in two minutes." : "You will be signed out in one minute.";
    if (this.said !== words) {
      this.said = words;
      this.warning.querySelector("[data-session-said]").textContent = words;
    }
  }

  async stay() {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const answer = await fetch(this.warning.dataset.stay, { method: "POST", headers }).catch(() => null);
    if (answer?.ok) {
      this.said = "";
      this.set((await answer.json()).seconds);
    } else {
      await this.ask();
    }
  }

  cover() {
    clearTimeout(this.timer);
    this.endsAt = 0;
    this.warning.close();
    if (!this.over.open) {
      this.over.showModal();
    }
  }

  async goOn() {
    const state = await this.ask();
    const problem = this.over.querySelector("[data-session-problem]");
    problem.hidden = false;
    if (!state) {
      problem.textContent = "The site does not answer. Try again in a moment.";
    } else if (state.person === null) {
      problem.textContent = "You are not signed in yet. Sign in first, then choose this again.";
    } else if (String(state.person) !== this.warning.dataset.person) {
      window.location.assign("/"); // somebody else sits here now: this page is not theirs
    } else {
      problem.hidden = true;
      renewToken(state.token);
      this.over.close();
    }
  }

  /** A part of the page that wants to be sent (htmx) waits while nobody is signed in. */
  holdBack(event) {
    if (this.left() <= 0) {
      event.preventDefault();
      this.cover();
    }
  }

  /** A form that would leave the page is sent only while its person is signed in: what was typed is never lost. */
  async sendIfSignedIn(event) {
    const form = event.target;
    const leaves = form.method === "post" && form.id !== "session-sign-out" && !form.hasAttribute("hx-post");
    if (!leaves || form === this.cleared) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.asking) {
      return;
    }
    this.asking = true;
    const state = await this.ask();
    this.asking = false;
    if (state && String(state.person) !== this.warning.dataset.person) {
      this.cover();
      return;
    }
    this.cleared = form;
    form.requestSubmit(event.submitter);
    this.cleared = null;
  }
}

/** Signing in gave a new token; the forms that stood here meanwhile take it over. */
function renewToken(token) {
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    input.value = token;
  }
  if (document.body.hasAttribute("hx-headers")) {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }
}
