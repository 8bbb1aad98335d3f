/** `npm run build`: bunctl as one file with its bytecode. What a command does not use is in it, and is not run. */
import { bundle, fromSource, listSources } from "../../gate/wrapper/build.ts";

const BUILT = "bunctl.js";
const BUILT_FROM = "dist/bunctl.sources.json";

/** Loaded by what is rare, from where they are installed. */
const RARE = [
  "commander",
  "cosmiconfig",
  "node-cron",
  "pidusage",
  "ps-list",
  "tree-kill",
  "winston",
  "winston-daily-rotate-file",
];

if (import.meta.main)
  await listSources(
    BUILT_FROM,
    await bundle(BUILT, {
      entrypoints: [`${import.meta.dir}/built.ts`],
      plugins: [fromSource],
      packages: "bundle",
      external: RARE,
    }),
  );
