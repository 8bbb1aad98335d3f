/** What an app writes, as it writes it. */
import type { AppSpec } from "../../../../core/app/app-spec.ts";
import { h, setText } from "../../dom/element.ts";
import { eventsOf } from "../../connection/events-of.ts";
import { wholeName } from "../../model/words.ts";
import type { Context } from "../view.ts";
import { messageOf } from "../../../../text/system-error.ts";

/** More than anybody scrolls back through. */
const MOST_LINES = 2_000;
/** Who is so near to the end follows it. */
const NEAR_PX = 40;

interface LogLine {
  readonly instance: number | null;
  readonly stream: "out" | "err";
  readonly text: string;
}

export function logPart(
  context: Context,
  { name, directory, instances }: Pick<AppSpec, "name" | "directory" | "instances">,
): { readonly element: HTMLElement; readonly leave: () => void } {
  const box = h("div", { class: "log", role: "log", tabindex: "0", "aria-label": `Log of ${name}` });
  const state = h("p", { class: "hint" }, "Reading …");
  const ending = new AbortController();
  const isOne = instances === 1;
  let waiting: HTMLElement[] = [];

  /** Lines come faster than frames. */
  const draw = (): void => {
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    box.append(...waiting.slice(-MOST_LINES));
    waiting = [];
    while (box.childElementCount > MOST_LINES) box.firstElementChild?.remove();
    if (isAtEnd) box.scrollTop = box.scrollHeight;
  };

  const take = (data: string): void => {
    const { instance, stream, text }: LogLine = JSON.parse(data);
    if (waiting.length === 0) requestAnimationFrame(draw);
    const who = isOne || instance === null ? null : h("span", { class: "hint" }, `${instance} `);
    // a tab that nobody looks at draws nothing
    if (waiting.length > 2 * MOST_LINES) waiting = waiting.slice(-MOST_LINES);
    waiting.push(h("div", { class: stream }, who, wholeName(text)));
  };

  const read = async (): Promise<void> => {
    const path = `/api/apps/${encodeURIComponent(name)}/logs?directory=${encodeURIComponent(directory)}`;
    const response = await context.server.follow(path, null, ending.signal);
    setText(state, "");
    for await (const { type, data } of eventsOf(response)) if (type === "line") take(data);
    setText(state, "The log has ended. Close and open it to read on.");
  };

  void read().catch((error: unknown) => {
    if (!ending.signal.aborted) setText(state, messageOf(error));
  });
  return { element: h("div", {}, box, state), leave: () => ending.abort() };
}
