# SPDX-License-Identifier: MIT
# The fourteen operations of the server for editors, with bytes of our own.
. "$TESTS/lib/build.sh"
needs_signals
. "$TESTS/build/cli-repl/lib.sh"
sample

PYTHONPATH="$TESTS/lib" python3 - <<'END'
import os
import signal
import socket
import time
from nrepl import Client, Server, encode


def candidates(answer):
    return [c["candidate"] for c in answer["completions"]]


with Server("--fuel", "1000000000000000") as server:
    assert open(".nrepl-port", encoding="utf-8").read() == str(server.port)
    with Client(server.port) as c, Client(server.port) as other:
        d = c.ask(op="describe")
        assert sorted(d["ops"]) == [
            "clone", "close", "complete", "completions", "describe", "eldoc",
            "eval", "info", "interrupt", "load-file", "lookup", "ls-sessions",
            "ns-list", "ronin/graph-query", "ronin/why", "stdin"], d.all
        # With a version of Clojure, CIDER would send it Java.
        assert sorted(d["versions"]) == ["nrepl", "ronin"], d.all
        assert d["versions"]["nrepl"]["major"] == 1

        # Sessions have values and namespaces of their own.
        one = c.ask(op="clone")["new-session"]
        two = other.ask(op="clone")["new-session"]
        assert sorted(c.ask(op="ls-sessions")["sessions"]) == sorted([one, two])
        assert c.eval("(+ 1 2) :b", session=one).values == ["3", ":b"]
        assert other.eval("[*1 *2]", session=two).values == ["[nil nil]"]
        assert c.eval("[*1 *2]", session=one).values == ["[:b 3]"]
        a = c.eval("(ns other) (def z 26)", session=one)
        assert [x["ns"] for x in a.all if "ns" in x] == ["other", "other"], a.all
        assert c.eval("z", session=one).values == ["26"]
        assert other.eval("z", session=two).values == []
        assert other.eval("z", session=two, ns="other").values == ["26"]
        three = c.ask(op="clone", session=one)["new-session"]
        assert c.eval("z", session=three).values == ["26"]
        assert c.eval("(in-ns 'user)", session=one).status == ["done"]
        assert other.eval("(in-ns 'user)", session=two).status == ["done"]

        # What is printed, errors with places in the editor's file.
        a = c.eval('(println "hi") (count (range 9))', session=one)
        assert (a.out, a.values) == ("hi\n", ["nil", "9"])
        a = c.eval("(map\n (foo))\n:not-reached", session=one, file="src/x.magma",
                   line=7, column=5)
        assert a.values == [] and a["ex"] == "magma/unknown", a.all
        assert a.status == ["eval-error", "done"]
        assert a.err.startswith("src/x.magma:8:3: error[R0102]"), a.err
        assert len([m for m in a.all if "err" in m]) <= a.err.count("\n"), a.all
        assert c.eval("(ex-message *e)", session=one).values[0].startswith('"Unable')
        assert "is never closed" in c.eval("(+ 1", session=one).err or \
            "R0101" in c.eval("(+ 1", session=one).err
        a = c.ask(op="load-file", file="(defn f [] 1)\n(f)", session=one,
                  **{"file-path": "/src/f.magma", "file-name": "f.magma"})
        assert a.values == ["#'user/f", "1"], a.all
        assert c.eval("? hello | deps | sources").values == \
            ['#targets["greet.c" "main.c"]']

        # The graph, and a build with its progress.
        a = c.eval('(:ran (build "hello"))', session=one)
        assert a.values == ["3"] and "[3/3] write hello" in a.out, a.all
        a = c.eval('(action :outputs ["x"] :inputs {:ifwritten ["main.c"]}'
                   ' :rule copy)', session=one)
        assert c.eval('(command-of "x")', session=two).values == \
            ['["cp" "main.c" "x"]']

        # Interrupts: of an evaluation, of another one, of nothing, of a build.
        n = c.send(op="eval", code="(loop [] (recur))", session=one)
        while c.ask(op="interrupt", session=one).status == \
                ["session-idle", "done"]:
            pass
        a = c.wait(n)
        assert a.status == ["eval-error", "interrupted", "done"], a.all
        assert c.ask(op="interrupt", session=one).status == \
            ["session-idle", "done"]
        n = c.send(op="eval", code="(println :on) (loop [] (recur)) :not-reached",
                   session=one)
        while c.receive().get("out") != ":on\n":
            pass
        assert c.ask(op="interrupt", session=one,
                     **{"interrupt-id": "another"}).status == \
            ["error", "interrupt-id-mismatch", "done"]
        assert other.ask(op="interrupt", session=two).status == \
            ["session-idle", "done"]
        assert other.ask(op="interrupt", session=one,
                         **{"interrupt-id": n}).status == ["done"]
        a = c.wait(n)
        assert a.values == ["nil"] or a.values == [], a.all
        assert "interrupted" in a.status
        c.eval('(action :outputs ["slow"] :rule {:command'
               ' ["sh" "-c" "echo >begun; exec sleep 1000"]})', session=one)
        n = c.send(op="eval", code='(:status (build "slow"))', session=one)
        while not os.path.exists("begun"):
            time.sleep(0.05)
        c.ask(op="interrupt", session=one)
        a = c.wait(n)
        assert a.values == [":interrupted"], a.all
        # At any time of the evaluation.
        for pause in (0, 0.001, 0.003, 0.01, 0.03):
            n = c.send(op="eval", code='(:status (build "slow"))', session=one)
            time.sleep(pause)
            while c.ask(op="interrupt", session=one).status == \
                    ["session-idle", "done"]:
                pass
            assert "interrupted" in c.wait(n).status
        assert c.eval("(+ 1 1)", session=one).values == ["2"]
        # When what it was for ends by itself meanwhile, a build or a form.
        c.eval('(action :outputs ["quick"] :implicit :always'
               ' :rule {:command ["touch" "quick"]})', session=one)
        for i in range(60):
            n = c.send(op="eval", session=one, code='(:status (build "quick"))'
                       if i % 2 else "(reduce + (range %d))" % (i * 500))
            time.sleep(i % 12 * 0.0015)
            c.ask(op="interrupt", session=one)
            assert c.wait(n).status[-1] == "done"
        assert c.eval("(+ 1 2)", session=one).values == ["3"]

        # What is printed is told before the value, and while the form runs.
        a = c.eval('(print "a") (println "b")', session=one)
        kinds = [k for x in a.all for k in ("out", "value") if k in x]
        assert kinds == ["out", "value", "out", "value"], a.all
        n = c.send(op="eval", session=one,
                   code='(do (println "early") (loop [] (recur)))')
        while "early" not in c.receive().get("out", ""):
            pass
        c.ask(op="interrupt", session=one)
        assert "interrupted" in c.wait(n).status

        # Input: asked for when there is none, kept when it came before.
        n = c.send(op="eval", code="[(read-line) (read-line) (read-line)]",
                   session=one)
        c.wait(n, "need-input")
        assert c.ask(op="stdin", stdin="one\ntwo", session=one).status == ["done"]
        c.ask(op="stdin", stdin=" more\n", session=one)
        c.wait(n, "need-input")
        c.ask(op="stdin", stdin="", session=one)
        assert c.wait(n).values == ['["one" "two more" nil]']

        # Completion and what is known of names.
        assert "command-of" in candidates(c.ask(op="completions", prefix="comm"))
        assert candidates(c.ask(op="complete", prefix=":ifwr")) == [":ifwritten"]
        assert candidates(c.ask(op="complete", symbol='"main')) == \
            ['"main.c', '"main.o']
        assert candidates(c.ask(op="completions", prefix="zork")) == []
        info = c.ask(op="lookup", sym="object", ns="user")["info"]
        assert (info["arglists-str"], info["file"], info["line"]) == \
            ("[n]", os.path.realpath("build.magma"), 2), info
        assert c.ask(op="info", sym="str/join", ns="user")["ns"] == \
            "clojure.string"
        assert candidates(c.ask(op="complete", prefix="str/capit")) == \
            ["str/capitalize"]
        assert c.ask(op="lookup", sym="zork").status == ["lookup-error", "done"]
        assert c.ask(op="info", symbol="plan", ns="user")["ns"] == "ronin-repl"
        assert c.ask(op="info", symbol="zork").status == ["no-info", "done"]
        assert c.ask(op="info", symbol=") (exit)").status == ["no-info", "done"]
        assert c.ask(op="eldoc", sym="map")["eldoc"][0] == ["f"]
        assert c.ask(op="eldoc", sym="zork").status == ["no-eldoc", "done"]
        assert "other" in c.ask(op="ns-list")["ns-list"]

        # A namespace that was not loaded is no reason to know nothing.
        assert c.ask(op="eldoc", sym="map", ns="not.yet")["eldoc"][0] == ["f"]
        assert c.ask(op="lookup", sym="object", ns="not.yet")["info"]["line"] == 2
        assert "mapv" in candidates(c.ask(op="complete", prefix="map", ns="n"))
        for ns in (") (exit)", "", "(", "\xff"):
            assert c.ask(op="info", symbol="map", ns=ns)["name"] == "map"
            assert c.eval("1", ns=ns).status == \
                ["error", "namespace-not-found", "done"]

        # The graph, as bencode.
        def query(text):
            return c.ask(op="ronin/graph-query", query=text)
        assert query("hello | deps | sources")["answer"] == ["greet.c", "main.c"]
        assert query("hello | deps | actions | count")["answer"] == 3
        assert query("none")["answer"] == []
        assert query("main.o | emit path inputs n_inputs change")["answer"] == \
            [{"path": "main.o", "inputs": ["main.c"], "n-inputs": 1}]
        a = query("hello | dps")
        assert a.status == ["query-error", "done"] and \
            "query:1:9" in a["err"] and "did you mean deps?" in a["err"], a.all
        assert query("zork").status == ["query-error", "done"]
        assert c.ask(op="ronin/graph-query").status == ["query-error", "done"]
        a = c.ask(op="ronin/why", target="main.o")["why"]
        assert [r["code"] for r in a["reasons"]] == ["never-built"], a
        run = a["run"]
        assert c.ask(op="ronin/why", target="main.o", run=run)["why"] == a
        assert "why" not in c.ask(op="ronin/why", target="x").all[-1]
        a = c.ask(op="ronin/why", target="zork")
        assert a.status == ["why-error", "done"] and "zork" in a["err"], a.all
        assert c.ask(op="ronin/why", target="main.o", run=99).status[-1] == "done"
        assert c.ask(op="ronin/why").status == ["why-error", "done"]

        # Mistakes.
        for message, status in (
                ({"op": "nonsense"}, ["error", "unknown-op", "done"]),
                ({}, ["error", "unknown-op", "done"]),
                ({"op": "eval"}, ["error", "no-code", "done"]),
                ({"op": "load-file"}, ["error", "no-file", "done"]),
                ({"op": "close"}, ["error", "unknown-session", "done"]),
                ({"op": "eval", "code": "1", "session": "no"},
                 ["error", "unknown-session", "done"]),
                ({"op": "stdin", "stdin": "x", "session": "no"},
                 ["error", "unknown-session", "done"]),
                ({"op": "eval", "code": "1", "ns": "no.such"},
                 ["error", "namespace-not-found", "done"])):
            assert c.ask(**message).status == status, message
        assert c.ask(op="close", session=three).status == \
            ["session-closed", "done"]

        # Bytes that are no bencode end their connection and no other one.
        for junk in (b"hello", b"i12e", b"d1:ae", b"99999999999:", b"l" * 100):
            with socket.create_connection(("127.0.0.1", server.port)) as s:
                s.settimeout(40)
                s.sendall(junk)
                assert s.recv(100) == b"", junk
        # A message in pieces, two in one, and one that is never finished.
        whole = encode({"op": "eval", "code": "(* 6 7)", "id": "pieces"})
        for at in range(len(whole)):
            c.socket.sendall(whole[at:at + 1])
        assert c.wait("pieces").values == ["42"]
        c.socket.sendall(whole + whole.replace(b"pieces", b"secant"))
        assert c.wait("pieces").values == c.wait("secant").values == ["42"]
        other.socket.sendall(whole[:-1])

        # Who asks for much and reads nothing holds nobody up.
        with Client(server.port) as deaf:
            for _ in range(20):
                deaf.send(op="eval", code='(dotimes [i 3000] (println (range 40)))')
            assert c.eval("(+ 2 3)", session=one).values == ["5"]
        assert c.eval("(+ 2 4)", session=one).values == ["6"]
        long = "x" * 300000
        assert c.eval(f'(count "{long}")', session=one).values == ["300000"]
        a = c.eval(f'(println "{long}")', session=one)
        assert a.out == long + "\n" and a.values == ["nil"]
        # No character is cut in two, wherever the pieces of the output end.
        long = "aé€😀" * 40000
        a = c.eval(f'(println "{long}") "{long}"', session=one)
        assert a.out == long + "\n" and a.values == ["nil", f'"{long}"']
        assert len([x for x in a.all if "out" in x]) > 10
        for x in a.all:
            x.get("out", "").encode()  # Fails on what was no UTF-8.
        a = c.eval("(def *print-length* nil) (vec (range 100000))", session=one)
        assert len(a.values[1].split()) == 100000
        assert a.values[1].split()[-1] == "99999]"
    assert server.end() == 0
    assert not os.path.exists(".nrepl-port")

# ^C where it was started ends it; a second server takes another port.
with Server() as server, Server() as second:
    assert server.port != second.port
    assert server.end(signal.SIGINT) == 0
    with Client(second.port) as c:
        assert c.eval("(exit)").status == ["done"]
    assert second.process.wait(40) == 0
END

# A port that is taken, and words that are none.
STATUS=0
python3 -c '
import socket, subprocess, sys
with socket.create_server(("127.0.0.1", 0)) as s:
    sys.exit(subprocess.call(["ronin", "repl", "--nrepl", str(s.getsockname()[1])]))
' >out 2>err || STATUS=$?
assert_equal "$STATUS" 4
assert_contains "$(cat err)" 'cannot listen on port'
for words in '--nrepl x' '--nrepl 70000' '--nrepl 0' '--nrepl 1 2' 'words'; do
    # shellcheck disable=SC2086
    ronin_fails 2 repl $words
done
