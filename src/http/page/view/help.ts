/** The keys. */
import { h } from "../dom/element.ts";
import { openDialog } from "./dialog.ts";

const KEYS: readonly (readonly [key: string, meaning: string])[] = [
  ["1 … 7", "go to a view"],
  ["/", "filter what is shown"],
  ["↑ ↓ or j k", "move in the table"],
  ["Enter", "look at the chosen process"],
  ["Delete or x", "stop it, after a question"],
  ["Escape", "leave the filter, or close a question"],
  ["?", "these keys"],
];

export function openHelp(): void {
  const dialog = openDialog("Keys");
  dialog.show(
    h(
      "dl",
      { class: "facts keys" },
      ...KEYS.flatMap(([key, meaning]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, meaning)]),
    ),
  );
  dialog.buttons(["Close", dialog.close]);
}
