/** A process that runs no more: who it was, as far as that is known, and where one can read on. */
import { h, setHidden, setText } from "../../dom/element.ts";
import type { RecordsOfProcess } from "../../model/records.ts";
import { inRow, shortCommandOf } from "../../model/words.ts";

export function gonePart(id: string) {
  const [pid = ""] = id.split("-");
  const name = h("bdi", { dir: "ltr" });
  const title = h("h1", {}, name);
  const what = h("p", { class: "empty-what" });
  const element = h(
    "div",
    { class: "stack-near", hidden: true },
    title,
    what,
    h(
      "p",
      {},
      "What was stopped, and why, stands in the history. ",
      h("a", { href: "#/history" }, "Look into the history"),
    ),
  );
  return {
    element,
    /** `isAbove`: what it was is shown already. */
    update: (isGone: boolean, isAbove: boolean, { kills, exit }: RecordsOfProcess): void => {
      setHidden(element, !isGone);
      const command = kills[0]?.command ?? exit?.command ?? null;
      const cwd = kills[0]?.project ?? exit?.project ?? null;
      setText(name, command === null ? `Process ${pid}` : inRow(shortCommandOf(command, cwd)));
      setHidden(title, isAbove);
      setText(
        what,
        isAbove || command !== null
          ? "This process has ended."
          : `No process ${pid} runs, or its pid belongs to another one by now.`,
      );
    },
  };
}
