import { onBackend } from "../backend.ts";

await onBackend("portable", () => import("../suite/terminate-refused.ts"));
