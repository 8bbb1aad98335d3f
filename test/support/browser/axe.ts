/** What axe finds on a page, in a line each. */
import axe from "axe-core";
import type { Page } from "playwright-core";

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

export async function violationsOn(page: Page): Promise<readonly string[]> {
  // by the debugger: the page's own policy forbids it
  await page.evaluate(`typeof axe === "undefined" && (() => { ${axe.source}\n })()`);
  const { violations } = await page.evaluate<Found>("axe.run({ resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`),
  );
}
