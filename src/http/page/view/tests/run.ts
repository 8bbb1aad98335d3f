/** A run that somebody asks for: one file, in processes of its own; it ends when it is cancelled, or the page is left. */
import { h, setHidden, setText } from "../../dom/element.ts";
import { eventsOf } from "../../connection/events-of.ts";
import { runKindOf, type BenchmarksDocument } from "../../model/runs.ts";
import { duration } from "../../model/words.ts";
import type { Context } from "../view.ts";
import { messageOf } from "../../../../text/system-error.ts";

/** As it was left. */
let chosen = "";

export function runPart(
  context: Context,
  { files, running }: BenchmarksDocument,
  leaving: AbortSignal,
  done: () => Promise<void>,
): HTMLElement {
  const select = h(
    "select",
    { "aria-label": "File to run" },
    group("Benchmarks", files.bench),
    group("Tests", files.test),
  );
  const state = h(
    "span",
    { class: "hint", role: "status" },
    running === null ? "" : `${running.file} is being run.`,
  );
  let cancel = new AbortController();
  const button = h("button", { type: "button", onclick: () => void run() }, "Run isolated");
  const stop = h("button", { type: "button", hidden: true, onclick: () => cancel.abort() }, "Cancel");

  async function run(): Promise<void> {
    const file = (chosen = select.value);
    cancel = new AbortController();
    button.disabled = true;
    setHidden(stop, false);
    try {
      setText(state, `Running ${file} …`);
      await follow(file);
      await done();
    } catch (error) {
      if (!leaving.aborted) setText(state, cancel.signal.aborted ? "Cancelled." : messageOf(error));
    } finally {
      button.disabled = false;
      setHidden(stop, true);
    }
  }

  async function follow(file: string): Promise<void> {
    const signal = AbortSignal.any([leaving, cancel.signal]);
    const response = await context.server.run(
      "/api/benchmarks/run",
      { kind: runKindOf(file, files), file },
      signal,
    );
    for await (const { type, data } of eventsOf(response)) {
      if (type === "running") setText(state, `Running ${file} for ${duration(JSON.parse(data).tookMs)} …`);
      if (type === "failed") throw new Error(`It could not be run: ${JSON.parse(data).because}`);
      if (type === "result")
        context.say(`${file}: ${JSON.parse(data).exitCode === 0 ? "passed" : "failed"}.`);
    }
  }

  return h(
    "div",
    {},
    h(
      "p",
      { class: "hint" },
      "In processes of its own, with limits, and whatever it leaves behind is ended. One at a time: two would disturb each other.",
    ),
    h("div", { class: "bar" }, select, button, stop, state),
    files.isCut && h("p", { class: "hint" }, "The project has more files than are listed here."),
  );
}

const group = (label: string, names: readonly string[]): HTMLElement | null => {
  if (names.length === 0) return null;
  const element = h(
    "optgroup",
    {},
    ...names.map((name) => h("option", { value: name, selected: name === chosen }, name)),
  );
  element.label = label;
  return element;
};
