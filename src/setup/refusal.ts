/** Something in the way that a person has to decide about; the rest of the setup goes on. The message says the next move. */
export class SetupRefusal extends Error {
  readonly code = "SETUP_REFUSED";
}
