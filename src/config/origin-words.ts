/** Where a value comes from, in words: for the printed configuration and for the page. */
import type { ShownValue } from "./shown.ts";

/** The path, the variable or the flag as it is: whoever shows it makes it harmless. */
export function originWords({ kind, where }: ShownValue["origin"]): string {
  switch (kind) {
    case "default":
      return "default";
    case "built-in":
      return "built in, by defaultRules";
    case "no-file":
      return "no configuration file: nothing is stopped";
    case "user-file":
    case "project-file":
    case "environment":
    case "flag":
      return where;
  }
}
