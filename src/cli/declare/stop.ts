/** `stop` on the command line. */
import { InvalidArgumentError, type Command } from "commander";
import type { StopOptions } from "../commands/stop.ts";
import { withConfig, examples, type SetExitCode } from "./options.ts";

const pid = (text: string, before: readonly number[] = []): readonly number[] => {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError("A pid is a whole number above 0.");
  return [...before, Number(text)];
};

export function declareStop(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("stop"))
    .description("stop these processes with what hangs on them, and verify that they are dead")
    .argument("<pid...>", "Bun processes, as `status` shows them", pid)
    .option("-n, --dry-run", "show what would be stopped and send nothing")
    .option("-f, --force", "no grace: SIGKILL at once (spares what is always spared)")
    .option("-y, --yes", "do not ask; needed where nobody can be asked")
    .option("--json", "one JSON object on standard output; needs --yes or --dry-run")
    .addHelpText(
      "after",
      examples(
        ["stop 4711", "shows what goes with it, and asks"],
        ["stop 4711 4712 --yes", "in a script"],
        ["stop 4711 --force", "a process that will not die"],
      ),
    )
    .action(async (pids: readonly number[], options: StopOptions) => {
      const { stop } = await import("../commands/stop.ts");
      setExitCode(await stop(pids, options));
    });
}
