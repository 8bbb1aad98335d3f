/** The documented JSON of `status`, `cleanup` and `stop`, as the API answers it too. */
import * as v from "valibot";

export {
  cleanupShape as cleanup,
  statusShape as status,
  stopShape as stop,
} from "../../src/http/schema/documents.ts";

/** One line of JSON of that shape. @throws ValiError that names the key */
export const parse = <Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> =>
  v.parse(schema, JSON.parse(text));
