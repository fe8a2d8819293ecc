// What runs on every page. Each module looks for its own data attributes and does nothing where they are absent.

import * as copy from "./copy.js";
import * as dates from "./dates.js";
import * as dialogs from "./dialogs.js";
import * as errors from "./errors.js";
import * as guard from "./guard.js";
import * as hits from "./hits.js";
import * as idle from "./idle.js";
import * as keepFocus from "./keep-focus.js";
import * as keepTyped from "./keep-typed.js";
import * as keyboard from "./keyboard.js";
import * as panes from "./panes.js";
import * as select from "./select.js";
import * as theme from "./theme.js";

for (const module of [copy, dates, dialogs, errors, guard, hits, idle, keepFocus, keepTyped, keyboard, panes, select, theme]) {
  module.start();
}
