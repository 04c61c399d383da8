import { expect, test } from "vitest";
import { readLogText } from "./read-text.ts";

const traces: readonly (readonly [string, string, string | null, string])[] = [
  [
    "java",
    "nested, after a line of the log",
    "java.net.ConnectException: Connection refused",
    "2026-01-31 03:00:00 ERROR o.a.Orders - cannot place\norg.acme.OrderException: cannot place\n\tat org.acme.A.b(A.java:1)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\nCaused by: java.net.ConnectException: Connection refused\n\tat sun.nio.ch.Net.poll(Native Method)\n\t... 3 more",
  ],
  [
    "java",
    "frames alone",
    null,
    "  at com.acme.Api.help(Api.java:40)\n  at sun.api.Api.method(Api.java:100)",
  ],
  [
    "java",
    "in a thread",
    "java.lang.IllegalStateException: no",
    'Exception in thread "main" java.lang.IllegalStateException: no\n\tat org.acme.MainKt.main(Main.kt:3)',
  ],
  [
    "python",
    "chained",
    "OrderError: gone",
    'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nKeyError: 7\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 3, in <module>\n    f()\nOrderError: gone',
  ],
  [
    "go",
    "panic",
    "panic: runtime error: index out of range [3] with length 3",
    "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.(*Cart).total(0xc0000, {0x1, 0x2})\n\t/app/cart.go:12 +0x1d\nmain.main()\n\t/app/main.go:7 +0x25\nexit status 2",
  ],
  [
    "go",
    "served",
    "panic serving 10.0.0.1:4242: boom",
    "2026/01/31 03:00:00 http: panic serving 10.0.0.1:4242: boom\ngoroutine 24 [running]:\nnet/http.(*conn).serve.func1(0xc1)\n\t/usr/local/go/src/net/http/server.go:1746 +0xd0",
  ],
  [
    "javascript",
    "with a cause",
    "Error: connect ECONNREFUSED 10.0.0.1:5432",
    "Error: checkout failed\n    at f (/app/a.js:1:2)\n    at async handler (file:///app/b.mjs:3:4) {\n  [cause]: Error: connect ECONNREFUSED 10.0.0.1:5432\n      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)\n}",
  ],
  [
    "javascript",
    "that ended the process",
    "TypeError: x is not a function",
    "/app/a.js:3\n    x();\n    ^\n\nTypeError: x is not a function\n    at Object.<anonymous> (/app/a.js:3:5)\n    at node:internal/main/run_main_module:23:47\n\nNode.js v20.1.0",
  ],
  [
    "javascript",
    "of a browser",
    "Error",
    "Error\n    at bls (<anonymous>:3:9)\n    at Object.evaluate (http://shop.example/app?foo=bar:875:140)",
  ],
  [
    "csharp",
    "nested",
    "System.TimeoutException: slow",
    "System.InvalidOperationException: outer\n ---> System.TimeoutException: slow\n   at Acme.Api.Call() in /src/Api.cs:line 4\n   --- End of inner exception stack trace ---\n   at Acme.Orders.Place(Int32 id) in /src/Orders.cs:line 9",
  ],
  [
    "csharp",
    "nobody handled",
    "System.Exception: no",
    "Unhandled exception. System.Exception: no\n   at Program.<Main>$(String[] args) in /src/Program.cs:line 1",
  ],
  [
    "ruby",
    "inline",
    "RuntimeError: no stock",
    "app.rb:3:in `place': no stock (RuntimeError)\n\tfrom app.rb:7:in `each'\n\tfrom app.rb:7:in `<main>'",
  ],
  [
    "ruby",
    "of Rails",
    'ActionController::RoutingError: No route matches [GET] "/x"',
    "ActionController::RoutingError (No route matches [GET] \"/x\"):\n\n  actionpack (7.0) lib/action_dispatch/debug.rb:63:in `call'\n  rack (2.2) lib/rack/logger.rb:26:in `call'",
  ],
  [
    "php",
    "uncaught",
    "RuntimeException: no stock",
    "PHP Fatal error:  Uncaught RuntimeException: no stock in /app/a.php:3\nStack trace:\n#0 /app/b.php(9): place()\n#1 {main}\n  thrown in /app/a.php on line 3",
  ],
  [
    "php",
    "of old",
    "Exception: gone",
    "PHP Fatal error:  Uncaught exception 'Exception' with message 'gone' in /app/a.php:60\nStack trace:\n#0 [internal function]: A::{closure}()\n#1 {main}\n  thrown in /app/a.php on line 60",
  ],
  [
    "rust",
    "panic with a backtrace",
    "panic: no such order",
    "thread 'main' panicked at src/main.rs:4:5:\nno such order\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/1/library/std/src/panicking.rs:652:5\n   1: app::main\n             at ./src/main.rs:4:5\nnote: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
  ],
  [
    "dart",
    "unhandled",
    "FormatException: bad",
    "Unhandled exception:\nFormatException: bad\n#0      main.<anonymous closure> (file:///app/a.dart:25:20)\n<asynchronous suspension>\n#1      main (package:app/main.dart:3:4)",
  ],
  [
    "cpp",
    "terminate",
    "std::runtime_error: no stock",
    "terminate called after throwing an instance of 'std::runtime_error'\n  what():  no stock\nAborted (core dumped)",
  ],
  [
    "cpp",
    "assert",
    "Assertion `n > 0' failed",
    "app: src/cart.cpp:42: int total(int): Assertion `n > 0' failed.\nAborted (core dumped)",
  ],
  [
    "elixir",
    "GenServer",
    "RuntimeError: no stock",
    "[error] GenServer Shop.Cart terminating\n** (RuntimeError) no stock\n    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.handle_call/3\n    (stdlib 4.0) gen_server.erl:1149: :gen_server.try_handle_call/4",
  ],
];

test.each(traces)("%s, %s: one event, its language and root exception", (language, _, exception, text) => {
  const events = readLogText(text.split("\n")).filter((event) => event.language !== null);
  expect(events).toMatchObject([{ language, exception, to: text.split("\n").length - 1 }]);
});

test("between other lines a trace is one event, and lines that follow are not in it", () => {
  const text =
    "INFO started\nERROR failed\njava.lang.Error: x\n\tat a.B.c(B.java:1)\nINFO next\n  INFO indented\n\nlast";
  expect(readLogText(text.split("\n")).map(({ from, to }) => [from, to])).toEqual([
    [0, 0],
    [1, 3],
    [4, 4],
    [5, 5],
    [7, 7],
  ]);
});

test.each([
  "This is text.\nIt sounds tympanic: a word which means like a drum.\n\nNothing else.",
  "at the margin (of error): 3",
  "#1 seller of the week",
  'see File "a.txt", line 3',
  "",
])("%j is no stack trace", (text) => {
  expect(readLogText(text.split("\n")).filter(({ language }) => language !== null)).toEqual([]);
});

test("an event is bounded, whatever the text", () => {
  const events = readLogText(["panic: x", ...Array.from({ length: 20_000 }, () => `\tat ${"y".repeat(50)}`)]);
  expect(events.length).toBe(21);
  expect(Math.max(...events.map(({ text }) => text.length))).toBeLessThanOrEqual(16_000);
});
