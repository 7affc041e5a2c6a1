import { copyFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { registryAddress } from "../cluster/layout.ts";
import type { Progress } from "../progress.ts";
import { ensureImage, type ImagePlan, type ImageStore } from "./build.ts";

/** The executables that the cluster's own images hold: static, so nothing else is in them. */
export interface SystemPrograms {
  readonly coredns: string;
  readonly pause: string;
}

/** The image of the container that holds a pod's namespaces, by tag: containerd has to know it before it is built. */
export function pauseReference({ pause }: SystemPrograms): string {
  return `${registryAddress}/fleet/pause:${buildName(pause)}`;
}

/** Builds and pushes the images that the cluster itself runs; returns the name service's, by digest. */
export async function ensureSystemImages(
  programs: SystemPrograms,
  store: ImageStore,
  progress: Progress,
): Promise<{ coredns: string }> {
  const [, coredns] = await Promise.all([
    ensureImage(programImage("pause", programs.pause, 'USER 65535:65535\nENTRYPOINT ["/pause"]\n'), store, progress),
    ensureProgramImage("coredns", programs.coredns, store, progress),
  ]);
  return { coredns };
}

/** Builds and pushes an image with one static program, which it starts; returns its reference by digest. */
export async function ensureProgramImage(
  name: string,
  program: string,
  store: ImageStore,
  progress: Progress,
): Promise<string> {
  return ensureImage(programImage(name, program, `ENTRYPOINT ["/${name}"]\n`), store, progress);
}

function programImage(name: string, program: string, instructions: string): ImagePlan {
  return {
    repository: `fleet/${name}`,
    tag: buildName(program),
    fill: async (directory) => {
      await copyFile(program, join(directory, name));
      await writeFile(join(directory, "Dockerfile"), `FROM scratch\nCOPY ${name} /${name}\n${instructions}`);
    },
  };
}

/** The cache directory's name carries the version and the hash of the sources: just what a tag should say. */
function buildName(program: string): string {
  return basename(dirname(program));
}
