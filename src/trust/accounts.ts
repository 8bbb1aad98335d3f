/** The account database, for what the environment must not decide: passwd(5). */
import { readFileSync } from "node:fs";

interface Account {
  readonly name: string;
  /** Absolute, or "" where the line has none. */
  readonly home: string;
}

/** null: no such line, or no such file (small containers, directory services). */
export function accountOf(uid: number, passwd: string = readPasswd()): Account | null {
  for (const line of passwd.split("\n")) {
    const [name, , id, , , home] = line.split(":");
    // getpwuid(3) takes the first line of a uid
    if (name !== undefined && id === String(uid)) return { name, home: home ?? "" };
  }
  return null;
}

/** "" where there is none. */
export function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch (error) {
    // the database is a courtesy here: without it an account is a number
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}
