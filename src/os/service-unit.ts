/** Which unit of the service manager a control group belongs to: cgroups(7), systemd.unit(5). */

/** Lines "number:controllers:path"; the unit is the innermost name of one. A session is a scope, and a user's manager no service. */
export function parseUnit(text: string): string {
  for (const line of text.split("\n")) {
    const [, , ...path] = line.split(":");
    const unit = path
      .join(":")
      .split("/")
      .findLast((name) => name.endsWith(".service") || name.endsWith(".scope"));
    if (unit?.endsWith(".service") === true && !unit.startsWith("user@")) return unit;
  }
  return "";
}
