namespace Cluster.Client.Commands;

/// <summary>The remote half of the command line: its verbs, and the error for anything else.</summary>
internal static class ClientCommand
{
    // Long enough to print how to continue after an interruption.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(5);

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
            LabelCommand.Create(context),
            JobCommands.Cancel(context),
            JobCommands.Pause(context),
            JobCommands.Resume(context),
            JobCommands.Delete(context),
            ProveCommand.Create(context),
            CollectCommand.Create(context),
            FetchCommand.Create(context),
            NodeCommands.List(context),
            NodeCommands.Cordon(context),
            NodeCommands.Uncordon(context),
            NodeCommands.Drain(context),
        };
        DataRootOption.Install(root);
        CommandHelp.Install(root);
        return root;
    }

    /// <summary>Parses and runs a command line; the exit code is one of <see cref="ExitCode"/>.</summary>
    public static Task<int> RunAsync(
        string[] args, ClientContext context, TextWriter output, TextWriter error, CancellationToken cancellation = default) =>
        CommandRunner.RunAsync(Create(context), args, EndingTime, output, error, cancellation);
}
