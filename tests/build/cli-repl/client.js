// SPDX-License-Identifier: MIT
// The client nrepl-client talks to `ronin repl --nrepl`: it prints what it got, one
// line a question. Run by 10-npm-client.sh.
const fs = require("fs");
const nrepl = require("nrepl-client");

const port = Number(fs.readFileSync(".nrepl-port", "utf8"));
const connection = nrepl.connect({ port });

// All answers to a message, up to the one that says done; the client itself is
// content with the first status.
function ask(message, then) {
  return new Promise((resolve) => {
    const sent = connection.send(message);
    const answers = [];
    const name = "messageSequence-" + sent.id;
    const take = (some) => {
      answers.push(...some);
      if (then) then(answers, sent);
      if (answers.some((a) => (a.status || []).includes("done"))) {
        connection.messageStream.removeListener(name, take);
        resolve(answers);
      }
    };
    connection.messageStream.on(name, take);
  });
}

const all = (answers, key) =>
  answers.filter((a) => a[key] !== undefined).map((a) => a[key]);
const joined = (answers, key) => all(answers, key).join("");
const say = (what, value) => console.log(`${what}: ${JSON.stringify(value)}`);

async function main() {
  const described = (await ask({ op: "describe" }))[0];
  say("ops", Object.keys(described.ops).sort().join(" "));
  const session = (await ask({ op: "clone" }))[0]["new-session"];
  const other = (await ask({ op: "clone", session }))[0]["new-session"];
  const mine = (message, then) => ask({ session, ...message }, then);
  say("sessions", (await ask({ op: "ls-sessions" }))[0].sessions.length);

  say("values", all(await mine({ op: "eval", code: "(+ 1 2) (str 4)" }), "value"));
  await mine({ op: "eval", code: ":mine" });
  await ask({ op: "eval", code: ":other", session: other });
  say("apart", [
    ...all(await mine({ op: "eval", code: "*1" }), "value"),
    ...all(await ask({ op: "eval", code: "*1", session: other }), "value"),
  ]);
  say("unicode", all(await mine({ op: "eval", code: '(str "né€😀" \\ü)' }), "value"));

  // The client takes a message that comes in pieces for a shorter one.
  const text = "aé€😀".repeat(400);
  let got = await mine({ op: "eval", code: `(println "${text}")` });
  say("printed", joined(got, "out") === text + "\n");
  got = await mine({ op: "eval", code: `(do "${text}")` });
  say("long", all(got, "value")[0] === `"${text}"`);

  got = await mine({ op: "eval", code: "(zork)" });
  say("error", [joined(got, "ex"), joined(got, "err").includes("zork")]);
  say("built", all(await mine({ op: "eval", code: "(:ran (build))" }), "value"));
  got = await mine({
    op: "load-file", file: "(defn twice [x]\n  (* 2 x))\n(twice 21)",
    "file-path": "src/twice.magma", "file-name": "twice.magma",
  });
  say("loaded", all(got, "value").pop());
  for (const op of ["completions", "complete"]) {
    got = await mine({ op, prefix: "twic", ns: "user" });
    say(op, got[0].completions.map((c) => c.candidate));
  }
  got = await mine({ op: "lookup", sym: "twice", ns: "user" });
  say("lookup", [got[0].info["arglists-str"], got[0].info.line]);
  got = await mine({ op: "info", symbol: "twice", ns: "user" });
  say("info", [got[0]["arglists-str"], got[0].line]);
  say("eldoc", (await mine({ op: "eldoc", sym: "twice", ns: "user" }))[0].eldoc);
  say("ns-list", (await mine({ op: "ns-list" }))[0]["ns-list"].includes("user"));
  got = await mine({ op: "ronin/graph-query", query: "hello | deps | sources" });
  say("query", got[0].answer);
  got = await mine({ op: "ronin/why", target: "main.o" });
  say("why", got[0].why.reasons[0].code);

  got = await mine({ op: "eval", code: "(read-line)" }, (answers) => {
    if ((answers[answers.length - 1].status || []).includes("need-input")) {
      connection.send({ op: "stdin", stdin: "ein Wört\n", session });
    }
  });
  say("stdin", all(got, "value"));
}

// An interrupt is sent until it finds something to end.
async function interrupted() {
  const session = (await ask({ op: "clone" }))[0]["new-session"];
  let ended = false;
  const running = ask({ op: "eval", code: "(loop [] (recur))", session, id: "endless" });
  running.then(() => { ended = true; });
  while (!ended) {
    await ask({ op: "interrupt", session, "interrupt-id": "endless" });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  say("interrupted", (await running).pop().status);
  say("alive", all(await ask({ op: "eval", code: ":alive", session }), "value"));
  say("closed", (await ask({ op: "close", session }))[0].status);
  connection.end();
}

connection.once("connect", () =>
  main().then(interrupted).catch((error) => {
    console.error(error);
    process.exit(1);
  }));
