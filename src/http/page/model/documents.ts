/** What the server answers. The documents are those of `--json`: their types are taken from where they are made. */
import type { cleanupDocument, eventDocument, stopDocument } from "../../../wire/documents/actions.ts";
import type { StatusDocument } from "../../../wire/documents/status-change.ts";

export type { StatusDocument };

/** `id` is `pid-startTicks`: a request about it is refused as soon as the pid is another's. */
export type ProcessDocument = StatusDocument["processes"][number];
export type JobDocument = StatusDocument["jobs"][number];
export type VerdictDocument = ProcessDocument["verdicts"][number];
export type EventDocument = ReturnType<typeof eventDocument>;

/** Of a stop or a clean-up: what would be done, with the id that has it done; or what was done. */
export type PlannedDocument = Pick<ReturnType<typeof stopDocument>, "plan" | "outcomes" | "survivors"> &
  Partial<Pick<ReturnType<typeof stopDocument>, "refused">> &
  Partial<Pick<ReturnType<typeof cleanupDocument>, "heldBack">> & { readonly planId?: string };
