/** Suites that nobody here wrote count as plain `bun test FILE` counts them, at several numbers of jobs and in every split. */
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { installPackages } from "../support/parity/packages.ts";
import { plainCountsOf } from "../support/parity/plain.ts";
import { ALL_WAYS, PATIENT, unlikePlain } from "../support/parity/ways.ts";
import { copyZod } from "../support/parity/zod.ts";
import { withTemporary } from "../support/temporary.ts";

export interface IsolateReport {
  readonly packages: number;
  readonly files: number;
  readonly ways: number;
  /** A file that is missing, or counts otherwise, with the way in which it did. */
  readonly unlike: readonly string[];
  /** Files that plain `bun test` itself does not count alike each time. */
  readonly unsteady: readonly string[];
}

export const isolateRounds = (): Promise<IsolateReport> =>
  withTemporary(async (temporary) => {
    const zod = join(temporary, "zod");
    mkdirSync(zod);
    copyZod(zod);
    const others = join(temporary, "others");
    mkdirSync(others);
    const folders = [zod, ...(await installPackages(others))];
    const unlike: string[] = [];
    const unsteady = new Set<string>();
    let files = 0;
    for (const folder of folders) {
      const name = basename(folder);
      const args = folder === zod ? PATIENT : [];
      const plain = await plainCountsOf(folder, testFilesIn(folder), { args });
      files += Object.keys(plain).length;
      for (const way of ALL_WAYS) {
        const found = await unlikePlain(folder, plain, way, args);
        unlike.push(...found.unlike.map((line) => `${name} ${line}`));
        for (const file of found.unsteady) unsteady.add(`${name}/${file}`);
      }
    }
    return { packages: folders.length, files, ways: ALL_WAYS.length, unlike, unsteady: [...unsteady] };
  });

/** By their names, as Bun's documentation says it, and not by asking what is tested. */
const testFilesIn = (folder: string): readonly string[] =>
  [...new Bun.Glob("**/*{.,_}{test,spec}.{js,jsx,ts,tsx,mjs,cjs,mts,cts}").scanSync({ cwd: folder })].filter(
    (file) => !/(?:^|\/)node_modules\//u.test(file),
  );
