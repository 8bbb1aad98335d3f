/** `bin`: one source for all programs. npm packs no links, and pnpm calls each program by its own file. */
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { bin } from "../package.json" with { type: "json" };
import { packageFile } from "../src/trust/package-file.ts";

export function writeBins(): void {
  mkdirSync(packageFile("bin"), { recursive: true });
  for (const path of Object.values(bin)) {
    copyFileSync(packageFile("src/cli/launcher/launcher.sh"), packageFile(path));
    chmodSync(packageFile(path), 0o755);
  }
}
