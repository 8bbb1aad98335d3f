/** What completion has to know of `bun-wrapper`, which reads its few options itself. */
import { WRAPPER_OPTIONS } from "../../gate/wrapper/help.ts";
import type { Declaration } from "../declaring.ts";

export const wrapperDeclaration: Declaration = {
  options: WRAPPER_OPTIONS,
  argument: ["[command...]", "what bun accepts"],
  passThrough: true,
};
