using System.CommandLine;
using Cluster.Terminal;

namespace Cluster.Silo.Commands;

/// <summary>The server's program: a silo, the child process that it starts for each device slot, and a gateway.</summary>
internal static class SiloVerbs
{
    // Jobs continue elsewhere or after a restart; this is for records that are being written.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(30);

    public static RootCommand Create()
    {
        var root = new RootCommand(CommandHelp.Describe(
            "Runs a member of a cluster, which answers clients, coordinates jobs and evaluates candidates.",
            "silo --data-dir ~/cluster-data --devices cpu:2"))
        {
            SiloCommand.Create(),
            GatewayCommand.Create(),
            EvaluateCommand.Create(),
        };
        CommandHelp.Install(root);
        return root;
    }

    /// <summary>Parses and runs a command line; the exit code is one of <see cref="ExitCode"/>.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = Create();
        return CommandRunner.RunAsync(
            root,
            args,
            word => $"There is no command '{word}' of the server's program; commands are {CommandRunner.NamesOf(root)}.",
            EndingTime,
            output,
            error);
    }
}
