import { onBackend } from "../backend.ts";

await onBackend("portable", () => import("../suite/sampler.ts"));
