/** `bun test/manage/write-docs.ts`: the known differences go into docs/replace-pm2.md. */
import { join } from "node:path";
import { withTable } from "../support/app-docs.ts";
import { repository } from "../support/launch.ts";
import { differencesTable } from "./known-differences.ts";

const path = join(repository, "docs/replace-pm2.md");
const page = await Bun.file(path).text();
await Bun.write(path, withTable(page, "pm2-differences", differencesTable()));
