import { serve } from "../protocol/serve.ts";
import { pluginVersion } from "../version.ts";
import { dockerProvider } from "./provider.ts";

await serve(dockerProvider(await pluginVersion("docker")));
