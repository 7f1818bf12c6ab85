# SPDX-License-Identifier: MIT
# :stdin :stdout :stderr :dir :env of commands, and what a command sees.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["file"] :inputs {:ifchanged ["in"]}
        :rule {:command ["tr" "a-z" "A-Z"] :stdin "in" :stdout "file"})
(action :outputs ["chain"] :inputs {:ifchanged ["in"]}
        :rule [{:command ["cat"] :stdin "in" :stdout :string}
               {:transformer str/trim}
               {:command ["sh" "-c" "cat; echo ."] :stdin :string :stdout "chain"}])
(action :outputs ["o" "e"]
        :rule {:command ["sh" "-c" "echo out; echo err >&2"] :stdout "o" :stderr "e"})
(action :outputs ["err-string"]
        :rule [{:command ["sh" "-c" "echo out; printf err >&2"] :stderr :string}
               {:write "err-string"}])
(action :outputs ["one"]
        :rule {:command ["sh" "-c" "echo a; echo b >&2; echo c"] :stdout "one" :stderr "one"})
(action :outputs ["sub/dir"] :rule {:command ["sh" "-c" "basename $PWD >dir"] :dir "sub"})
(action :outputs ["env"]
        :rule {:command ["sh" "-c" "echo $A:$B:$C >env"] :env {"A" "a b" "B" 7}})
(action :outputs ["closed"] :rule {:command ["sh" "-c" "cat >closed; ls /proc/self/fd | wc -l >>closed"]})
(action :outputs ["words"] :inputs {:ifwritten ["in"]}
        :rule (fn [v] {:command ["printf" "<%s>" [(:in v) nil ["b" [3]] "" "$HOME"] "*"] :stdout "words"}))
(action :outputs ["x/y/deep"] :rule {:command ["touch" "x/y/deep"]})
(action :outputs ["large"]
        :rule [{:command ["head" "-c" "3000000" "/dev/zero"] :stdout :string}
               {:transformer count} {:transformer str} {:write "large"}])
END
mkdir sub
write in some text
export B=outer C=outer
ronin_ok -k0
assert_file file $'SOME\nTEXT'
assert_file chain $'some\ntext.'
assert_file o out
assert_file e err
assert_file err-string err
assert_contains "$(cat one)" a
assert_contains "$(cat one)" b
assert_contains "$(cat one)" c
assert_file sub/dir sub
assert_file env 'a b:7:'
assert_file closed 4
assert_file words '<in><b><3><><$HOME><*>'
assert_file large 3000000
assert_output out
ronin_ok
assert_ran

# Each of them is part of what decides.
edit build.magma 's/"a b"/"other"/'
ronin_ok
assert_ran env
assert_file env 'other:7:'
edit build.magma 's/"B" 7/"B" 8/; s/tr" "a-z" "A-Z/tr" "a-z" "b-z/'
run_ronin
assert_ran env file
edit build.magma 's/:dir "sub"/:dir "."/; s/basename $PWD >dir/echo x >sub\/dir/'
ronin_ok
assert_ran sub/dir

# A chain stops at the first step that fails, and what it wrote is gone.
write build.magma <<'END'
(action :outputs ["p" "q"]
        :rule [{:command ["sh" "-c" "echo 1 >p; echo first"]}
               {:write "q" :value "text"}
               {:command ["sh" "-c" "echo second; exit 4"]}
               {:command ["touch" "never"]}])
END
ronin_fails 1
assert_output 'exit 4' first second
assert_absent p q never
write build.magma <<'END'
(action :outputs ["p"]
        :rule [{:command ["false"] :stdout :string}
               {:transformer (fn [s] (str "got " s))}
               {:write "p"}])
END
ronin_fails 1
assert_absent p

# A fast end of the reader is no error of ours.
write build.magma <<'END'
(action :outputs ["head"]
        :rule [{:transformer (fn [_] (apply str (repeat 1000000 "line\n")))}
               {:command ["head" "-n" "1"] :stdin :string :stdout "head"}])
END
ronin_ok
assert_file head line
