using System.CommandLine;

namespace TraderData.Cli;

/// <summary><c>completion</c>: a script that completes command lines in a shell, by asking the program itself.</summary>
internal static class CompletionCommand
{
    // Asked with what stands behind the program's name, up to the cursor.
    private const string Bash = """
        # Completes trader-data in bash. Load it now: source <(trader-data completion bash)
        _trader_data() {
            local line="${COMP_LINE:0:COMP_POINT}"
            case "$line" in *" "*) line="${line#* }" ;; *) line="" ;; esac
            local word="${COMP_WORDS[COMP_CWORD]}" candidate
            COMPREPLY=()
            while IFS= read -r candidate; do
                [[ -n "$candidate" && "$candidate" == "$word"* ]] && COMPREPLY+=("$candidate")
            done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _trader_data trader-data

        """;

    private const string Zsh = """
        #compdef trader-data
        # Completes trader-data in zsh: put it into a folder of $fpath as _trader-data.
        _trader_data() {
            local line="${(j: :)words[2,CURRENT]}"
            local -a candidates
            candidates=("${(@f)$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -a candidates || _files
        }
        compdef _trader_data trader-data

        """;

    private const string Fish = """
        # Completes trader-data in fish.
        function __trader_data
            set -l line (string replace -r '^\S+\s?' '' -- (commandline -cp))
            trader-data "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c trader-data -a '(__trader_data)'

        """;

    private const string Pwsh = """
        # Completes trader-data in PowerShell: add it to $PROFILE.
        Register-ArgumentCompleter -Native -CommandName trader-data -ScriptBlock {
            param($word, $ast, $cursor)
            $text = $ast.ToString().PadRight($cursor).Substring(0, $cursor)
            $line = if ($text.Contains(' ')) { $text.Substring($text.IndexOf(' ') + 1) } else { '' }
            trader-data "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "The shell", HelpName = "bash|zsh|fish|pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print a script that completes command lines in a shell") { shell };
        command.SetAction(async (parsed, _) =>
        {
            var script = parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => Pwsh };
            await Console.Out.WriteAsync(script).ConfigureAwait(false);
            return ExitCode.Ok;
        });
        return command;
    }
}
