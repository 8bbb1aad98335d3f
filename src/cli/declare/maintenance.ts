/** `maintenance` on the command line. */
import type { Command } from "commander";
import { MAINTENANCE_TASKS, type MaintenanceTask } from "../../core/event.ts";
import type { MaintenanceOptions } from "../commands/maintenance.ts";
import { examples, withConfig, type SetExitCode } from "./options.ts";

const TASKS: Readonly<Record<MaintenanceTask, string>> = {
  daily: "sum up the last 24 hours, in the log",
  weekly: "compress old logs; remove what is older than the configuration says",
  monthly: "review the patterns of the last 30 days, as a page beside the log",
};

export function declareMaintenance(program: Command, setExitCode: SetExitCode): void {
  const maintenance = program
    .command("maintenance")
    .description("what the monitor does about its own records, by plan or by hand")
    .addHelpText(
      "after",
      examples(
        ["maintenance status", "when each was done, and when it is next"],
        ["maintenance weekly", "compress and remove now"],
        ["maintenance due", "for a timer, where no monitor runs all the time"],
      ),
    );
  const declare = (name: string, description: string): Command =>
    withConfig(maintenance.command(name))
      .description(description)
      .option("--json", "one JSON object on standard output");
  for (const task of MAINTENANCE_TASKS)
    declare(task, TASKS[task]).action(async (options: MaintenanceOptions) => {
      const { now } = await import("../commands/maintenance.ts");
      setExitCode(await now(task, options));
    });
  declare("status", "the schedule, the last runs and the next").action(
    async (options: MaintenanceOptions) => {
      const { status } = await import("../commands/maintenance.ts");
      setExitCode(await status(options));
    },
  );
  declare("due", "do what is due by the schedule, each run once; a running monitor does it by itself")
    .option("--no-log", "leave the log and the journal to the caller")
    .action(async (options: MaintenanceOptions) => {
      const { due } = await import("../commands/maintenance.ts");
      setExitCode(await due(options));
    });
}
