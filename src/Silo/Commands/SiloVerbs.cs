namespace Cluster.Silo.Commands;

/// <summary>The server's program: a silo, the child process that it starts for each device slot, and a gateway.</summary>
internal static class SiloVerbs
{
    // The promise of a drain has one clock, the silo's own; this only lets it write its last line.
    private static readonly TimeSpan EndingTime = new SiloOptions().StopLimit + TimeSpan.FromSeconds(5);

    private static RootCommand Create(BenchMaker bench, Func<SiloOptions, SiloOptions> set)
    {
        var root = new RootCommand(CommandHelp.Describe(
            "Runs a member of a cluster, which answers clients, coordinates jobs and evaluates candidates.",
            "silo --data-dir ~/cluster-data --devices cpu:2"))
        {
            SiloCommand.Create(set),
            GatewayCommand.Create(),
            EvaluateCommand.Create(bench),
        };
        CommandHelp.Install(root);
        return root;
    }

    /// <summary>Parses and runs a command line; the exit code is one of <see cref="ExitCode"/>.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="bench">Makes what does a child's work; null: the product's own.</param>
    /// <param name="set">Sets a silo's options that the command line has not.</param>
    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, BenchMaker? bench = null, Func<SiloOptions, SiloOptions>? set = null) =>
        CommandRunner.RunAsync(
            Create(bench ?? ((folders, memory, slot) => new Workbench(folders, memory, slot)), set ?? (options => options)),
            args,
            EndingTime,
            output,
            error);
}
