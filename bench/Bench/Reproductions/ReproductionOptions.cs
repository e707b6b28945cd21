using System.CommandLine;

namespace Cluster.Bench.Reproductions;

/// <summary>What the commands of `bench reproduce` have in common.</summary>
internal static class ReproductionOptions
{
    public static Option<string> Output() => new("--output", "-o")
    {
        Description = "folder for the networks; what is there is replaced",
        HelpName = "DIR",
        DefaultValueFactory = _ => "reproduce-out",
    };
}
