/** `/metrics`, for Prometheus. */
import { BY_CHOICE, route, type Route } from "../route.ts";

export const METRICS_ROUTES: readonly Route[] = [
  route({
    method: "GET",
    path: "/metrics",
    summary:
      "Everything that can be counted, for Prometheus; as OpenMetrics where that is accepted. See docs/metrics.md.",
    secret: BY_CHOICE,
    answer: "Metrics",
    handle: async ({ dashboard, request }) => {
      const [{ scraped }, { CONTENT_TYPES, formatFor }] = await Promise.all([
        import("../metrics/scrape.ts"),
        import("../metrics/text.ts"),
      ]);
      const format = formatFor(request.headers.get("accept"));
      return new Response(await dashboard.recent.of(`metrics ${format}`, () => scraped(dashboard, format)), {
        headers: { "content-type": CONTENT_TYPES[format], vary: "accept" },
      });
    },
  }),
];
