/** A few rows of each kind under the portable backend; `BUN_WATCHDOG_BACKEND=portable bun run zoo` plays all of them. */
import { expect, test } from "bun:test";
import { onBackend } from "../backend.ts";

await onBackend("portable", async () => {
  const { zooSuite } = await import("../../zoo/suite.ts");
  const { otherwise, table } = await import("../../zoo/table.ts");
  const played = new Set(["L16", "Z01-once", "Z07", "Z10", "Z16", "Z20"]);

  test("these rows end otherwise than natively, and no others", () => {
    expect(otherwise.map(({ id }) => id).join(" ")).toBe(
      "Z01 Z01-once Z02 Z04 Z05 Z11 Z11-young Z13 Z13-slow Z15 Z16 Z19-leader Z28",
    );
  });

  zooSuite(table.filter(({ id }) => played.has(id)));
});
