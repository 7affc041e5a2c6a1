import type { NamedValue } from "../resolve/resolved-traffic.ts";

/**
 * Matches a whole `Cookie` header in which one cookie has a value (RFC 6265, section 4.2). Anchored, for Envoy matches the
 * whole header and others any part of it; and in RE2's syntax, which both share.
 */
export function cookiePattern({ name, value }: NamedValue): string {
  return `^(.*;\\s*)?${name}=${value.replaceAll(".", "\\.")}(;.*)?$`;
}
