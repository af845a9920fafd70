import { escapeHtml } from "./html.ts";

/** A page of the simulator's small web. */
export interface WebPage {
  readonly url: string;
  /** Name of the site as search results show it. */
  readonly media: string;
  /** Whole days since it was published. */
  readonly age: number;
  readonly title: string;
  readonly description: string;
  readonly keywords: string;
  /** HTML; the other fields are plain text. */
  readonly body: string;
}

/** The page as its site serves it. */
export function pageHtml({ title, description, keywords, body, age }: WebPage, now = Date.now()): string {
  const heading = escapeHtml(title);
  return `<!doctype html><html><head><title>${heading}</title>
<meta name="description" content="${escapeHtml(description)}"><meta name="keywords" content="${escapeHtml(keywords)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="format-detection" content="telephone=no">
<meta property="article:published_time" content="${publishedOn(age, now)}T08:00:00Z">
<link rel="stylesheet" type="text/css" href="/assets/site.css"><script>document.title += "!";</script></head>
<body><h1>${heading}</h1>${body}</body></html>`;
}

/** `yyyy-MM-dd`, so many days before `now`. */
export function publishedOn(age: number, now = Date.now()): string {
  return new Date(now - age * 86_400_000).toISOString().slice(0, 10);
}

const dot =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** All pages but those of answers.glm-simulator.test, which exist for every question. */
export const webPages: readonly WebPage[] = [
  {
    url: "https://docs.glm-simulator.test/typescript/narrowing",
    media: "Simulator Docs",
    age: 3,
    title: "Narrowing types in TypeScript",
    description: "How a check at run time tells the compiler more about a value.",
    keywords: "typescript, narrowing, union",
    body: `<p>A <strong>union type</strong> says that a value is one of several things. Before you may use what only one of them has,
you check which one it is, and the compiler follows your check. This is called <em>narrowing</em>.</p>
<h2>Checks that narrow</h2>
<table><tr><th>Check</th><th>Narrows to</th></tr><tr><td><code>typeof x === "string"</code></td><td>string</td></tr>
<tr><td><code>x instanceof Date</code></td><td>Date</td></tr><tr><td><code>"name" in x</code></td><td>members with name</td></tr></table>
<pre><code class="language-ts">function length(value: string | string[]) {
  return typeof value === "string" ? value.length : value.join("").length;
}</code></pre>
<p>A discriminated union is the most useful kind: each member carries a literal field, and a <code>switch</code> on that field
narrows every branch. When a new member is added, an exhaustiveness check with <code>never</code> makes the compiler list every
place that has to be looked at again. Prefer it to optional fields, which allow combinations that make no sense.</p>
<img src="/pictures/union.png" alt="A union of two circles"><img src="${dot}" alt="A dot">
<p>Functions that return <code>value is T</code> narrow for their caller. <del>They cannot narrow arrays.</del> See also
<a href="https://docs.glm-simulator.test/sql/joins">joins</a> and <a href="/python/lists">lists</a>.</p>`,
  },
  {
    url: "https://blog.glm-simulator.test/async-await",
    media: "Simulator Blog",
    age: 0,
    title: "Waiting well: async functions in JavaScript",
    description: "Promises, await, parallel work and cancelling.",
    keywords: "javascript, async, await, promise",
    body: `<p>An async function returns a promise at once. Inside it, <code>await</code> gives the turn away until another promise is
settled. Nothing runs in parallel by itself: two awaits in a row wait one after the other.</p>
<h2>In parallel</h2><pre><code class="language-js">const [user, orders] = await Promise.all([loadUser(), loadOrders()]);</code></pre>
<p>Promise.all rejects with the first failure and forgets the rest. Promise.allSettled waits for all and reports each outcome.
A promise that nobody awaits is a floating promise; when it rejects, the process may end.</p>
<h2>Cancelling</h2><ul><li>Pass an <strong>AbortSignal</strong> down to every fetch.</li><li>Check the signal after each await.</li>
<li>A time limit is a signal as well: AbortSignal.timeout(5000).</li></ul>
<blockquote><p>Measure before you make a loop parallel: servers count how many requests you send at the same time.</p></blockquote>
<p>Errors travel like return values: a try block around an await catches the rejection, and a finally block closes what was
opened. An error without a stack says little, so keep the cause when you wrap it.</p>`,
  },
  {
    url: "https://docs.glm-simulator.test/python/lists",
    media: "Simulator Docs",
    age: 20,
    title: "Python lists and comprehensions",
    description: "Building, slicing and sorting lists in Python.",
    keywords: "python, list, comprehension, sort",
    body: `<p>A list keeps values in order and may hold values of different types. Slices copy: <code>items[1:3]</code> is a new list.</p>
<h2>Comprehensions</h2><pre><code class="language-python">squares = [n * n for n in range(10) if n % 2 == 0]</code></pre>
<p>A comprehension reads from left to right: what to build, from which source, under which condition. Two loops in one
comprehension are hard to read; write a function with a generator instead.</p>
<ol><li><code>sort()</code> changes the list and returns None.</li><li><code>sorted()</code> returns a new list.</li>
<li>Both take a <code>key</code> function and are stable.</li></ol>
<p>A default argument that is a list is shared by all calls of the function, which surprises everyone once. Use None and make
the list inside. To remove duplicates and keep the order, go through a dictionary: <code>list(dict.fromkeys(items))</code>.</p>
<img src="https://docs.glm-simulator.test/pictures/list.png" alt="Boxes in a row">`,
  },
  {
    url: "https://docs.glm-simulator.test/git/undo",
    media: "Simulator Docs",
    age: 200,
    title: "Undoing things in Git",
    description: "Restore, reset, revert and the reflog.",
    keywords: "git, undo, reset, revert, commit",
    body: `<p>Which command undoes a change depends on how far the change has gone.</p>
<table><tr><th>Where it is</th><th>Command</th></tr><tr><td>only in the file</td><td><code>git restore file</code></td></tr>
<tr><td>staged</td><td><code>git restore --staged file</code></td></tr><tr><td>committed, not pushed</td><td><code>git reset --soft HEAD~1</code></td></tr>
<tr><td>pushed</td><td><code>git revert commit</code></td></tr></table>
<p>A revert is a new commit that does the opposite, so everybody who pulled keeps a straight history. A hard reset throws work
away that was never committed; nothing brings that back. What was committed once can be found in the reflog for weeks: look
with <code>git reflog</code> and make a branch there. A merge that went wrong is left with <code>git merge --abort</code>.</p>`,
  },
  {
    url: "https://news.glm-simulator.test/http-429",
    media: "Simulator News",
    age: 6,
    title: "Too many requests: what HTTP status 429 asks of a client",
    description: "Rate limits, Retry-After and back-off with jitter.",
    keywords: "http, status, 429, retry, rate limit",
    body: `<p>A server that answers with status 429 says that this client sends more than it may. The answer can carry a
<code>Retry-After</code> header with seconds or a date. A polite client waits at least that long.</p>
<p>Without the header, wait a little longer after every failure, and add chance to it, so that a thousand clients do not come
back in the same second. Three or four attempts are enough; after that the person in front of the screen has to know.</p>
<h2>Not every 429 is worth a retry</h2><p>Some services use the same status for an empty account. Trying again costs time and
changes nothing, so look at the code in the body first. A limit that is reset tomorrow is not a busy server either.</p>
<p><a href="https://blog.glm-simulator.test/async-await">Cancelling</a> must also work while a client waits for its next attempt.</p>`,
  },
  {
    url: "https://wiki.glm-simulator.test/regular-expressions",
    media: "Simulator Wiki",
    age: 900,
    title: "Regular expressions",
    description: "Groups, lookarounds and runaway patterns.",
    keywords: "regex, regular expression, pattern, group",
    body: `<p>A regular expression describes a set of strings. <code>a+</code> is one or more, <code>a*</code> any number,
<code>a?</code> at most one. Round brackets group and remember; <code>(?:…)</code> only groups.</p>
<p>A lookahead <code>(?=…)</code> looks without consuming. A named group <code>(?&lt;year&gt;\\d{4})</code> can be read by its name.</p>
<h2>Runaway patterns</h2><p>A quantifier inside another one, like <code>(a+)+$</code>, lets some engines try every way to divide the
text, and the time doubles with every letter. Make the parts exclude each other or bound them.</p>`,
  },
  {
    url: "https://docs.glm-simulator.test/sql/joins",
    media: "Simulator Docs",
    age: 40,
    title: "SQL joins by example",
    description: "Inner, left and full joins.",
    keywords: "sql, join, database, query",
    body: `<p>An inner join keeps the rows that have a partner on both sides. A left join keeps every row of the left table and fills
the right side with NULL where there is no partner. A full join keeps the rows of both.</p>
<pre><code class="language-sql">SELECT c.name, count(o.id) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id;</code></pre>
<p>A condition on the right table belongs into ON; in WHERE it would remove the rows without a partner and turn the left join
into an inner one. An index on the joined column decides how fast a query over large tables is.</p>`,
  },
  {
    url: "https://zh.glm-simulator.test/typescript-leixing",
    media: "模拟器文档",
    age: 2,
    title: "TypeScript 类型收窄入门",
    description: "用运行时的检查告诉编译器一个值到底是什么。",
    keywords: "TypeScript, 类型, 收窄",
    body: `<p>联合类型表示一个值可能是几种类型之一。在使用某一种类型特有的成员之前，需要先做检查，编译器会根据检查收窄类型。</p>
<h2>常用的检查</h2><ul><li>typeof 用于字符串、数字和布尔值</li><li>instanceof 用于类的实例</li><li>in 用于判断成员是否存在</li></ul>
<p>带有字面量字段的联合类型最好用：对这个字段写 switch，每个分支里的类型都会被收窄。新增成员时，编译器会指出所有需要修改的地方。</p>`,
  },
  {
    url: "https://news.glm-simulator.test/editor-extensions",
    media: "Simulator News",
    age: 1,
    title: "Writing a VS Code extension that stays out of the way",
    description: "Activation, webviews and secrets.",
    keywords: "vscode, extension, webview, activation",
    body: `<p>An extension is activated by what the user does: a command, a view, a file of its language. Work at start-up makes the
editor slow for everybody, so register first and load the rest on use.</p>
<p>A webview is a page of its own. Give it a content security policy, send it data instead of markup, and check every message
that comes back. Keys belong into the secret storage, never into settings, which are synchronised and end up in screenshots.</p>
<p>Users change themes and fonts; take colours from the editor's variables. Test in a small window, with the keyboard only.</p>`,
  },
  {
    url: "https://news.glm-simulator.test/glm-for-coding",
    media: "Simulator News",
    age: 12,
    title: "GLM models for coding",
    description: "Choosing between the large and the small GLM model.",
    keywords: "glm, z.ai, model, coding, agent",
    body: `<p>The large GLM model thinks before it answers and plans longer tasks; the small ones answer at once and cost a fraction.
For a title, a commit message or a completion the small one is enough.</p>
<p>Thinking counts as output. A low limit on tokens can be used up by thinking alone, and then the answer is empty. Send the
thinking of earlier turns back unchanged when tools are in play, or the model starts over.</p>`,
  },
];
