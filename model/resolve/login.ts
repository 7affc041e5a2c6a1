import type { AlternatingLogin, ResolvedSecret } from "./resolved.ts";

/**
 * The login for this generation of its password: the user itself has the odd ones, its alternate the even ones.
 *
 * @param user at most 53 characters, for RabbitMQ and PostgreSQL take no more than 63 for its alternate.
 */
export function alternatingLogin(user: string, password: ResolvedSecret): AlternatingLogin {
  const generation = generationOf(password);
  const [current, other] = generation % 2 === 1 ? [user, alternateOf(user)] : [alternateOf(user), user];
  const { previous } = password;
  return {
    user: current,
    password,
    firstUser: user,
    ...(previous ? { previous: { user: other, password: previous } } : {}),
    // In the first generation the other user has never been.
    ...(!previous && generation > 1 ? { retiredUser: other } : {}),
  };
}

/** Which value of the secret this is, counted from 1. */
export function generationOf({ source }: ResolvedSecret): number {
  return source.from === "random" ? (source.generation ?? 1) : 1;
}

function alternateOf(user: string): string {
  return `${user}_alternate`;
}
