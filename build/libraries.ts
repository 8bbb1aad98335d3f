/** What other programs import: modules as they are, which share what they have in common. */
import { packageFile } from "../src/trust/package-file.ts";
import { LIBRARIES } from "./programs.ts";
import { buildWithBun } from "./with-bun.ts";

export async function buildLibraries(): Promise<void> {
  const files = Object.fromEntries(
    Object.entries(LIBRARIES).map(([name, entry]) => [
      packageFile(`${name}.ts`),
      `export * from ${JSON.stringify(packageFile(entry))};`,
    ]),
  );
  await buildWithBun({
    entrypoints: Object.keys(files),
    files,
    naming: { entry: "[name].js", chunk: "chunk-[hash].js" },
    format: "esm",
    splitting: true,
  });
}
