import { onBackend } from "../backend.ts";

await onBackend("native", () => import("../suite/terminate.ts"));
