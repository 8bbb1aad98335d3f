/** What the history has about one process: when it was over a limit, and how it ended. */
import { h } from "../dom/element.ts";
import { RequestError } from "../connection/request.ts";
import type { KillRow } from "../model/kills.ts";
import type { RecordsOfProcess } from "../model/records.ts";
import { duration, formatDate, wholeName } from "../model/words.ts";
import { killList } from "./kill-list.ts";
import { asked, plainTable, toned } from "./parts.ts";
import type { Context } from "./view.ts";

export function processHistory({ server }: Context, id: string): HTMLElement {
  const look = async (): Promise<RecordsOfProcess> => {
    try {
      const { history } = await server.get<{ readonly history: RecordsOfProcess }>(`/api/processes/${id}`);
      return history;
    } catch (error) {
      if (error instanceof RequestError && error.status === 404)
        return { verdicts: [], kills: [], exit: null };
      throw error;
    }
  };
  return asked(look, show).element;
}

function show({ verdicts, kills, exit }: RecordsOfProcess): HTMLElement {
  const box = h("div", {});
  if (kills.length > 0) box.append(killsOf(kills));
  if (verdicts.length > 0)
    box.append(
      plainTable(
        "When it was over a limit",
        [{ title: "Since" }, { title: "For", number: true }, { title: "Limit" }, { title: "Why" }],
        verdicts.map(({ firstMs, lastMs, rule, decision, evidence }) => [
          formatDate(firstMs),
          duration(lastMs - firstMs),
          toned(`${decision}: ${rule}`, decision === "runaway" ? "bad" : "warn"),
          wholeName(evidence),
        ]),
        "stacks",
      ),
    );
  if (exit !== null)
    box.append(
      h(
        "p",
        { class: "hint" },
        `Ended at ${formatDate(exit.atMs)} after ${duration(exit.ageMs)}: ${END_WORDS[exit.endedBy] ?? `stopped for ${exit.endedBy}`}.`,
      ),
    );
  if (!box.hasChildNodes())
    box.append(h("p", { class: "hint" }, "Nothing so far. It is written once a minute."));
  return box;
}

const END_WORDS: Readonly<Record<string, string>> = { itself: "by itself", unseen: "while nobody watched" };

function killsOf(kills: readonly KillRow[]): HTMLElement {
  const list = killList("");
  list.set(kills, Date.now());
  return list.element;
}
