/** A registry that does not answer, refuses, or answers with something else than was asked for. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
}
