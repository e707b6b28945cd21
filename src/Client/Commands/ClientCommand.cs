using System.CommandLine;
using System.CommandLine.Invocation;
using Cluster.Silo.Commands;

namespace Cluster.Client.Commands;

/// <summary>The remote half of the command line: its verbs, and what happens to a line that is none of them.</summary>
internal static class ClientCommand
{
    // Long enough to say how an interrupted command can be taken up.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(5);

    private static readonly ParserConfiguration Grammar = new() { ResponseFileTokenReplacer = null };

    public static RootCommand Create(ClientContext context)
    {
        var root = new RootCommand(CommandHelp.Describe(
            "Drives a cluster over gRPC: submits jobs, follows them, fetches what they found.",
            "submit --model net.onnx --data folder:calib --eval folder:val,labels=val.csv --watch",
            "watch jobs/ID",
            "fetch jobs/ID -o OUT"))
        {
            SubmitCommand.Create(context),
            WatchCommand.Create(context),
            ListCommand.Create(context),
            ShowCommand.Create(context),
            CandidatesCommand.Create(context),
            CancelCommand.Create(context),
            PauseCommand.Create(context),
            ResumeCommand.Create(context),
            DeleteCommand.Create(context),
            FetchCommand.Create(context),
            NodesCommand.Create(context),
        };
        CommandHelp.Install(root);
        return root;
    }

    /// <summary>Parses and runs a command line; the exit code is one of <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args, ClientContext context, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        var parsed = Create(context).Parse(args.Length == 0 ? ["--help"] : args, Grammar);
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync($"cluster: {Problem(parsed)}");
            await error.WriteLineAsync($"Try './cluster {(parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ")}--help'.");
            return ExitCode.Usage;
        }

        int code = await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = EndingTime },
            cancellation);
        return args.Length == 0 ? ExitCode.Usage : code;
    }

    private static string Problem(ParseResult parsed) => parsed is { CommandResult.Command: RootCommand root, UnmatchedTokens: [var word, ..] }
        ? $"There is no remote command '{word}'; remote commands are {string.Join(", ", root.Subcommands.Select(command => command.Name))}."
        : string.Join(' ', parsed.Errors.Select(problem => problem.Message).Distinct(StringComparer.Ordinal));
}
