import type { DeclarationChange, SourceChanges, StackSettingChange } from "../diff/causes.ts";
import { changedLines, type ChangedLines } from "../diff/source/changed-lines.ts";
import type { DeclaredProperty } from "../diff/source/declared-properties.ts";
import { settingChanges } from "../diff/source/setting-changes.ts";
import type { Repository } from "./git.ts";

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;
const DECLARATIONS = /^services\/([^/]+)\/[^/]+\.ts$/;

/** What differs between a commit and the working tree in everything that decides what is rendered. */
export async function sourceChanges(repository: Repository, commit: string): Promise<SourceChanges> {
  const files = await repository.changedFiles(commit);
  const [declarations, settings] = await Promise.all([
    declarationChanges(repository, commit, files),
    Promise.all(files.map((file) => stackSettingChanges(repository, commit, file))),
  ]);
  return { declarations, settings: settings.flat(), files };
}

async function stackSettingChanges(
  repository: Repository,
  commit: string,
  file: string,
): Promise<readonly StackSettingChange[]> {
  const stack = STACK_FILE.exec(file)?.[1];
  if (stack === undefined) return [];
  const before = await repository.textAt(commit, file);
  return settingChanges(before, repository.present(file)).map((change) => ({ stack, file, ...change }));
}

async function declarationChanges(
  repository: Repository,
  commit: string,
  files: readonly string[],
): Promise<readonly DeclarationChange[]> {
  const declaring = files.filter((file) => DECLARATIONS.test(file));
  if (declaring.length === 0) return [];
  // The parser takes its time to load, and most changes of settings do not need it.
  const { declaredProperties } = await import("../diff/source/declared-properties.ts");
  const [patch, untracked] = await Promise.all([repository.patch(commit, declaring), repository.untrackedFiles()]);
  const tracked = changedLines(patch);
  const unknown = declaring.filter((file) => untracked.includes(file)).map((file) => wholeFile(repository, file));
  const perFile = [...tracked, ...unknown].map(async (lines) => {
    const { file } = lines;
    const platform = DECLARATIONS.exec(file)?.[1] ?? "";
    const now = declaredProperties(repository.present(file));
    const before = declaredProperties(await repository.textAt(commit, file));
    return [
      ...located(now, lines.after).map((one) => declarationChange(file, platform, one, false)),
      // A rewritten line is told where it stands now.
      ...located(before, lines.before)
        .filter(
          ({ name, property }) =>
            !located(now, lines.after).some((one) => one.name === name && one.property === property),
        )
        .map((one) => declarationChange(file, platform, one, true)),
    ];
  });
  return (await Promise.all(perFile)).flat();
}

function wholeFile(repository: Repository, file: string): ChangedLines {
  const length = repository.present(file).split("\n").length;
  return { file, before: [], after: Array.from({ length }, (_, index) => index + 1) };
}

interface Located extends DeclaredProperty {
  readonly line: number;
}

/** The properties that lines are in, each with its first such line; a declaration that is all there counts once. */
function located(properties: readonly DeclaredProperty[], lines: readonly number[]): readonly Located[] {
  const names = [...new Set(properties.map(({ name }) => name))];
  return names.flatMap((name) => {
    const own = properties.filter((one) => one.name === name);
    const whole = own.find(({ property }) => property === "");
    if (whole && lines.includes(whole.first) && lines.includes(whole.last)) return [{ ...whole, line: whole.first }];
    return own.flatMap((one) => {
      const line = lines.find((changed) => changed >= one.first && changed <= one.last);
      return one.property === "" || line === undefined ? [] : [{ ...one, line }];
    });
  });
}

function declarationChange(
  file: string,
  platform: string,
  { name, definition, property, line }: Located,
  removed: boolean,
): DeclarationChange {
  const owner = definition === "platform" ? {} : { owner: name };
  return { file, line, platform, ...owner, property, removed };
}
