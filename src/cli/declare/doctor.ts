/** `doctor` on the command line. */
import type { Command } from "commander";
import type { DoctorOptions } from "../commands/doctor.ts";
import { withConfig, examples, type SetExitCode } from "./options.ts";

export function declareDoctor(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("doctor"))
    .description("what is in force here, what this machine lets it do, and who else kills")
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      examples(
        ["doctor", "every finding is tried out, not read off a version"],
        ["doctor --json | jq .findings", "for scripts; exit 1 when something needed is missing"],
      ),
    )
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("../commands/doctor.ts");
      setExitCode(await doctor(options));
    });
}
