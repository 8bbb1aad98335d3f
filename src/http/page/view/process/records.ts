/** What the history has about one process: when it was over a limit, and how it ended. */
import { h } from "../../dom/element.ts";
import { RequestError } from "../../connection/request.ts";
import type { KillRow } from "../../model/kills.ts";
import { NO_RECORDS, type AboutProcess, type RecordsOfProcess } from "../../model/records.ts";
import { duration, formatDate, wholeName } from "../../model/words.ts";
import { killList } from "../history/kill-list.ts";
import { asked, plainTable, toned } from "../parts.ts";
import type { Context } from "../view.ts";

/** What others know of it: the monitor, if it still runs, and the history. */
export async function aboutProcess({ server }: Context, id: string): Promise<AboutProcess> {
  try {
    return await server.get<AboutProcess>(`/api/processes/${id}`);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return { memory: [], history: NO_RECORDS };
    throw error;
  }
}

export const recordsPart = (asking: Promise<AboutProcess>): HTMLElement =>
  asked(
    () => asking,
    ({ history }) => show(history),
  ).element;

function show({ verdicts, kills, exit }: RecordsOfProcess): HTMLElement {
  const box = h("div", { class: "stack-near" });
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
