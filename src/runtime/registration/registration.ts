/** What a program says when it registers itself, and what it gets. */
import type { ProcessController } from "../controller.ts";

export interface PageRegistrationOptions {
  /** What the page calls it; the name of its script where it is not given. */
  readonly name?: string;
  /** Makes the collections and the readings; one of its own where it is not given. */
  readonly controller?: ProcessController;
  /** false: nobody can have its garbage collected from the page. true where it is not given. */
  readonly mayCollect?: boolean;
}

export interface PageRegistration extends Disposable {
  /** Nobody looks, or it was not found yet; or the page's server has it. */
  readonly state: "waiting" | "looked-at";
  /** What was in the way at the last try, as a sentence; null: nothing was. That nobody looks is no trouble. */
  readonly trouble: string | null;
}
