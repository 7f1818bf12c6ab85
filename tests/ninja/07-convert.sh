# SPDX-License-Identifier: MIT
# Ninja files as Magma: the same graph, whatever the file says.
. "$TESTS/lib/build.sh"

# same FILE: converts it and asks whether the graphs are one. Converting checks
# that already; this looks at what is on disk.
same()
{
    ronin_ok convert "$1" -o "${1%.ninja}.magma"
    ronin_ok convert --check "$1" -o "${1%.ninja}.magma"
}

# features NAME: standard input is a ninja file; its conversion is in $text.
features()
{
    cat >"$1.ninja"
    same "$1.ninja"
    text=$(cat "$1.magma")
}

features lists <<'END'
rule r
  command = r $in $out
build a: r b | c || d |@ e
build f | g: r h
build | i: r
build j k: r l m | n o || p q
build e: r
END
assert_contains "$text" '["b" :implicit "c" :order-only "d" :validations "e"]'
assert_contains "$text" '["f" :implicit "g"]'

features variables <<'END'
flags = -O1
cc = gcc
empty =
rule cc
  command = $cc $flags $empty $undefined $extra -c $in -o $out
build a.o: cc a.c
build b.o: cc b.c
  flags = -O0
build c.o: cc c.c
  extra = $flags -DX="a b"
  flags =
build twice.o: cc c.c
  extra = first
  extra = $extra and second
flags = -O2
build d.o: cc d.c
  other = not used
END
assert_contains "$text" '(def flags "-O2")'
assert_contains "$text" ':extra " and second"'
assert_contains "$text" 'flags (:flags edge flags)'
assert_contains "$text" '(defn cc [edge]'
assert_lacks "$text" 'undefined'
assert_lacks "$text" 'not used'

# What belongs to the edge, to the rule, and to the file: ninja looks in that
# order, but in the file before the rule where an edge binds nothing.
features scopes <<'END'
description = of the file
pool p
  depth = 3
pool q
  depth = 0
generator = 1
rule r
  command = r $out $description $depfile $rspfile
  description = of the rule $out
  depfile = $out.d
  deps = gcc
  rspfile = $out.rsp
  rspfile_content = $in_newline $out
  restat = 1
rule s
  command = s $depfile
build a: r x
build b: r x
  one = 1
build c: r x
  depfile = c.d
  rspfile = other.rsp
build d: r x
  pool = q
build e: r x
  pool =
  restat =
build f: s x
  depfile = f.d
build g: s x
  command = another $in
  generator = 1
build h: s x
  deps = msvc
  msvc_deps_prefix = Note:
END
assert_contains "$text" '(pool "p" 3)'
assert_contains "$text" '(ninja/response-file'
assert_contains "$text" '(ninja/in-newline edge)'

features quoting <<'END'
ninja_required_version = 1.14
rule r
  command = echo "a\b" 'c $$d' $in $
      $out $^ next	tab
  description = $in é "
  depfile = $in$out
rule let
  command = let
rule 1.weird-name_
  command = $str$in.x ${in}.x ${a.b-c_d} $0
build a$ b: r c$:d 'e" $$f
build g: r h
build i: let
build j: 1.weird-name_ k
  str = !
  a.b-c_d = dots
  0 = zero
build ./l/../m: r .//n o/./p
END

features phony <<'END'
rule r
  command = r $in
build all: phony a b group
build group: phony a || c
build two | three: phony a
build a: r x | headers more
build b: r y || group two |@ check
build headers: phony x.h y.h nested || first
build nested: phony z.h | made || last
build made: r
build more: phony
build gone: phony
build c: r gone
build check: r b
build validated: phony a |@ check
build first: r
build last: r
build /usr/share/not/there: phony
build d: r /usr/share/not/there
default group
default all c
END
assert_contains "$text" '(group "group" ["a" "c"])'
assert_contains "$text" '(group "three" ["a"])'
assert_contains "$text" '(group "default" ["group" "all" "c"])'
assert_contains "$text" '(action :outputs ["headers"]'

# An absolute spelling is the same file, and stays as it is in the command.
features absolute <<END
rule r
  command = r \$in \$out
build $PWD/a: r $PWD/b | $PWD/c || $PWD/g
build d | $PWD/e d: r k
build ../outside: r a
build $PWD/g: phony d
build h: phony $PWD/a
build i: r h
END
assert_contains "$text" "$PWD/b"

features dyndep <<'END'
rule r
  command = r $in $out
build dd: r
build a: r b || dd
  dyndep = dd
END

# The flags of a target stand once, in front of its edges.
features shared <<'END'
rule cc
  command = cc $FLAGS $ONE $in
build a: cc x
  FLAGS = -O2 -Wall -Wextra -Wpedantic
  ONE = 1
build b: cc y
  FLAGS = -O2 -Wall -Wextra -Wpedantic
  ONE = 2
build c: cc z
  FLAGS = -O0 another target altogether
  ONE = 3
build d: cc z
  FLAGS = -O0 another target altogether
  ONE = 4
END
assert_equal "$(grep -c Wpedantic shared.magma)" 1
assert_equal "$(grep -c 'ninja/build cc' shared.magma)" 2

# Files become namespaces: an included one shares its scope, a subninja has one
# of its own, and one may be read more than once.
mkdir -p sub/deep-er 9
cat >sub/rules.ninja <<'END'
flags = of rules
rule cp
  command = cp $flags $in $out
END
cat >sub/deep-er/lib.ninja <<'END'
rule own
  command = own $name $flags
build $name.own: own $name.cp
build $name.cp: cp x
include 9/1.ninja
END
echo 'build $name.last: own' >9/1.ninja
echo '# nothing' >nothing.ninja
features files <<'END'
name = outer
include sub/rules.ninja
include nothing.ninja
build before: cp x
name = first
subninja sub/deep-er/lib.ninja
name = second
subninja sub/deep-er/lib.ninja
build after: cp first.own second.own
flags = last
END
assert_contains "$text" "(require 'files.sub.rules)"
assert_contains "$text" "(require 'files.sub.deep-er.lib-2)"
assert_contains "$(cat files/sub/deep_er/lib.magma)" "(require 'files.n9.n1)"
assert_lacks "$text" nothing.magma

# What is wrong with the file is said as when it is built.
printf 'rule r\n  command = x\nbuild a r b\n' >broken.ninja
ronin_fails 3 convert broken.ninja
assert_output 'broken.ninja:3:12: error' "expected ':'"
printf 'rule r\n  command = x \xff\nbuild a: r\n' >bytes.ninja
ronin_fails 3 convert bytes.ninja
assert_output 'bytes.ninja cannot be converted' 'not UTF-8'
ronin_fails 3 convert nowhere.ninja
assert_output 'nowhere.ninja'
ronin_fails 2 convert lists.ninja -o sub/build.magma
ronin_fails 2 convert lists.ninja shared.ninja

# Nothing that somebody wrote is replaced, unless that is asked for.
write hand.magma '(group "a" "lists.ninja")'
ronin_fails 2 convert lists.ninja -o hand.magma
assert_output 'hand.magma is there, and was not converted' --force
assert_file hand.magma '(group "a" "lists.ninja")'
ronin_fails 1 convert --check lists.ninja -o hand.magma
assert_output 'the graph of hand.magma is not that of lists.ninja' \
    'ronin convert lists.ninja -o hand.magma'
ronin_ok convert --force lists.ninja -o hand.magma
ronin_ok convert --check lists.ninja -o hand.magma
edit hand.magma 's/"b" :implicit "c"/"b" :implicit "c2"/'
ronin_fails 1 convert --check lists.ninja -o hand.magma
assert_output 'they differ at a'
