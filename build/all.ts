/**
 * `npm run build`: programs, libraries and the page, into `dist`. A program of a checkout runs what is built of it as long as
 * no source is newer; each has a list of its sources for that, as old as the beginning of the build.
 */
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { packageFile } from "../src/trust/package-file.ts";
import { buildProgram, type Made } from "./bundle.ts";
import { buildLibraries } from "./libraries.ts";
import { writeNotices } from "./notices.ts";
import { buildPage } from "./page.ts";
import { writeBins } from "./bins.ts";
import { PROGRAMS } from "./programs.ts";

const DIST = packageFile("dist");

export async function buildAll(): Promise<void> {
  const began = new Date();
  // a fresh clone has none
  mkdirSync(DIST, { recursive: true });
  // the lists first: nothing is taken for current while it is written
  for (const name of listed(".sources.json")) rmSync(`${DIST}/${name}`);
  for (const name of listed(".js", ".jsc")) rmSync(`${DIST}/${name}`);
  const made = new Map<string, Made>();
  for (const [name, program] of Object.entries(PROGRAMS)) made.set(name, await buildProgram(name, program));
  await buildLibraries();
  await buildPage();
  await writeNotices();
  writeBins();
  for (const name of made.keys()) {
    const list = `${DIST}/${name}.sources.json`;
    writeFileSync(list, JSON.stringify([...inputsOf(name, made)]));
    utimesSync(list, began, began);
  }
}

const listed = (...endings: readonly string[]): readonly string[] =>
  readdirSync(DIST).filter((name) => endings.some((ending) => name.endsWith(ending)));

/** With those of the programs that it loads. */
function inputsOf(name: string, made: ReadonlyMap<string, Made>): ReadonlySet<string> {
  const names = new Set([name]);
  const inputs = new Set<string>();
  for (const each of names) {
    const { inputs: own, programs } = made.get(each) ?? { inputs: [], programs: [] };
    for (const input of own) inputs.add(input);
    for (const other of programs) names.add(other);
  }
  return inputs;
}

if (import.meta.main) await buildAll();
