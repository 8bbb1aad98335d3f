/** `npm run build` makes bin/ of one source: npm packs no links, and pnpm calls each program by its own file. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { packageFile } from "../../trust/package-file.ts";

const { bin }: { readonly bin: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(packageFile("package.json"), "utf8"),
);

mkdirSync(packageFile("bin"), { recursive: true });
for (const path of Object.values(bin)) {
  copyFileSync(packageFile("src/cli/launcher/launcher.sh"), packageFile(path));
  chmodSync(packageFile(path), 0o755);
}
