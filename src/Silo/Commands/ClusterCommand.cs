using System.CommandLine;
using System.CommandLine.Invocation;
using Cluster.Silo.Samples;

namespace Cluster.Silo.Commands;

/// <summary>The command line as a whole: its verbs, and what happens to a line that is none of them.</summary>
internal static class ClusterCommand
{
    // An interrupted command ends its image batch and its journal line first; this is how long it may take over that.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(30);

    private static readonly ParserConfiguration Grammar = new() { ResponseFileTokenReplacer = null };

    public static RootCommand Create()
    {
        var root = new RootCommand(CommandHelp.Describe(
            "Finds, for an FP32 ONNX network, the fastest mixed-precision INT8 quantization that is accurate enough, measured on the file it writes.",
            "demo",
            "run --model net.onnx --data folder:calib --eval folder:val,labels=val.csv --max-drop 0.5% -o OUT",
            "quantize --model net.onnx --method kl --data folder:calib -o net.qdq.onnx",
            "inspect net.onnx",
            "doctor"))
        {
            RunCommand.Create(),
            DemoCommand.Create(),
            QuantizeCommand.Create(),
            FineTuneCommand.Create(),
            SensitivityCommand.Create(),
            InspectCommand.Create(),
            SiloCommand.Create(),
            DoctorCommand.Create(),
            EvaluateCommand.Create(),
            SampleCommands.Create(),
        };
        CommandHelp.Install(root, RemoteVerbs.Help());
        return root;
    }

    /// <summary>Parses and runs a command line; the exit code is one of <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(args.Length == 0 ? ["--help"] : args, Grammar);
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync($"cluster: {Problem(parsed)}");
            await error.WriteLineAsync($"Try './cluster {string.Concat(Verb(parsed))}--help'.");
            return ExitCode.Usage;
        }

        int code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = EndingTime,
        });
        return args.Length == 0 ? ExitCode.Usage : code;
    }

    private static string Problem(ParseResult parsed) => parsed is { CommandResult.Command: RootCommand root, UnmatchedTokens: [var word, ..] }
        ? RemoteVerbs.Contains(word) ? $"'{word}' is a remote command, which another program runs; type ./cluster {word}."
        : $"There is no command '{word}'; commands are {string.Join(", ", root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name))}."
        : string.Join(' ', parsed.Errors.Select(problem => problem.Message).Distinct(StringComparer.Ordinal));

    private static string Verb(ParseResult parsed) => parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";
}
