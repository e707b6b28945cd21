using System.CommandLine;
using Cluster.Terminal;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster reproduce`: experiments of published texts, from data to a table.</summary>
internal static class ReproduceCommand
{
    public static Command Create() => new("reproduce", CommandHelp.Describe(
        "Repeat an experiment of a published text with this program, and print its figures. Where its data are not on this machine, "
        + "it says so and does nothing.",
        "reproduce mnist",
        "reproduce paddle",
        "reproduce pytorch",
        "reproduce vitis"))
    {
        ReproduceMnistCommand.Create(), ReproducePaddleCommand.Create(), ReproducePytorchCommand.Create(),
        ReproduceVitisCommand.Create(),
    };

    /// <summary>A file or folder of the shared data; null where it is not there.</summary>
    public static string? Usual(params string[] parts) =>
        SharedFolder.Find() is { } shared && Path.Combine([shared, .. parts]) is var path && Path.Exists(path) ? path : null;

    /// <summary>Says that neither data were named nor shared data are here.</summary>
    public static async Task<int> NothingAsync(TextWriter error)
    {
        await error.WriteLineAsync(
            "cluster: there is no shared/data beside this checkout, so nothing was done; name the data (--help says how).");
        return ExitCode.Done;
    }

    public static Option<string> Output() => new("--output", "-o")
    {
        Description = "folder for the networks; what is there is replaced",
        HelpName = "DIR",
        DefaultValueFactory = _ => "reproduce-out",
    };
}
