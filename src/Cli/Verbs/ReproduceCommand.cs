using System.CommandLine;
using Cluster.Terminal;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster reproduce`: experiments from published texts, from data to a table.</summary>
internal static class ReproduceCommand
{
    public static Command Create() => new("reproduce", CommandHelp.Describe(
        "Repeat an experiment of a published text with this program, and print its figures. Where its data are not on this machine, "
        + "it says so and does nothing.",
        "reproduce mnist",
        "reproduce nvidia",
        "reproduce paddle",
        "reproduce pytorch",
        "reproduce vitis"))
    {
        ReproduceMnistCommand.Create(), ReproduceNvidiaCommand.Create(), ReproducePaddleCommand.Create(),
        ReproducePytorchCommand.Create(), ReproduceVitisCommand.Create(),
    };
}
