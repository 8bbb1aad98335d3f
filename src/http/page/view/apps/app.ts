/** One app: its row, its buttons, and its log where somebody wants to see it. */
import { h, setAttribute, setHidden, setText } from "../../dom/element.ts";
import type { RowPart } from "../../dom/keyed.ts";
import type { AppDocument, ManagerReply } from "../../../../wire/manager.ts";
import { appTroubles, appState, appSums, keyOfApp, type AppVerb } from "../../model/apps.ts";
import {
  formatDuration,
  inRow,
  percentWords,
  several,
  shortCommandOf,
  sizeWords,
  UNKNOWN,
  wholeName,
} from "../../model/words.ts";
import { badge, labelled } from "../parts.ts";
import type { Context } from "../view.ts";
import { logPart } from "./log.ts";
import { messageOf } from "../../../../text/system-error.ts";

const ACTIONS: readonly (readonly [action: AppVerb, title: string])[] = [
  ["start", "Start"],
  ["stop", "Stop"],
  ["restart", "Restart"],
  ["reload", "Reload"],
];

export function appPart(context: Context): RowPart<AppDocument> {
  let shown: AppDocument | null = null;
  let log: ReturnType<typeof logPart> | null = null;
  const name = h("strong", {});
  const place = h("span", { class: "hint mono" });
  const state = badge();
  const cells = { cpu: labelled("CPU"), memory: labelled("Memory"), up: labelled("Running for") };
  const notes = h("div", { class: "why" });
  const logBox = h("div", { class: "app-log" });
  const buttons = ACTIONS.map(([action, title]) => {
    const button = h("button", { type: "button", class: "small", onclick: () => void act(action) }, title);
    return { action, button };
  });
  const logButton = h(
    "button",
    { type: "button", class: "small", "aria-expanded": "false", onclick: () => toggleLog() },
    "Log",
  );

  async function act(action: AppVerb): Promise<void> {
    if (shown === null) return;
    const { spec } = shown;
    for (const { button } of buttons) button.disabled = true;
    try {
      const { failures } = await context.server.post<ManagerReply>(
        `/api/apps/${encodeURIComponent(spec.name)}/${action}`,
        { directory: spec.directory },
      );
      context.say(
        failures.length === 0 ? `${spec.name}: ${DONE[action]}.` : failures.join(" "),
        failures.length === 0 ? "quiet" : "bad",
      );
    } catch (error) {
      context.say(messageOf(error), "bad");
    } finally {
      if (shown !== null) enable(shown);
    }
  }

  function toggleLog(): void {
    log?.leave();
    log = log === null && shown !== null ? logPart(context, shown.spec) : null;
    logButton.setAttribute("aria-expanded", String(log !== null));
    logBox.replaceChildren(...(log === null ? [] : [log.element]));
  }

  function enable({ instances }: AppDocument): void {
    const isUp = instances.some(({ state: its }) => its !== "stopped");
    for (const { action, button } of buttons)
      button.disabled = action === "start" ? isUp : action !== "restart" && !isUp;
  }

  return {
    element: h(
      "li",
      { class: "app" },
      h("div", { class: "app-name" }, h("bdi", { dir: "ltr" }, name), place),
      h("span", {}, state.element),
      cells.cpu.element,
      cells.memory.element,
      cells.up.element,
      h("div", { class: "actions-row" }, ...buttons.map(({ button }) => button), logButton),
      notes,
      logBox,
    ),
    update: (app) => {
      const isFirst = shown === null || keyOfApp(shown) !== keyOfApp(app);
      shown = app;
      const { spec, instances } = app;
      const nowMs = Date.now();
      const { cpuPercent, memoryBytes, restarts, upMs } = appSums(instances, nowMs);
      setText(name, inRow(spec.name));
      setText(
        place,
        [
          inRow(shortCommandOf(spec.argv.join(" "), spec.directory)),
          instances.length === 1 ? "" : several(instances.length, "instance"),
          restarts === 0 ? "" : several(restarts, "restart"),
        ]
          .filter((each) => each !== "")
          .join(" · "),
      );
      setAttribute(place, "title", wholeName(spec.directory));
      const { word, tone } = appState(instances);
      state.set(word, tone);
      cells.cpu.set(percentWords(cpuPercent));
      cells.memory.set(sizeWords(memoryBytes));
      cells.up.set(upMs === null ? UNKNOWN : formatDuration(upMs));
      const sentences = appTroubles(app, nowMs);
      setText(notes, sentences.map((each) => wholeName(each)).join(". "));
      setHidden(notes, sentences.length === 0);
      if (isFirst)
        for (const { action, button } of buttons) button.setAttribute("aria-label", `${action} ${spec.name}`);
      if (isFirst) logButton.setAttribute("aria-label", `Log of ${spec.name}`);
      enable(app);
    },
    leave: () => log?.leave(),
  };
}

const DONE: Readonly<Record<AppVerb, string>> = {
  start: "started",
  stop: "stopped",
  restart: "restarted",
  reload: "reloaded",
};
