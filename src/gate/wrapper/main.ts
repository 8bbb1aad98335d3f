/** `bun-wrapper`: one launch through the gate. What most launches do not need is loaded where it is needed. */
import { version } from "../../../package.json" with { type: "json" };
import {
  argumentBefore,
  inheritedDescriptors,
  requirePassable,
  thisProcess,
} from "../../os/select-containers.ts";
import { UsageError } from "../../text/errors.ts";
import { beQuiet } from "../../text/quiet.ts";
import { parseArguments } from "./arguments.ts";
import { sayFailure, WRAPPER_FAILED } from "./say.ts";
import { launch } from "./launch.ts";
import { execve } from "../../os/linux/start/exec.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";

async function run(argv: readonly string[]): Promise<number> {
  const descriptors = inheritedDescriptors();
  const parsed = await parseArguments(asGiven(argv));
  switch (parsed.kind) {
    case "help":
      console.log((await import("./help.ts")).wrapperHelp());
      return 0;
    case "version":
      console.log(version);
      return 0;
    case "run":
      if (parsed.args.length === 0)
        throw new UsageError("There is nothing to run. For instance: bun-wrapper run dev (--help says more)");
      if (parsed.options.quiet === true) beQuiet();
      requirePassable(descriptors);
      if (isBypassed()) return bypass(parsed.args, descriptors);
      return await launch(parsed.args, parsed.options, { version, descriptors });
  }
}

/** Bun (1.4.5) takes a "--" right behind the script for itself. It matters where an option follows: whose that is. */
const asGiven = (argv: readonly string[]): readonly string[] =>
  argv[0]?.startsWith("-") === true && argumentBefore(argv.length) === "--" ? ["--", ...argv] : argv;

const isBypassed = (): boolean => !["", "0", undefined].includes(process.env["BUN_WRAPPER_BYPASS"]);

/** Resolves to the exit code: the child's, or one of docs/gate.md; dies of the child's signal instead. */
export async function runWrapper(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    sayFailure(error);
    return WRAPPER_FAILED;
  }
}

/** Does not return where it works. */
export function bypass(args: readonly string[], descriptors: readonly number[]): never {
  const { execPath } = process;
  const result = execve(
    execPath,
    [execPath, ...args],
    usersEnvironment(thisProcess().environment),
    descriptors,
  );
  throw new Error(`${execPath} cannot be started: execve(2) gave errno ${-result}.`);
}
