using System.CommandLine;

namespace Cluster.Bench.Reproductions;

/// <summary>`bench reproduce`: experiments of published texts, from data to a table.</summary>
internal static class ReproduceCommand
{
    public static Command Create() => new(
        "reproduce",
        "Repeat an experiment of a published text with this program, and print its figures.")
    {
        ReproduceMnistCommand.Create(), ReproducePaddleCommand.Create(), ReproduceVitisCommand.Create(),
    };
}
