/** `bun-monitor-service`: the monitor, without a word on the command line. */
import { runCli } from "./main.ts";

export const runService = (argv: readonly string[]): Promise<number> => runCli(["monitor", ...argv]);
