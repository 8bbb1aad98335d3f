/** Every config file under PM2 and bunctl, and PM2 itself held to the habits that bunctl is held to. */
import { pm2Missing } from "../support/process-manager.ts";
import { differences } from "../manage/differential.ts";
import { ALL, ECOSYSTEM } from "../manage/ecosystem.ts";
import { explained } from "../manage/known-differences.ts";
import { HABITS } from "../manage/habits.ts";
import { playAll } from "../manage/play-habits.ts";

export interface Pm2Report {
  readonly files: number;
  readonly known: number;
  readonly unexplained: readonly string[];
  readonly habits: number;
  /** What PM2 does not do as the habits say. */
  readonly unlike: readonly string[];
}

export async function pm2Rounds(): Promise<Pm2Report> {
  const missing = pm2Missing();
  if (missing !== null) throw new Error(missing);
  const unexplained: string[] = [];
  let known = 0;
  for (const file of ALL)
    for (const each of await differences(file, `pm start ${file}`, ECOSYSTEM)) {
      if (explained(each) === null) unexplained.push(`${file}: ${each.what}: ${each.pm2} | ${each.bunctl}`);
      else known += 1;
    }
  const played = await playAll("pm2");
  const unlike = [...played].flatMap(([title, problem]) =>
    problem === null ? [] : [`${title}: ${problem}`],
  );
  return { files: ALL.length, known, unexplained, habits: HABITS.length, unlike };
}
