import { serve } from "../protocol/serve.ts";
import { pluginVersion } from "../version.ts";
import { randomProvider } from "./provider.ts";

await serve(randomProvider(await pluginVersion("random")));
