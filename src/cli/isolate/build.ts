/** `npm run build` makes bun-isolate as one file with its bytecode, so that its start is quick. */
import { bundle, fromSource, listSources } from "../../gate/wrapper/build.ts";

const [BUILT, BUILT_FROM] = ["bun-isolate.js", "dist/bun-isolate.sources.json"];

/** Loaded by what is rare, from where they are installed. */
const RARE = [
  "commander",
  "cosmiconfig",
  "mitata",
  "node-cron",
  "pidusage",
  "ps-list",
  "tree-kill",
  "winston",
  "winston-daily-rotate-file",
];

async function buildIsolate(): Promise<void> {
  const inputs = await bundle(BUILT, {
    entrypoints: [`${import.meta.dir}/built.ts`],
    plugins: [fromSource],
    packages: "bundle",
    external: RARE,
  });
  await listSources(BUILT_FROM, inputs);
}

if (import.meta.main) await buildIsolate();
