/** Hook managers whose configuration has one command line per hook: ours comes before it, its exit code stays. */
import { jsonValue, withJsonValue } from "../../config/json-edit.ts";
import { type Edit, Refusal } from "../edit.ts";

export interface CommandHook {
  /** The JSON file. */
  readonly file: string;
  /** Of the hook's command in it. */
  readonly path: readonly string[];
  readonly call: string;
  readonly manager: string;
}

export function commandHook({ file, path, call, manager }: CommandHook): Edit {
  const name = path.at(-1) ?? "";
  const first = `${call}; `;
  return {
    path: file,
    what: `${name} hook of ${manager}`,
    add: (text) => {
      const present = jsonValue(text ?? "{}", path);
      if (present === undefined) return withJsonValue(text ?? "{}", path, call);
      if (typeof present !== "string")
        throw new Refusal(
          `"${name}" of ${manager} in ${file} is no command line and stays as it is. Let it run: ${call}`,
        );
      return present.startsWith(call) ? (text ?? "{}") : withJsonValue(text ?? "{}", path, first + present);
    },
    remove: (text) => {
      const present = jsonValue(text, path);
      if (typeof present !== "string" || !present.startsWith(call)) return text;
      return withJsonValue(text, path, present === call ? undefined : present.slice(first.length));
    },
  };
}
