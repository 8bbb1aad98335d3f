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
  const name = h("strong", {});
  const place = h("span", { class: "hint mono" });
  const state = badge();
  const cells = { cpu: labelled("CPU"), memory: labelled("Memory"), up: labelled("Running for") };
  const notes = h("div", { class: "why" });
  const buttons = actionButtons(context, () => shown);
  const log = logOf(context, () => shown);
  return {
    element: h(
      "li",
      { class: "app" },
      h("div", { class: "app-name" }, h("bdi", { dir: "ltr" }, name), place),
      h("span", {}, state.element),
      cells.cpu.element,
      cells.memory.element,
      cells.up.element,
      h("div", { class: "actions-row" }, ...buttons.elements, log.button),
      notes,
      log.element,
    ),
    update: (app) => {
      const isFirst = shown === null || keyOfApp(shown) !== keyOfApp(app);
      shown = app;
      const { spec, instances } = app;
      const nowMs = Date.now();
      const { cpuPercent, memoryBytes, restarts, upMs } = appSums(instances, nowMs);
      setText(name, inRow(spec.name));
      const command = inRow(shortCommandOf(spec.argv.join(" "), spec.directory));
      const many = instances.length === 1 ? "" : several(instances.length, "instance");
      const often = restarts === 0 ? "" : several(restarts, "restart");
      setText(place, [command, many, often].filter((each) => each !== "").join(" · "));
      setAttribute(place, "title", wholeName(spec.directory));
      const { word, tone } = appState(instances);
      state.set(word, tone);
      cells.cpu.set(percentWords(cpuPercent));
      cells.memory.set(sizeWords(memoryBytes));
      cells.up.set(upMs === null ? UNKNOWN : formatDuration(upMs));
      const sentences = appTroubles(app, nowMs);
      setText(notes, sentences.map((each) => wholeName(each)).join(". "));
      setHidden(notes, sentences.length === 0);
      if (isFirst) for (const each of [buttons, log]) each.name(spec.name);
      buttons.enable(app);
    },
    leave: log.leave,
  };
}

function actionButtons(context: Context, shown: () => AppDocument | null) {
  const buttons = ACTIONS.map(([action, title]) => {
    const button = h("button", { type: "button", class: "small", onclick: () => void act(action) }, title);
    return { action, button };
  });

  async function act(action: AppVerb): Promise<void> {
    const spec = shown()?.spec;
    if (spec === undefined) return;
    for (const { button } of buttons) button.disabled = true;
    try {
      const { failures } = await context.server.post<ManagerReply>(
        `/api/apps/${encodeURIComponent(spec.name)}/${action}`,
        { directory: spec.directory },
      );
      if (failures.length === 0) context.say(`${spec.name}: ${DONE[action]}.`);
      else context.say(failures.join(" "), "bad");
    } catch (error) {
      context.say(messageOf(error), "bad");
    } finally {
      const app = shown();
      if (app !== null) enable(app);
    }
  }

  function enable({ instances }: AppDocument): void {
    const isUp = instances.some(({ state }) => state !== "stopped");
    for (const { action, button } of buttons)
      button.disabled = action === "start" ? isUp : action !== "restart" && !isUp;
  }

  return {
    elements: buttons.map(({ button }) => button),
    enable,
    name: (name: string): void => {
      for (const { action, button } of buttons) button.setAttribute("aria-label", `${action} ${name}`);
    },
  };
}

/** It is followed while somebody wants to see it. */
function logOf(context: Context, shown: () => AppDocument | null) {
  let log: ReturnType<typeof logPart> | null = null;
  const element = h("div", { class: "app-log" });
  const toggle = (): void => {
    log?.leave();
    const app = shown();
    log = log === null && app !== null ? logPart(context, app.spec) : null;
    button.setAttribute("aria-expanded", String(log !== null));
    element.replaceChildren(...(log === null ? [] : [log.element]));
  };
  const button = h(
    "button",
    { type: "button", class: "small", "aria-expanded": "false", onclick: toggle },
    "Log",
  );
  return {
    button,
    element,
    name: (name: string): void => button.setAttribute("aria-label", `Log of ${name}`),
    leave: (): void => log?.leave(),
  };
}

const DONE: Readonly<Record<AppVerb, string>> = {
  start: "started",
  stop: "stopped",
  restart: "restarted",
  reload: "reloaded",
};
