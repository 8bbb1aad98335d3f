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
    handle: async ({ dashboard: { scrapes }, request }) => {
      const { CONTENT_TYPES, formatFor } = await import("../metrics/text.ts");
      const format = formatFor(request.headers.get("accept"));
      return new Response(await scrapes.text(format), {
        headers: { "content-type": CONTENT_TYPES[format], vary: "accept" },
      });
    },
  }),
];
