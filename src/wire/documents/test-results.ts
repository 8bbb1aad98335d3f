/** What `test --results` writes and `merge` reads. */
import type { TestReport } from "../../core/tests/report.ts";

/** @throws an Error that names the file, with the code USAGE */
export function readResults(text: string, path: string): TestReport {
  const report = parsed(text);
  if (report !== null) return report;
  throw Object.assign(
    new Error(
      `${path} holds no results of this version. Give a file that bun-isolate test --results has written.`,
    ),
    { code: "USAGE" },
  );
}

function parsed(text: string): TestReport | null {
  try {
    const value: unknown = JSON.parse(text);
    return isReport(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isReport = (value: unknown): value is TestReport =>
  typeof value === "object" &&
  value !== null &&
  "schemaVersion" in value &&
  value.schemaVersion === 1 &&
  "files" in value &&
  Array.isArray(value.files) &&
  "notRun" in value &&
  Array.isArray(value.notRun);
