/** Every config file under PM2 and bunctl, and PM2 itself held to the habits that bunctl is held to. */
import { pm2Missing } from "../support/process-manager.ts";
import { differences } from "../manage/differential.ts";
import { ALL, ECOSYSTEM } from "../manage/ecosystem.ts";
import { explained, KNOWN } from "../manage/known-differences.ts";
import { HABITS } from "../manage/habits.ts";
import { playAll } from "../manage/play-habits.ts";

export interface Pm2Report {
  readonly files: number;
  readonly known: number;
  readonly unexplained: readonly string[];
  /** Rows that explain nothing any more. */
  readonly stale: readonly string[];
  readonly habits: number;
  /** What PM2 does not do as the habits say. */
  readonly unlike: readonly string[];
}

export async function pm2Rounds(): Promise<Pm2Report> {
  const missing = pm2Missing();
  if (missing !== null) throw new Error(missing);
  const unexplained: string[] = [];
  let known = 0;
  const used = new Set<string>();
  for (const file of ALL)
    for (const each of await differences(file, ECOSYSTEM)) {
      const row = explained(each);
      if (row === null) unexplained.push(`${file}: ${each.what}: ${each.pm2} | ${each.bunctl}`);
      else {
        known += 1;
        used.add(row.what);
      }
    }
  const played = await playAll("pm2");
  const unlike = [...played].flatMap(([title, problem]) =>
    problem === null ? [] : [`${title}: ${problem}`],
  );
  const stale = KNOWN.flatMap(({ what }) => (used.has(what) ? [] : [what]));
  return { files: ALL.length, known, unexplained, stale, habits: HABITS.length, unlike };
}
