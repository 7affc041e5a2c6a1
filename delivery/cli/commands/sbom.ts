import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Table from "cli-table3";
import { builtPrograms, goBuildInformation, goBuildInformationOf } from "../../../toolchain/go/build-information.ts";
import { formatReference, type ImageReference } from "../../registry/reference.ts";
import type { SoftwareComponent } from "../../sbom/component.ts";
import { sbomDocument, type SbomSubject } from "../../sbom/document.ts";
import { goComponents } from "../../sbom/go-build.ts";
import { imageReader } from "../../sbom/image.ts";
import { npmLockComponents } from "../../sbom/npm-lock.ts";
import { deployedImages, namedImages } from "../deployed-images.ts";
import { ExitCode } from "../exit-code.ts";
import { ROOT } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet sbom` is asked for. */
export interface SbomArguments {
  readonly stack: string;
  readonly json: boolean;
  /** By digest. Default, empty: all that the stack has deployed. */
  readonly images: readonly string[];
  /** Folder for the documents. */
  readonly out: string;
}

/** One bill of materials. */
export interface Inventory {
  readonly subject: SbomSubject;
  readonly components: readonly SoftwareComponent[];
  /** Where it is written, below the folder. */
  readonly file: string;
}

/** Writes a CycloneDX document for this program, for each Go program that the machine has built, for each image. */
export async function sbom(args: SbomArguments, terminal: Terminal): Promise<ExitCode> {
  const images = args.images.length > 0 ? namedImages(args.images) : await deployedImages(args.stack, terminal);
  const inventories = [await ownInventory(), ...(await goInventories()), ...(await imageInventories(images, terminal))];
  await mkdir(args.out, { recursive: true });
  for (const { file, subject, components } of inventories) {
    await writeFile(join(args.out, file), sbomDocument(subject, components));
  }
  const told = inventories.map(({ file, subject, components }) => ({
    file,
    subject: subject.name,
    components: components.length,
  }));
  if (args.json) terminal.result(JSON.stringify({ folder: args.out, documents: told }, null, 2));
  else {
    const table = new Table({ head: ["Document", "Of", "Components"], style: { head: [], border: [] } });
    table.push(...told.map(({ file, subject, components }) => [file, subject, components]));
    terminal.result(`${table.toString()}\n${told.length} documents in ${args.out}`);
  }
  return ExitCode.ok;
}

/** The software in each image, one image after the other: their layers are large. */
export async function imageInventories(
  images: readonly ImageReference[],
  terminal: Terminal,
): Promise<readonly Inventory[]> {
  const read = imageReader(goBuildInformationOf);
  const inventories: Inventory[] = [];
  for (const image of images) {
    terminal.note(`… Reading ${formatReference(image)}`);
    const { registry, repository, digest } = image;
    const file = `${repository.replaceAll("/", "-")}-${digest.slice("sha256:".length, "sha256:".length + 12)}.cdx.json`;
    const subject: SbomSubject = {
      name: `${registry}/${repository}`,
      version: digest,
      kind: "container",
      sha256: digest.replace("sha256:", ""),
    };
    inventories.push({ subject, components: await read(image), file });
  }
  return inventories;
}

async function ownInventory(): Promise<Inventory> {
  const lockFile: unknown = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  const { version } = lockFile as { readonly version: string };
  const subject: SbomSubject = { name: "fleet", version, kind: "application" };
  return { subject, components: npmLockComponents(lockFile), file: "fleet.cdx.json" };
}

async function goInventories(): Promise<readonly Inventory[]> {
  const programs = await builtPrograms();
  const read = programs.map(async ({ name, file }): Promise<Inventory[]> => {
    const components = goComponents(await goBuildInformation(file));
    const subject: SbomSubject = { name, version: "built on this machine", kind: "application" };
    return components.length === 0 ? [] : [{ subject, components, file: `go-${name}.cdx.json` }];
  });
  return (await Promise.all(read)).flat();
}
