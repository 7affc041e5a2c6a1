import { serve } from "../protocol/serve.ts";
import { pluginVersion } from "../version.ts";
import { dockerBuildProvider } from "./provider.ts";

await serve(dockerBuildProvider(await pluginVersion("docker-build")));
