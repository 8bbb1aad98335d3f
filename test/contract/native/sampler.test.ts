import { onBackend } from "../backend.ts";

await onBackend("native", () => import("../suite/sampler.ts"));
