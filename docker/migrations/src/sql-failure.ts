/** What PostgreSQL says about a failed statement (protocol: error and notice message fields). */
export interface SqlError {
  readonly message: string;
  /** SQLSTATE. */
  readonly code?: string | undefined;
  /** Character (from 1) in the script that the error points to. */
  readonly position?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
}

/** Line (from 1) of a character position (from 1); PostgreSQL counts characters, JavaScript UTF-16 units. */
export function lineOf(script: string, position: number): number {
  return (
    Array.from(script)
      .slice(0, Math.max(0, position - 1))
      .filter((character) => character === "\n").length + 1
  );
}

/**
 * A failed migration in the words of PostgreSQL, with the file and the line where it says so. An error at run time (a
 * violated constraint) carries no position: then the file alone.
 */
export function describeSqlError(file: string, script: string, error: SqlError): string {
  const line = error.position === undefined ? undefined : lineOf(script, Number(error.position));
  const code = error.code === undefined ? "" : ` (SQLSTATE ${error.code})`;
  return [
    `${file}${line === undefined ? "" : `:${line}`}: ERROR: ${error.message}${code}`,
    ...(line === undefined ? [] : [`  line ${line}: ${script.split("\n")[line - 1]?.trim() ?? ""}`]),
    ...(error.detail === undefined ? [] : [`  detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`  hint: ${error.hint}`]),
    ...(error.where === undefined ? [] : [`  where: ${error.where.replaceAll("\n", " ")}`]),
  ].join("\n");
}
