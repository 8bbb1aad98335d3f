/** Keys that only the account's own file and the command line may set: a cloned repository must not widen what is stopped. */
import { printable, printablePath } from "./printable.ts";
import type { Problem } from "./problem.ts";
import type { Layer } from "./settings.ts";
import type { Place } from "./validate.ts";

/** What a project's file or a variable asks for and may not. Narrowing (`false`, `user`) is always allowed. */
export function overreach(layer: Layer, place: Place, home: string): Problem[] {
  const asked = [
    ...(layer.scope === "machine" ? [{ key: ["scope"], value: '"machine"', flag: "--scope machine" }] : []),
    ...(layer.enforceCompiled === true ? [{ key: ["enforceCompiled"], value: "true", flag: null }] : []),
    ...((layer.alerts?.command ?? []).length > 0
      ? [{ key: ["alerts", "command"], value: "a command", flag: null }]
      : []),
  ];
  return asked.map(({ key, value, flag }) => ({
    code: "not-allowed-here",
    source: place.source,
    at: place.locate?.(key, "value") ?? null,
    key: printablePath([...place.prefix, ...key]),
    value,
    message: `${value} cannot be set here: it reaches beyond this project`,
    allowed: `in ${printable(home, 300)}/.config/bun-watchdog/config.json${flag === null ? "" : `, or ${flag}`}`,
    nearest: null,
  }));
}
