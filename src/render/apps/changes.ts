/** The changes that `apply` makes: a line for each app and one for each difference. */
import { printable } from "../../text/mask.ts";
import { dim, green, red, yellow } from "../../text/style.ts";
import type { AppChange } from "../../wire/manager.ts";

const SIGNS = { add: green("+"), change: yellow("~"), remove: red("-"), keep: " " } as const;

export const changeLines = (changes: readonly AppChange[]): readonly string[] =>
  changes.length === 0
    ? ["Nothing to do: no app is declared, and none runs."]
    : changes.flatMap(({ app, action, differences }) => [
        `${SIGNS[action]} ${printable(app.name)}${action === "keep" ? dim(" unchanged") : ""}`,
        ...differences.map((difference) => `    ${printable(difference)}`),
      ]);
