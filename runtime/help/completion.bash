# Completion of ronin for bash: eval "$(ronin completion bash)"
_ronin()
{
    local line cut word kind=
    # Bash splits words at ':' and '=' and replaces only what is behind them.
    cut=${COMP_WORDS[COMP_CWORD]}
    line=${COMP_LINE:0:COMP_POINT}
    word=${line##*[[:space:]]}
    cut=${word%"$cut"}
    [[ ${COMP_WORDS[COMP_CWORD]} == [:=] ]] && cut=$word
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        case $word in
            :files) kind=-f ;;
            :folders) kind=-d ;;
            *)
                [[ $word == */ ]] && compopt -o nospace 2>/dev/null
                word=${word#"$cut"}
                # No subshell: there may be thousands of them.
                printf -v word '%q' "$word"
                COMPREPLY+=("$word")
                ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete --line "$line" 2>/dev/null)
    if [[ -n $kind ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen "$kind" -- "${COMP_WORDS[COMP_CWORD]}")
    fi
}
complete -F _ronin ronin
