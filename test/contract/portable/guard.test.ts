import { onBackend } from "../backend.ts";

await onBackend("portable", () => import("../suite/guard.ts"));
