import { placeholdersIn } from "../model/placeholder.ts";

// Names end in what they hold: DB_PASSWORD holds one, PASSWORD_MIN_LENGTH and TOKEN_TTL do not.
const SECRET_NAME =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|API_?KEY|(ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|AUTH)_?KEY|CREDENTIALS?)(_(OLD|NEW|PREVIOUS|\d+))?$/;

/** Whether a variable of this name holds a secret, whatever its value: `DB_PASSWORD`, `jwtSecret`, `api-key`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[-.]/g, "_")
    .toUpperCase();
  return SECRET_NAME.test(words);
}

const SECRET_SHAPES: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/],
  ["a URL with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?![$%{<])[^\s/@]+@/i],
  ["a JSON web token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  ["a GitHub token", /\b(gh[pousr]_\w{30,}|github_pat_\w{30,})/],
  ["an AWS access key", /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a Slack token", /\bxox[abeoprs]-[\w-]{10,}/],
  ["an API key", /\b(sk|rk|pk)[-_](?:live|test|proj|ant|svcacct)?[-_]?[A-Za-z0-9]{20,}/],
  ["a Google API key", /\bAIza[\w-]{35}\b/],
];

// `password: hunter2` or `API_KEY="x"` in a file; a reference such as $PASSWORD, {{ password }} or :'password' is none.
const ASSIGNMENT = /^[ \t"'-]*(?:export[ \t]+)?([\w.-]+)["']?[ \t]*(?:=|:(?!'))[ \t]*["']?([^\s"'$:{<[(][^\s"']*)/gm;

// Redis' way: a directive, a blank, the value.
const DIRECTIVE = /^[ \t]*(requirepass|masterauth)[ \t]+["']?([^\s"'$:{<[(]+)/gim;

// Values that say that there is no secret.
const NO_SECRET = /^(true|false|null|none|yes|no|\d+|\*+)[,;]?$/i;

/** What sort of secret a text holds in the clear, or undefined. Heuristic: it knows shapes and names, not entropy. */
export function secretInText(text: string): string | undefined {
  if (placeholdersIn(text).some(({ kind }) => kind === "secret")) return "a secret of the stack";
  const shape = SECRET_SHAPES.find(([, pattern]) => pattern.test(text));
  if (shape) return shape[0];
  for (const [, name = "", value = ""] of text.matchAll(ASSIGNMENT)) {
    if (isSecretName(name) && !NO_SECRET.test(value)) return `a value for ${name}`;
  }
  for (const [, name = "", value = ""] of text.matchAll(DIRECTIVE)) {
    if (!NO_SECRET.test(value)) return `a value for ${name}`;
  }
  return undefined;
}
