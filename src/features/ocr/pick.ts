import type { NamedFile } from "../../core/services.ts";
import { ocrProblemText } from "../../core/filesOcr.ts";
import { t } from "../../host/l10n.ts";
import type { Log } from "../../host/log.ts";
import { notify } from "../../host/notify.ts";
import { fileName } from "../../host/pickFile.ts";
import { chooseFiles, load } from "./load.ts";

/** See `Ocr.pick`. */
export async function pickToRead(log: Log): Promise<readonly NamedFile[]> {
  const fit: NamedFile[] = [];
  for (const uri of await chooseFiles()) {
    const name = fileName(uri);
    const loaded = await load(uri, log);
    if ("problem" in loaded) void notify("warning", ocrProblemText(loaded.problem, name, t));
    else fit.push({ ...loaded, name });
  }
  return fit;
}
