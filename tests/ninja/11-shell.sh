# SPDX-License-Identifier: MIT
# What is executed directly means what it means to the shell: each line of the
# table runs in both, here and in ninja, which gives all of them to /bin/sh -c.
# The first word tells which way it goes.
. "$TESTS/lib/build.sh"

command -v ninja >/dev/null || exit 77
mkdir bin one two
ln -s "$RONIN" bin/ninja
cat >args <<'END'
#!/bin/sh
printf '<%s>' "$0" "$@"
printf '\n'
END
chmod +x args
cp args one
cp args two

cat >table <<'END'
direct ./args plain words
direct ./args   many    blanks   
direct ./args	tabs	between	
direct './args' quoted program
direct "./args" "quoted program"
direct ./ar''gs empty inside
direct ./args '' "" ''""
direct ./args '' x '' 
direct ./args 'single "double" inside'
direct ./args "double 'single' inside"
direct ./args 'a'b"c"d'e'
direct ./args 'back\slash' "back\slash" back\\slash
direct ./args "escapes \" \\ \$ \` \a \n"
direct ./args \a\ b \' \" \\ \$ \; \& \| \< \> \( \) \* \? \[ \# \~ \=
direct ./args end\ 
direct ./args '$HOME' "\$HOME" \$HOME
direct ./args '`date`' '$(date)' "\`date\`"
direct ./args '*' "?" \* '[ab]' '{a,b}' "{a,b}"
direct ./args '~' "~" \~ x~ a~b '~root'
direct ./args a#b '#' "#" \#x x#
direct ./args -DX=1 --prefix=/usr a=b =x x=
direct ./args -DX=\"a\ b\" '-DY="c d"'
direct ./args a@b %c +d ^e ,f ]g :i _j .k /l
direct ./args 'a;b' "c&d" 'e|f' '<g>' '(h)' "i && j"
direct ./args ä 'ö ü' "ß" 日本語 e\é
direct ./args -- - -n -e
direct ./args 'newline is $in_newline only'
direct : && ./args neutral && :
direct true && ./args neutral && true
sh ./args one && ./args two
sh ./args one || ./args two
sh ./args one ; ./args two
sh ./args one; exit 0
sh ./args one | cat
sh ./args one & wait
sh (./args sub shell)
sh { ./args group; }
sh ! ./args not || :
sh ./args >out.txt out && cat out.txt
sh ./args >>out.txt more; cat out.txt
sh ./args x 2>&1
sh cat <out.txt
sh ./args $HOME_IS_NOT_SET "$X" ${X:-default} $((1 + 2)) $(echo sub) `echo sub`
sh ./args *rg* a?gs [a]rgs "$X"*rgs
sh ./args {a,b}
sh ./args }h
sh ./args ~/x
sh ./args --x=~/y
sh ./args a:~/x
sh ./args # a comment
sh ./args x # 'not closed
sh X=1 ./args assigned
sh X=1 Y=2 env | grep -c '^[XY]='
sh cd / && pwd
sh echo 'back\\slash' -n
sh printf '%s\n' a b
sh test -e args
sh [ -e args ]
sh exec ./args replaced
sh . ./args
sh eval './args evaluated'
sh if true; then ./args yes; fi
sh for i in a b; do ./args $i; done
sh case x in x) ./args case;; esac
sh while false; do :; done
sh export X=1; ./args "$X"
sh set -- a b; ./args "$@"
sh umask
sh type cd
sh pwd
sh true
sh false
sh exit 7
sh ./args 'not closed
sh ./args "not closed
sh ./args ends\
sh nosuchfunction() { :; }
sh ulimit -n >/dev/null
sh read x
sh kill -l >/dev/null
sh trap '' INT; ./args trapped
sh unset X; ./args "$X"
sh '' empty program
direct /bin/nosuchprogram x
direct nosuchprogram
direct ./table is no program
sh -c is an option of the shell
sh +x as well
direct : && -x is none
direct '-x' "is none"
sh %1 is a job to bash
sh bind compgen
sh disown x
sh readarray x
sh ]] closes
direct /usr/bin/printf x
END

n=0
echo 'rule r
  command = $line' >one/build.ninja
while IFS= read -r line; do
    n=$((n + 1))
    text=${line#* }
    printf 'build %03d: r\n  line = %s\n' "$n" "${text//$/\$\$}" \
        >>one/build.ninja
done <table
sed -i 's/\$\$in_newline/$in_newline/' one/build.ninja
cp one/build.ninja two
cp table one
cp table two

# run FOLDER PROGRAM: all of it, one after the other; what differs on purpose is
# made alike: the total, how failures are worded.
run()
{
    (cd "$1" && "$2" -j1 -k0 2>&1 </dev/null || true) |
        sed "s|/$1\$|/FOLDER|" | sed 's/^\[[0-9]*\/[0-9]*\] //; s/^FAILED: \[code=[0-9]*\] /FAILED: /' |
        grep -v '^ninja: '
}
run one ninja >out.one
run two "$PWD/bin/ninja" >out.two
diff out.one out.two || fail 'the shell says otherwise'
[ "$(wc -l <out.one)" -gt 130 ] || fail 'few of them ran'

# Which way each went.
n=0
while IFS= read -r line; do
    n=$((n + 1))
    OUTPUT=$(cd two && ronin cmd "$(printf %03d $n)")
    way=direct
    case $OUTPUT in
    /bin/sh\ -c*) way=sh ;;
    esac
    assert_equal "$way ${line#* }" "$line"
done <table
