/** Names of apps. No manager is started for them, and no config file is evaluated: only one that is data is read. */
import { basename } from "node:path";
import { appFileFor } from "../../config/apps/find.ts";
import { readConfigFile } from "../../config/files/read.ts";
import { readJson } from "../../config/syntax/json-text.ts";
import { child, descend } from "../../text/json.ts";
import { savedNames } from "../../host/manager-places.ts";
import { searchedFrom } from "./app-files.ts";
import { findManager } from "../../host/running-manager.ts";
import { asOffer, wordsOnly, type Offer, type Offers } from "../completion/offer.ts";

/** Nobody waits longer at a Tab. */
const PATIENCE_MS = 500;

/** Those of the running manager; where none runs, or it does not answer, those that `save` has kept. */
export const appOffers = async (): Promise<Offers> => wordsOnly(await knownNames());

async function knownNames(): Promise<readonly Offer[]> {
  const seen = await Promise.race([asked(), Bun.sleep(PATIENCE_MS).then(() => null)]);
  return [
    ...(seen ?? savedNames().map((name) => asOffer(name, "kept by save"))),
    asOffer("all", "every app"),
  ];
}

async function asked(): Promise<readonly Offer[] | null> {
  const manager = await findManager().catch(() => null);
  const seen = (await manager?.apps(null).catch(() => null)) ?? null;
  if (seen === null) return null;
  return seen.apps.map(({ spec, instances }) =>
    asOffer(spec.name, [...new Set(instances.map(({ state }) => state))].join(", ")),
  );
}

/** Also those that the nearest config file declares. */
export async function startOffers(): Promise<Offers> {
  const known = await knownNames();
  const names = new Set(known.map(({ word }) => word));
  const declared = declaredNames().filter((name) => !names.has(name));
  return {
    files: "files",
    words: [...declared.map((name) => asOffer(name, "of the config file")), ...known],
  };
}

/** Empty where the file is code, or has no apps that could be read. */
function declaredNames(): readonly string[] {
  const file = appFileFor({ ...searchedFrom(), file: null });
  if (file?.format !== "json") return [];
  const { bytes } = readConfigFile(file.path, searchedFrom().uid);
  const document = readJson(new TextDecoder().decode(bytes));
  const apps: unknown = document.ok ? child(descend(document.value, file.below), "apps") : null;
  return (Array.isArray(apps) ? apps : [apps]).flatMap((app: unknown) => {
    const [name, script] = [child(app, "name"), child(app, "script")];
    if (typeof name === "string") return [name];
    return typeof script === "string" ? [basename(script).replace(/\.[^.]*$/u, "")] : [];
  });
}
