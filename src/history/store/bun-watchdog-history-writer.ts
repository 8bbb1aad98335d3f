/**
 * The hand on the history, in a process of its own: a disk that hangs, a file that is locked or that somebody has
 * prepared stalls this one, never a tick. One request on its input, one answer on its output.
 */
import { writeHistory, type HistoryRequest } from "./writer.ts";

void Bun.stdin.json().then((request: HistoryRequest) => console.log(JSON.stringify(writeHistory(request))));
