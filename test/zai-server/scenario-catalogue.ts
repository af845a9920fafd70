/**
 * - `reply`: takes the place of the whole answer
 * - `delivery`: how the bytes travel, for any answer
 * - `stream`: the framing and the end of an event stream
 * - `content`: what a chat answer holds
 * - `rule`: changes what is refused or how long something takes
 */
type Kind = "reply" | "delivery" | "stream" | "content" | "rule";

/** Every scenario by name besides the business codes. `value` says what its number means and its default. */
export const scenarioCatalogue: Readonly<Record<string, { kind: Kind; about: string; value?: string }>> = {
  ok: { kind: "rule", about: "answers normally" },

  waf: { kind: "reply", about: "firewall block page, HTML with status 405" },
  html502: { kind: "reply", about: "nginx page with status 502" },
  html504: { kind: "reply", about: "nginx page with status 504" },
  "empty-body": { kind: "reply", about: "a status without a body", value: "status, 500" },
  spring404: { kind: "reply", about: "framework body {timestamp,status,error,path} with 404" },
  "envelope-200": { kind: "reply", about: "{code,msg,success:false} with status 200", value: "code, 500" },
  "error-string": { kind: "reply", about: '{"error":"text"} with status 400' },
  detail: { kind: "reply", about: '{"detail":"text"} with status 400' },
  "numeric-code": { kind: "reply", about: '{"error":{"code":1302}} with a number, status 429', value: "code, 1302" },
  redirect: { kind: "reply", about: "redirect to another host", value: "status, 307" },
  json: { kind: "reply", about: "a whole JSON error with status 200 where a stream was asked for" },
  reset: { kind: "reply", about: "closes the socket without an answer" },

  "stall-first": { kind: "delivery", about: "silence before the headers", value: "ms, 60000" },
  "stall-body": { kind: "delivery", about: "headers at once, then silence", value: "ms, 60000" },
  "stall-mid": { kind: "delivery", about: "silence in the middle of the body", value: "ms, 60000" },
  slow: { kind: "delivery", about: "a pace for human eyes", value: "ms per frame, 40" },
  drip: { kind: "delivery", about: "seven bytes at a time", value: "ms per piece, 5" },
  bytes: { kind: "delivery", about: "one byte per write" },
  "split-utf8": { kind: "delivery", about: "writes end inside multi-byte characters" },
  burst: { kind: "delivery", about: "everything in one write" },
  cut: { kind: "delivery", about: "the socket is destroyed after some bytes of the body", value: "bytes, 600" },
  "cut-clean": { kind: "delivery", about: "the body ends properly but too early", value: "bytes, 600" },
  gzip: { kind: "delivery", about: "compressed although identity was asked for" },
  "content-type": { kind: "delivery", about: "the right body with Content-Type text/html" },

  "error-first": { kind: "stream", about: "status 200 and an error as the only frame", value: "code, 1305" },
  "error-mid": { kind: "stream", about: "an error frame after some content, then the end", value: "code, 1305" },
  "error-event": { kind: "stream", about: "the same with an `event: error` line", value: "code, 1305" },
  "no-done": { kind: "stream", about: "finish_reason but no [DONE]" },
  "no-finish": { kind: "stream", about: "[DONE] but no finish_reason" },
  "no-end": { kind: "stream", about: "neither finish_reason nor [DONE]" },
  glued: { kind: "stream", about: "a frame breaks off and the next is glued into its line" },
  crlf: { kind: "stream", about: "CRLF line ends" },
  comments: { kind: "stream", about: "comment and retry lines between frames" },
  bom: { kind: "stream", about: "a byte order mark in front" },
  "no-space": { kind: "stream", about: "no space after data:" },
  "event-lines": { kind: "stream", about: "event: and id: lines" },
  "not-stream": { kind: "stream", about: "the whole completion as JSON instead of a stream" },
  "bad-frame": { kind: "stream", about: "one frame that is not JSON" },

  sensitive: { kind: "content", about: "moderation cuts the answer" },
  "network-error": { kind: "content", about: "finish_reason network_error with empty content" },
  "context-exceeded": { kind: "content", about: "finish_reason model_context_window_exceeded" },
  length: { kind: "content", about: "finish_reason length, thinking only, empty content" },
  "length-mid": { kind: "content", about: "finish_reason length in the middle of the text" },
  "thinking-only": { kind: "content", about: "finish_reason stop, thinking, no content" },
  "empty-content": { kind: "content", about: "finish_reason stop and nothing at all" },
  "lone-think": { kind: "content", about: "thinking inside content with a closing </think> only" },
  "think-inline": { kind: "content", about: "thinking inside content between <think> tags" },
  "box-markers": { kind: "content", about: "content between <|begin_of_box|> and <|end_of_box|>" },
  "arg-key": { kind: "content", about: "a raw <tool_call> with <arg_key> leaks into content" },
  "bad-args": { kind: "content", about: "tool arguments that are not JSON" },
  "object-args": { kind: "content", about: "tool arguments as an object" },
  "changed-id": { kind: "content", about: "two calls under one index with different ids" },
  "stop-with-calls": { kind: "content", about: "tool calls, yet finish_reason stop" },
  repeat: { kind: "content", about: "the same sentence over and over", value: "times, 400" },
  "no-usage": { kind: "content", about: "no usage at all" },
  "usage-chunk": { kind: "content", about: "usage in a last chunk with choices: []" },
  "huge-line": { kind: "content", about: "one content frame of this size", value: "bytes, 10485760" },
  long: { kind: "content", about: "this many content frames, unpaced", value: "frames, 40000" },

  "raw-base64-only": { kind: "rule", about: "data URIs are refused with 1210, bare base64 is taken" },
  "other-model": { kind: "rule", about: "the reply names another model than the one asked for" },
  concurrency: {
    kind: "rule",
    about: "1302 when more requests than this are in flight for the key",
    value: "requests, 1",
  },
  "image-fail": { kind: "rule", about: "the asynchronous picture ends in FAIL" },
  "image-slow": { kind: "rule", about: "the picture takes longer", value: "ms, 8000" },
  "video-fail": {
    kind: "rule",
    about: "the film ends in FAIL, with an error when there is a code",
    value: "code, none",
  },
  "video-slow": { kind: "rule", about: "the film takes longer", value: "ms, 8000" },
  "result-expired": { kind: "rule", about: "GET /async-result no longer knows the id" },
  "hotwords-plain": { kind: "rule", about: "hotwords[] is refused with 1210, repeated hotwords are taken" },
  "normalised-boxes": { kind: "rule", about: "the boxes of layout_parsing go from 0 to 1 instead of counting pixels" },

  "async-chat-fail": { kind: "rule", about: "the asynchronous chat ends in FAIL" },
  "async-chat-slow": { kind: "rule", about: "the asynchronous chat takes longer", value: "ms, 8000" },
  "search-engine-prime": { kind: "rule", about: "chat refuses search_pro_jina with 1214, search-prime is taken" },
  "search-empty": { kind: "rule", about: "web_search finds nothing" },
  "reader-slow": { kind: "rule", about: "the page behind the reader takes longer", value: "ms, 30000" },
  "embedding-fail": { kind: "rule", about: "documents uploaded to a knowledge base end with a failInfo" },
};
