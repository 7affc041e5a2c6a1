/**
 * Reasons of events that tell of everyday life and explain no failure; they are most of all events, so the watch has
 * the server leave them out. (`Killing`, `TriggeredScaleUp` and `FailedBinding` are of type Normal too, which is why the
 * type does not serve.)
 */
export const EVERYDAY_EVENTS: ReadonlySet<string> = new Set([
  ...["Pulling", "Pulled", "Created", "Started", "Scheduled", "SandboxChanged", "SuccessfulCreate", "SuccessfulDelete"],
  ...["ScalingReplicaSet", "SuccessfulRescale", "Completed", "SuccessfulAttachVolume", "WaitForFirstConsumer"],
  ...["ExternalProvisioning", "Provisioning", "ProvisioningSucceeded", "NoPods", "EnsuringLoadBalancer"],
]);
