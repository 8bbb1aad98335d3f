/** Looks for the page's server, which come once a second while somebody looks at a page. */
import type { Self } from "../core/judge/policy.ts";
import type { MonitorService } from "../monitor/service.ts";
import { statusDocument } from "../wire/documents/status.ts";
import { statusNews, type StatusAsked, type StatusNews } from "../wire/documents/status-news.ts";

/**
 * A look at so many processes leaves some 6 MB. The engine lets a heap grow before it collects, and so a page would make a monitor
 * of 500 processes 10 MB larger; collected at once, which takes 10 ms, it stays as it is without a page.
 */
const COLLECTED_AFTER = 400;
let leftBy = 0;

export async function lookForPage(
  service: Pick<MonitorService, "report">,
  { at, pid, full, ...asked }: StatusAsked,
  caller: Self,
): Promise<StatusNews> {
  const document = statusDocument(await service.report({ full, remember: false }, caller), at, pid);
  leftBy += document.processes.length;
  if (leftBy >= COLLECTED_AFTER) {
    leftBy = 0;
    // once the answer has gone
    setTimeout(() => Bun.gc(true));
  }
  return statusNews(document, asked);
}
