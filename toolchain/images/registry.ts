/** The manifest formats that may be stored; a registry answers with an error for a kind that is not accepted. */
const formats = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
].join(", ");

/** The digest that a registry on this machine has for a tag; undefined when it has none. Throws when it does not answer. */
export async function imageDigest(registry: string, repository: string, tag: string): Promise<string | undefined> {
  const response = await fetch(`http://${registry}/v2/${repository}/manifests/${tag}`, {
    method: "HEAD",
    headers: { accept: formats },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 404) return undefined;
  const digest = response.headers.get("docker-content-digest");
  if (!response.ok || digest === null)
    throw new Error(`${registry} answered ${response.status} for ${repository}:${tag}`);
  return digest;
}
