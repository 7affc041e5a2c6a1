/** The API version and kind a type token names: `kubernetes:apps/v1:Deployment`, `kubernetes:core/v1:Pod`. */
export function gvkOfToken(token: string): { readonly apiVersion: string; readonly kind: string } {
  const [, groupVersion = "", kind = ""] = token.split(":");
  return { apiVersion: groupVersion.replace(/^core\//, ""), kind };
}

/** Why the stand-in cannot handle a type at all, or undefined. */
export function tokenProblem(token: string): string | undefined {
  const { kind } = gvkOfToken(token);
  if (token.startsWith("kubernetes:helm.sh")) return "the stand-in has no Helm support: install the official plugin";
  if (kind.endsWith("Patch")) return `the stand-in has no ${kind}: install the official plugin`;
  if (kind.endsWith("List")) return "lists cannot be created: use the type of the items";
  return undefined;
}
