import { serve } from "../protocol/serve.ts";
import { pluginVersion } from "../version.ts";
import { kubernetesProvider } from "./provider.ts";

await serve(kubernetesProvider(await pluginVersion("kubernetes")));
