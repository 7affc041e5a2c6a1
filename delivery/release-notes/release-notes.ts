/** One commit, as far as release notes tell of it. */
export interface Commit {
  /** Abbreviated. */
  readonly hash: string;
  readonly subject: string;
  /** Files that it touches, from the repository's root. */
  readonly files: readonly string[];
}

/** What has changed between two states of the program. */
export interface ReleaseChanges {
  /** The release before; left out for the first one. */
  readonly since?: string;
  /** Newest first, merges left out. */
  readonly commits: readonly Commit[];
}

/** What a file's change is about, first match first. Files that match nothing are the program's own. */
const SUBJECTS: readonly (readonly [pattern: RegExp, heading: (match: RegExpExecArray) => string])[] = [
  [/^services\/([^/]+)\//, ([, platform]) => `Services of ${platform ?? ""}`],
  [/^migrations\/([^/]+)\//, ([, platform]) => `Migrations of ${platform ?? ""}`],
  [/^Pulumi\.([^.]+)\.yaml$/, ([, stack]) => `Settings of ${stack ?? ""}`],
  [/^docker\//, () => "Images"],
];

const PROGRAM = "Program";
/** Follows from other changes, and says nothing by itself. */
const FOLLOWING = /^(docs|test|schema)\/|\.md$|^package-lock\.json$/;

/** Release notes in Markdown: what was changed in each platform and stack, then in the program. */
export function releaseNotes({ since, commits }: ReleaseChanges): string {
  const headings = commits.map((commit) => headingsOf(commit));
  const all = [...new Set(headings.flat())].sort(byHeading);
  return [
    since === undefined ? "The first release." : `Changes since ${since}.`,
    ...all.flatMap((heading) => [
      "",
      `## ${heading}`,
      "",
      ...commits
        .filter((_, index) => headings[index]?.includes(heading))
        .map(({ subject, hash }) => `- ${subject} (${hash})`),
    ]),
    ...(commits.length === 0 ? ["", "Nothing."] : []),
    "",
  ].join("\n");
}

function headingsOf({ files }: Commit): readonly string[] {
  const headings = files
    .filter((file) => !FOLLOWING.test(file))
    .map((file) => {
      for (const [pattern, heading] of SUBJECTS) {
        const match = pattern.exec(file);
        if (match) return heading(match);
      }
      return PROGRAM;
    });
  const unique = [...new Set(headings)];
  // The program changes with nearly everything: what it was changed for says more.
  const specific = unique.filter((heading) => heading !== PROGRAM);
  if (specific.length > 0) return specific;
  return unique.length > 0 ? unique : ["Documentation and tests"];
}

function byHeading(a: string, b: string): number {
  const rank = (heading: string) => (heading === PROGRAM ? 1 : heading.startsWith("Documentation") ? 2 : 0);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
