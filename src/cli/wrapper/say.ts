import { printableLines } from "../../core/mask.ts";

/** One line to whoever launched, told from the command's own. */
export const say = (line: string): void => console.error(printableLines(`bun-wrapper: ${line}`));
