/** What the server answers. The documents are those of `--json`: their types are taken from where they are made. */
import type { eventDocument, stopDocument } from "../../../wire/documents/actions.ts";
import type { StatusDocument } from "../../../wire/documents/status-change.ts";

export type { StatusDocument };

/** `id` is `pid-startTicks`: a request about it is refused as soon as the pid is another's. */
export type ProcessDocument = StatusDocument["processes"][number];
export type JobDocument = StatusDocument["jobs"][number];
export type VerdictDocument = ProcessDocument["verdicts"][number];
export type EventDocument = ReturnType<typeof eventDocument>;
export type StopDocument = ReturnType<typeof stopDocument>;
