# SPDX-License-Identifier: MIT
# Helpers of the scenarios about queries, and a project to ask about.

# asks QUERY [OPTION...]: the answer must be what standard input says.
asks()
{
    _query=$1
    shift
    cat >expected.txt
    ronin query "$@" "$_query" >answer.txt 2>answer.err </dev/null ||
        { cat answer.err; fail "query failed: $_query"; }
    diff -u expected.txt answer.txt || fail "another answer to: $_query"
}

# asks_wrong QUERY TEXT...: it must fail as a mistake, saying all of the texts.
asks_wrong()
{
    _query=$1
    shift
    _status=0
    ronin query "$_query" >answer.txt 2>answer.err </dev/null || _status=$?
    [ $_status -eq 2 ] || { cat answer.err; fail "not refused: $_query"; }
    for _text in "$@"; do
        grep -qF -- "$_text" answer.err ||
            { cat answer.err; fail "not said: $_text"; }
    done
}

# notes TEXT: the last answer came with this note.
notes()
{
    grep -qF -- "$1" answer.err || { cat answer.err; fail "no note: $1"; }
}

# A small project in C++ whose compiler is a script: a program of two objects, a
# library, a header that is generated, tests, and something nobody builds.
write_project()
{
    mkdir -p src/package lib test
    write compile <<'END'
#!/bin/sh
# compile OUT IN HEADER...: writes OUT, and its depfile with the headers.
out=$1; in=$2; shift 2
cat "$in" >"$out"
echo "$out: $in $*" >"$out.d"
END
    write link <<'END'
#!/bin/sh
out=$1; shift
cat "$@" >"$out"
chmod +x "$out"
END
    chmod +x compile link
    write src/my_lib.h '// my_lib'
    write src/my_lib.c++ 'int lib;'
    write src/main.cpp 'int main;'
    write lib/z.c++ 'int z;'
    write lib/z.h '// z'
    write test/check.cpp 'int check;'
    write src/package/tool '#!/bin/sh'
    write src/package/data 'x'
    chmod +x src/package/tool
    write src/unused.cpp 'int unused;'
    write build.ninja <<'END'
rule cxx
  command = ./compile $out $in $headers
  depfile = $out.d
rule link
  command = ./link $out $in
rule gen
  command = echo '// config' > $out
build src/config.h: gen
build obj/main.o: cxx src/main.cpp | compile || src/config.h
  headers = src/my_lib.h src/config.h
build obj/my_lib.o: cxx src/my_lib.c++ | compile
  headers = src/my_lib.h
build obj/z.o: cxx lib/z.c++ | compile
  headers = lib/z.h
build obj/check.o: cxx test/check.cpp | compile
  headers = src/my_lib.h
build src/hello_world: link obj/main.o obj/my_lib.o obj/z.o | src/package/tool
build test/check: link obj/check.o obj/my_lib.o
build tests: phony test/check
build all: phony src/hello_world tests
default all
END
}
