/* SPDX-License-Identifier: MIT */
/*
 * -t browse: the edges around a target as a page, served to this machine alone
 * while the tool runs. As with ninja it is Python that serves it, and each page is
 * made of what `-t query` says.
 *
 * The page is this small on purpose. It is there for those whose fingers know the
 * tool; the graph that one can look at is another thing, and not ninja's.
 * Paths are bytes and need not be text: they go through Python in the way that
 * brings back the same bytes, and are escaped where they meet the page.
 */
#include "runtime/ninja/tools.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char script[] =
    "import argparse, html, http.server, os, subprocess, sys, urllib.parse\n"
    "words = argparse.ArgumentParser(prog='ninja -t browse')\n"
    "words.add_argument('--port', '-p', type=int, default=8000)\n"
    "words.add_argument('--hostname', '-a', default='localhost')\n"
    "words.add_argument('--no-browser', action='store_true')\n"
    "words.add_argument('-f', default='build.ninja')\n"
    "words.add_argument('target', nargs='?', default='all')\n"
    "program, *rest = sys.argv[1:]\n"
    "options = words.parse_args(rest)\n"
    "def link(path, kind=''):\n"
    "    text = html.escape(path)\n"
    "    return (f'<tt><a href=\"?{urllib.parse.quote(path)}\">{text}</a>'\n"
    "            f'{kind}</tt><br>\\n')\n"
    "def page(target):\n"
    "    done = subprocess.run([program, 'ninja', '-f', options.f, '-t',\n"
    "                           'query', target], stdout=subprocess.PIPE,\n"
    "                          stderr=subprocess.PIPE)\n"
    "    if done.returncode:\n"
    "        error = done.stderr.decode('utf-8', 'surrogateescape')\n"
    "        return f'<h1><tt>{html.escape(error)}</tt></h1>'\n"
    "    text = done.stdout.decode('utf-8', 'surrogateescape')\n"
    "    body = f'<h1><tt>{html.escape(target)}</tt></h1>\\n'\n"
    "    for line in text.splitlines()[1:]:\n"
    "        if line.startswith('  input: '):\n"
    "            rule = html.escape(line[9:])\n"
    "            body += (f'<h2>target is built using rule <tt>{rule}</tt> '\n"
    "                     'of</h2>\\n')\n"
    "        elif line == '  outputs:':\n"
    "            body += '<h2>dependent edges build:</h2>\\n'\n"
    "        elif line.startswith('    || '):\n"
    "            body += link(line[7:], ' (order-only)')\n"
    "        elif line.startswith('    | '):\n"
    "            body += link(line[6:], ' (implicit)')\n"
    "        elif line.startswith('    '):\n"
    "            body += link(line[4:])\n"
    "        else:\n"
    "            body += f'<h2>{html.escape(line.strip())}</h2>\\n'\n"
    "    return body\n"
    "class Handler(http.server.BaseHTTPRequestHandler):\n"
    "    def do_GET(self):\n"
    "        query = urllib.parse.unquote(self.path.partition('?')[2])\n"
    "        if self.path == '/':\n"
    "            self.send_response(302)\n"
    "            first = urllib.parse.quote(options.target)\n"
    "            self.send_header('Location', '/?' + first)\n"
    "        elif not query:\n"
    "            self.send_response(404)\n"
    "        else:\n"
    "            self.send_response(200)\n"
    "            self.send_header('Content-Type', 'text/html; charset=utf-8')\n"
    "        self.end_headers()\n"
    "        if query:\n"
    "            text = '<!DOCTYPE html>\\n' + page(query)\n"
    "            self.wfile.write(text.encode('utf-8', 'surrogateescape'))\n"
    "    def log_message(self, *ignored):\n"
    "        pass\n"
    "server = http.server.ThreadingHTTPServer(\n"
    "    (options.hostname, options.port), Handler)\n"
    "server.daemon_threads = True\n"
    "port = server.server_address[1]\n"
    "print(f'Web server running on {options.hostname}:{port}, ctl-C to '\n"
    "      'abort...', flush=True)\n"
    "print(f'Web server pid {os.getpid()}', file=sys.stderr, flush=True)\n"
    "if not options.no_browser:\n"
    "    import webbrowser\n"
    "    webbrowser.open_new(f'http://{options.hostname}:{port}')\n"
    "try:\n"
    "    server.serve_forever()\n"
    "except KeyboardInterrupt:\n"
    "    print()\n";

int
tool_browse(const struct ninja_call *call, const struct view *view,
            struct error *err)
{
    enum { FIXED = 7 };
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
    (void)view;
    if (len < 0) {
        error_set_errno(err, ERROR_CLASS_SYSTEM, errno,
                        "cannot tell which program this is");
        return 1;
    }
    program[len] = '\0';
    int more = call->argc > 0 ? call->argc - 1 : 0;
    const char **argv = mem_alloc((size_t)more + FIXED, sizeof(*argv));
    const char *const fixed[] = {"python3", "-c", script,
                                 program,   "-f", call->file};
    memcpy(argv, fixed, sizeof(fixed));
    for (int i = 0; i < more; i++) {
        argv[FIXED - 1 + i] = call->argv[i + 1];
    }
    execvp("python3", (char **)(uintptr_t)argv);
    error_set(err, ERROR_CLASS_SYSTEM,
              errno == ENOENT ? "python3 is required for the "
                                "browse tool"
                              : "cannot start python3");
    free(argv);
    return 1;
}
