/**
 * Who a browser asks on behalf of. A page of another site can have a browser ask this server; it can neither forge the
 * `Origin` that the browser adds, nor have the browser name this machine in `Host` where the site's own name leads here
 * (DNS rebinding).
 */

/** Any port: a tunnel may begin at another one (`ssh -L`), and it is the name that tells a foreign site. */
const OURS = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i;

type Named = Pick<Headers, "get">;

/** A status and a sentence; null: this machine was asked, by nobody's page but our own. */
export function whyForeign(headers: Named): readonly [status: 400 | 403 | 421, why: string] | null {
  const host = headers.get("host");
  if (host === null) return [400, "The request names no host."];
  // Bun joins what was sent twice
  if (host.includes(",")) return [400, "The request names more than one host."];
  if (!OURS.test(host)) return [421, "This server answers for 127.0.0.1 and localhost alone."];
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`)
    return [403, "A page of another origin has asked; only the page of this server is answered."];
  const site = headers.get("sec-fetch-site");
  // a person who follows a link to the page comes from elsewhere, and gets a page without a secret in it
  const isVisit =
    headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document";
  if (site !== null && site !== "same-origin" && site !== "none" && !isVisit)
    return [403, "A page of another site has asked; only the page of this server is answered."];
  return null;
}
