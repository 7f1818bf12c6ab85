#compdef ronin
# Completion of ronin for zsh: eval "$(ronin completion zsh)", behind compinit,
# or this text as _ronin in a folder of fpath.
_ronin()
{
    local line word help
    local -a folders plain candidates shown
    for line in ${(f)"$("${words[1]}" __complete "${(@Q)words[1,CURRENT]}" 2>/dev/null)"}; do
        word=${line%%$'\t'*}
        help=${line#"$word"}
        help=${help#$'\t'}
        if [[ $word == :files ]]; then
            _files && return
        elif [[ $word == :folders ]]; then
            _files -/ && return
        elif [[ $word == */ ]]; then
            folders+=("$word")
        elif [[ -n $help ]]; then
            candidates+=("$word")
            shown+=("$word  -- $help")
        else
            plain+=("$word")
        fi
    done
    (( $#candidates )) && compadd -l -d shown -a candidates
    (( $#plain )) && compadd -a plain
    (( $#folders )) && compadd -S '' -a folders
    return 0
}
if [[ ${funcstack[1]} == _ronin ]]; then
    _ronin "$@"
else
    compdef _ronin ronin
fi
