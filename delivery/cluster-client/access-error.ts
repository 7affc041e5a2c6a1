/** The kubeconfig cannot serve; the message says what it offers instead. */
export class ClusterAccessError extends Error {
  override readonly name = "ClusterAccessError";
}
