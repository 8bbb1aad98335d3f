/** Where a setting stands in its file, for what is found wrong with it after the file was accepted. */
import { decodeText } from "./decode.ts";
import { formatOf, namedConfigFile } from "../files/discover.ts";
import type { Path } from "./document.ts";
import { readDocument } from "./read-document.ts";
import type { Position } from "./position.ts";
import { readConfigFile } from "../files/read.ts";

/** null when the file has changed since and is no document now. @throws ConfigError when it cannot be read any more. */
export async function locate(file: string, key: Path, uid: number | null): Promise<Position | null> {
  const { bytes } = readConfigFile(file, uid);
  const decoded = decodeText(bytes);
  if (!decoded.ok) return null;
  const document = await readDocument(decoded.text, formatOf(file, bytes));
  return document.ok ? document.locate([...namedConfigFile(file).below, ...key], "value") : null;
}
