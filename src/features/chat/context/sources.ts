import { changesSource } from "./changes.ts";
import { commitSource } from "./commits.ts";
import { editorSource, fileSource, folderSource, pictureSource } from "./fileSources.ts";
import { pageSource } from "./pages.ts";
import { problemSource } from "./problems.ts";
import { selectionSource } from "./selection.ts";
import type { Source, SourceDeps } from "./source.ts";
import { symbolSource } from "./symbols.ts";
import { terminalSource } from "./terminals.ts";
import { webSearchSource } from "./webSearch.ts";

/** Everything that context can come from, in the order of the paper clip's list. */
export function createSources(deps: SourceDeps): readonly Source[] {
  return [
    fileSource(deps),
    editorSource(deps),
    folderSource(deps),
    pictureSource(deps),
    selectionSource(),
    symbolSource(),
    problemSource(),
    terminalSource(deps.terminals),
    changesSource(),
    commitSource(),
    pageSource(deps),
    webSearchSource(deps),
  ];
}
