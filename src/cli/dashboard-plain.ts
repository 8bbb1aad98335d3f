/** `dashboard` alone, which stays: without commander and all other commands. null: commander has to look at it. */
import { line, type Program } from "./declaring.ts";
import { dashboardCommand } from "./commands/dashboard.ts";
import { runPlain } from "./plain.ts";

const PROGRAM: Program = {
  name: "bun-watchdog",
  summary: "",
  commands: { dashboard: line("", async () => dashboardCommand) },
  examples: [],
};

export const dashboardPlain = (argv: readonly string[]): Promise<number | null> => runPlain(PROGRAM, argv);
