/* SPDX-License-Identifier: MIT */
/* `ronin completion`: the script that teaches a shell to complete. */
#include "runtime/cli/command.h"
#include "runtime/help/texts.h"

#include <string.h>

static int
print_script(const char *shell)
{
    char file[80];
    struct help_text script;
    snprintf(file, sizeof(file), "runtime/help/completion.%.20s", shell);
    if (!help_file(file, &script)) {
        char what[100];
        snprintf(what, sizeof(what), "there is no completion for %.40s", shell);
        return options_usage(&command_completion, what,
                             "it is there for bash, fish and zsh");
    }
    fwrite(script.text.bytes, 1, script.text.len, stdout);
    return 0;
}

static int
run(int argc, char **argv)
{
    struct options o;
    options_init(&o, &command_completion, argc, argv);
    int id = options_next(&o);
    options_finish(&o);
    if (id == OPTION_STOP) {
        return o.status;
    }
    if (o.word_count != 1) {
        return options_usage(&command_completion, "one shell is to be named",
                             "it is there for bash, fish and zsh");
    }
    return print_script(o.words[0]);
}

const struct command command_completion = {
    .name = "completion",
    .args = "bash|fish|zsh",
    .summary = "Print what makes a shell complete verbs, options and targets.",
    .usage = "In the shell's own file of settings:\n\n"
             "  bash   eval \"$(ronin completion bash)\"\n"
             "  zsh    eval \"$(ronin completion zsh)\"      behind compinit\n"
             "  fish   ronin completion fish | source",
    .run = run,
};
