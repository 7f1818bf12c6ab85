# SPDX-License-Identifier: MIT
# The configuration: whose setting counts, where the user's is, and what cannot be read.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :name "say" :inputs :always
  :rule {:command ["sh" "-c" "test -t 1 && echo terminal || echo pipe"]})
END
export HOME=$PWD/home
mkdir -p home/.config/ronin config/ronin

# says WORD: what the command prints to.
says()
{
    ronin_ok --quiet
    assert_equal "$OUTPUT" "$1"
}

export XDG_CONFIG_HOME=
says pipe
echo 'build.pty = on' >home/.config/ronin/ronin.conf
says terminal
XDG_CONFIG_HOME=$PWD/config
says pipe
# A path that is not absolute means nothing.
XDG_CONFIG_HOME=config
says terminal

# The project's counts, and the last of each file.
echo 'build.pty = off' >ronin.conf
says pipe
printf 'build.pty = off\n# twice\n build.pty=on \r\n' >ronin.conf
says terminal

# What is there and cannot be read is no build file that is wrong.
rm ronin.conf
mkdir ronin.conf
ronin_fails 2
assert_output 'ronin.conf'
rmdir ronin.conf
echo 'build.ptty = on' >home/.config/ronin/ronin.conf
ronin_fails 2
assert_output "$HOME/.config/ronin/ronin.conf:1:1: error" 'no setting is called build.ptty'
