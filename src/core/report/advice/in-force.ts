/** Whether a limit that stopped something still is that command's limit: what a person has changed since needs no advice. */
import { isWithin } from "../../match.ts";
import { fits } from "../../pattern/fits.ts";
import type { Limits, Rule } from "../../policy.ts";
import type { Pressed } from "../facts.ts";

type Key = "timeoutMs" | "memoryBytes" | "cpuPercent";

/** Some conditions (listening, foreground, …) cannot be looked up afterwards: a rule that has them may or may not hold. */
export function stillInForce(
  { limits, rules }: { readonly limits: Limits; readonly rules: readonly Rule[] },
  pressed: Pick<Pressed, "command" | "project" | "limit">,
  key: Key,
): boolean {
  const possible: (number | null | undefined)[] = [];
  for (const rule of rules) {
    if (rule.limits[key] === undefined) continue;
    const answer = holds(rule, pressed);
    if (answer === false) continue;
    possible.push(rule.limits[key]);
    if (answer === true) return possible.includes(pressed.limit);
  }
  return [...possible, limits[key]].includes(pressed.limit);
}

/** null = cannot be told. */
function holds({ match }: Rule, { command, project }: Pick<Pressed, "command" | "project">): boolean | null {
  const { command: expression, cwd, ...others } = match;
  const fitting = expression === undefined ? true : fits(expression, command);
  if (fitting === false) return false;
  if (cwd !== undefined && project !== null && !isWithin(project, cwd)) return false;
  const isOpen =
    fitting === null || (cwd !== undefined && project === null) || Object.keys(others).length > 0;
  return isOpen ? null : true;
}
