/** Honest work that takes a while: bundles a project of two hundred modules again and again. */
import { mkdirSync, writeFileSync } from "node:fs";
import { announce, stayBounded } from "./bounds.ts";

const MODULES = 200;

stayBounded();
mkdirSync("project", { recursive: true });
for (let at = 0; at < MODULES; at++) {
  const next = at + 1 < MODULES ? `import { n as next } from "./${at + 1}.ts";\n` : "const next = 0;\n";
  writeFileSync(`project/${at}.ts`, `${next}export const n: number = next + ${at};\n`);
}
announce();
for (let done = 1; ; done++) {
  const { success } = await Bun.build({ entrypoints: ["project/0.ts"], outdir: "built" });
  if (!success) process.exit(1);
  console.log("bundled", done);
}
