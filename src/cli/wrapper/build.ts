/**
 * `npm run build`: the wrapper as files with their bytecode; entry.ts says why. One has what every launch takes; one, what
 * is loaded when it is needed (a kill, a refusal, a report) and would be a third of the memory of a wrapper that only
 * waits; one is the program that counts jobs outside the gate.
 */
import { relative, resolve } from "node:path";
import { collected, fromSource, postpone, ROOT } from "./postpone.ts";
import { COUNTER, DIST, LATER, SOURCES, START } from "./sources.ts";

export async function buildWrapper(): Promise<void> {
  const modules = new Set<string>();
  const first = await bundle(START, {
    entrypoints: [`${import.meta.dir}/built.ts`],
    plugins: [fromSource, postpone(modules)],
  });
  const entry = `${ROOT}/later.js`;
  const second = await bundle(LATER, {
    entrypoints: [entry],
    files: { [entry]: collected(modules) },
    plugins: [fromSource],
  });
  const counter = await bundle(COUNTER, {
    entrypoints: [`${import.meta.dir}/bun-watchdog-counter.ts`],
    plugins: [fromSource],
  });
  const inputs = [...new Set([...first, ...second, ...counter])].filter((path) => path.startsWith("src/"));
  await Bun.write(`${ROOT}/${SOURCES}`, JSON.stringify([...inputs, "package.json"]));
}

/** What it was made of. CommonJS: Bun keeps bytecode beside no other format (1.4.5). Packages stay where they are. */
async function bundle(name: string, from: Pick<Bun.BuildConfig, "entrypoints" | "files" | "plugins">) {
  const { metafile } = await Bun.build({
    ...from,
    outdir: `${ROOT}/${DIST}`,
    naming: name,
    target: "bun",
    format: "cjs",
    minify: true,
    bytecode: true,
    packages: "external",
    metafile: true,
  });
  const inputs = Object.keys(metafile?.inputs ?? {}).map((path) => relative(ROOT, resolve(path)));
  if (inputs.length === 0) throw new Error(`The build of ${name} does not say what it was made from.`);
  return inputs;
}

if (import.meta.main) await buildWrapper();
