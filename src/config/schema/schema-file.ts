/** Where the published JSON Schema lies, for `config schema` and for editors. */
import { fileURLToPath } from "node:url";

export const SCHEMA_PATH = fileURLToPath(
  new URL("../../../config/bun-process-config.schema.json", import.meta.url),
);
