import { installHost } from "./host-install.ts";
import { packageDriver, testedVsix } from "./vsix.ts";

/** Before all end-to-end files: two of them at once must neither install VS Code nor write the same package twice. */
export default async function setup(): Promise<void> {
  await installHost();
  process.env["GLM_TEST_VSIX"] = await testedVsix();
  await packageDriver();
}
