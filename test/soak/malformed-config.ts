/** Malformed configurations through the command line: each ends with exit 2, file, line and key, and no stack trace. */
import { chmodSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCli, scratchProject } from "../support/launch.ts";
import { malformed, type Malformed } from "../support/malformed.ts";
import { Random } from "../support/random.ts";

export interface MalformedReport {
  readonly refused: number;
  /** What a run that is not root's cannot try. */
  readonly skipped: readonly string[];
  /** What was not refused as it should be, with everything needed to see why. */
  readonly wrong: readonly string[];
}

/** `config check` on `rounds` configurations that follow from `seed`. */
export async function malformedConfigRounds(rounds: number, seed: number): Promise<MalformedReport> {
  const random = new Random(seed);
  const skipped: string[] = [];
  const wrong: string[] = [];
  let refused = 0;
  for (let index = 0; index < rounds; index++) {
    const config = malformed(index, random);
    if (config.needsRoot && process.getuid?.() !== 0) {
      skipped.push(config.label);
      continue;
    }
    const fault = await check(config);
    if (fault === null) refused++;
    else wrong.push(`${config.label} (SEED=${seed}): ${fault}`);
  }
  return { refused, skipped, wrong };
}

/** Null when it is refused as it should be. */
async function check(config: Malformed): Promise<string | null> {
  using project = scratchProject(null);
  config.write(project.directory);
  const { exitCode, stdout, stderr } = await runCli(["config", "check"], project);
  chmodSync(dirname(join(project.directory, config.file)), 0o755);
  const file = join(project.directory, config.file);
  const place = config.hasLine ? /^:\d+:\d+: / : /^: /;
  const headline = stderr.split("\n").find((line) => line.startsWith(file));
  const faults = [
    ...(exitCode === 2 ? [] : [`exit ${exitCode}`]),
    ...(stdout === "" ? [] : ["something on standard output"]),
    ...(headline !== undefined && place.test(headline.slice(file.length))
      ? []
      : ["file and line are not named"]),
    ...(config.key === null || stderr.includes(config.key) ? [] : [`${config.key} is not named`]),
    ...(/^\s+at /mu.test(stderr) ? ["a stack trace"] : []),
    ...(/[^\P{C}\n]/u.test(stderr) ? ["control characters"] : []),
  ];
  return faults.length === 0 ? null : `${faults.join(", ")}\n${stderr.slice(0, 2_000)}`;
}
