/** `bunctl`: words behind `--` are the app's, and everything before them is ours. */
import { whyNoLaunch } from "../../os/select-start.ts";
import { CommandError, UsageError } from "../../text/errors.ts";
import { completionAsked } from "../completion/words.ts";
import { atEdge } from "../edge.ts";
import { runPlain } from "../plain.ts";
import { bunctlProgram } from "./commands.ts";
import { commandFirst } from "../words.ts";
import { inOurWords } from "./pm2-words.ts";

const TAKES_ARGUMENTS = /^(?:-|start|restart$|reload$|gracefulReload$|runtime$)/u;

/** Runs one command line of `bunctl`; resolves to the process's exit code. */
export function runBunctl(argv: readonly string[]): Promise<number> {
  const asked = completionAsked(() => bunctlProgram(null), argv);
  if (asked !== null) return asked;
  const end = argv.indexOf("--");
  const behind = end < 0 ? null : argv.slice(end + 1);
  const own = inOurWords(commandFirst(end < 0 ? argv : argv.slice(0, end)));
  return atEdge(argv, () => run(own, behind), own[0] !== "daemon" && own[0] !== "runtime");
}

async function run(own: readonly string[], behind: readonly string[] | null): Promise<number> {
  const why = whyNoLaunch();
  if (why !== null) throw new CommandError(why);
  const [command = "--help"] = own;
  // `kill -- api` would end all apps, and `pid -- api` name all of them
  if (behind !== null && !TAKES_ARGUMENTS.test(command))
    throw new UsageError(
      `"--" stands before the arguments of an app, and ${command} takes none. Leave it out.`,
    );
  const program = bunctlProgram(behind);
  const plain = await runPlain(program, own);
  if (plain !== null) return plain;
  (await import("./pm2-instead.ts")).refusePm2(own);
  return (await import("../program.ts")).runProgram(program, own);
}
