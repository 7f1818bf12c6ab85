# SPDX-License-Identifier: MIT
# The three expressions of the first document, as they stand there.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

write_project
ronin_ok

asks './src/hello_world | deps | inputs "*.c++" | emit commands' <<'END'
./compile obj/my_lib.o src/my_lib.c++ src/my_lib.h
./compile obj/z.o lib/z.c++ lib/z.h
END

asks 'emit(commands, inputs(".*cpp", deps(./src/hello_world)))' <<'END'
./compile obj/main.o src/main.cpp src/my_lib.h src/config.h
END

asks 'glob "src/**" | except subquery(glob("src/package/**") | executable)' <<'END'
src/main.cpp
src/my_lib.c++
src/my_lib.h
src/config.h
src/hello_world
END
