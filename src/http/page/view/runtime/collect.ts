/** Collections that a person asks for. */
import { h } from "../../dom/element.ts";
import type { GCStats } from "../../../../core/program/metrics.ts";
import { duration, sizeWords } from "../../model/words.ts";
import type { Context } from "../view.ts";
import { messageOf } from "../../../../text/system-error.ts";

/** `id`: of a registered program; null = the server. */
export function collectButtons(
  context: Context,
  id: string | null,
  done: () => void | Promise<void>,
): HTMLElement {
  const button = (title: string, force: boolean): HTMLButtonElement => {
    const element = h(
      "button",
      {
        type: "button",
        onclick: () => {
          element.disabled = true;
          void collect(force).finally(() => (element.disabled = false));
        },
      },
      title,
    );
    return element;
  };
  const collect = async (force: boolean): Promise<void> => {
    try {
      context.say(
        inWords(
          await context.server.post<GCStats>("/api/gc", { force, ...(id !== null && { process: id }) }),
        ),
      );
      await done();
    } catch (error) {
      context.say(messageOf(error), "bad");
    }
  };
  return h(
    "div",
    { class: "actions-row" },
    button("Collect", false),
    button("Collect, and give memory back", true),
  );
}

const inWords = ({ duration: ms, memoryFreed }: GCStats): string =>
  memoryFreed >= 0
    ? `Collected in ${duration(ms)}; ${sizeWords(memoryFreed)} freed.`
    : `Collected in ${duration(ms)}; what is in use was counted anew.`;
