/** Parameters of commands: `{name}` stands for each of its values in turn. */
import { UsageError } from "../../text/errors.ts";

export interface Parameter {
  readonly name: string;
  readonly values: readonly string[];
}

export type Values = Readonly<Record<string, string>>;

/** "a,b,c"; `\,` is a comma within a value. @throws UsageError */
export function listParameter(name: string, list: string): Parameter {
  const values = list.split(/(?<!\\),/u).map((each) => each.replaceAll(String.raw`\,`, ","));
  return { name: nameOf(name), values };
}

const MOST_VALUES = 10_000;

/** From the first number to the last one. @throws UsageError */
export function scanParameter(name: string, from: string, to: string, step: string): Parameter {
  const numbers = [from, to, step];
  const wrong = numbers.find((text) => !/^-?\d+(?:\.\d+)?$/u.test(text));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no number of the parameter "${name}".`);
  const [first = 0, last = 0, by = 0] = numbers.map(Number);
  if (by <= 0) throw new UsageError(`The step of "${name}" must be above 0, and is ${step}.`);
  if (first > last) throw new UsageError(`"${name}" begins at ${from}, which is above its end, ${to}.`);
  const digits = Math.max(...numbers.map((text) => text.split(".")[1]?.length ?? 0));
  // what rounding has taken of the last step
  const count = Math.floor((last - first) / by + 1e-9) + 1;
  if (count > MOST_VALUES) throw new UsageError(`"${name}" would have ${count} values. Write a larger step.`);
  return {
    name: nameOf(name),
    values: Array.from({ length: count }, (_, i) => (first + i * by).toFixed(digits)),
  };
}

function nameOf(name: string): string {
  if (!/^[\w-]+$/u.test(name))
    throw new UsageError(`"${name}" is no name of a parameter. Write letters and digits.`);
  return name;
}

/** Every combination of their values; the last one changes fastest. Without parameters: one, which is empty. @throws UsageError */
export function combinations(parameters: readonly Parameter[]): readonly Values[] {
  const count = parameters.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_VALUES)
    throw new UsageError(`The parameters have ${count} combinations. ${MOST_VALUES} are the most.`);
  return parameters.reduce<readonly Values[]>(
    (before, { name, values }) =>
      before.flatMap((known) => values.map((value) => ({ ...known, [name]: value }))),
    [{}],
  );
}

/** Once: a value that has a name in braces keeps it. */
export const withValues = (text: string, values: Values): string =>
  text.replaceAll(/\{([\w-]+)\}/gu, (all, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? all) : all,
  );
