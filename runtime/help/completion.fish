# Completion of ronin for fish: ronin completion fish | source
function __ronin_complete
    set -l line (commandline -opc) (commandline -ct)
    for candidate in ($line[1] __complete $line 2>/dev/null)
        switch $candidate
            case :files
                __fish_complete_path (commandline -ct)
            case :folders
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $candidate
        end
    end
end
complete -c ronin -f -a '(__ronin_complete)'
