using System.CommandLine;
using Cluster.Silo.Api.Access;
using Cluster.Terminal;

namespace Cluster.Silo.Commands;

/// <summary>How much one tenant may have, as options.</summary>
internal sealed class QuotaOptions
{
    public Option<int> Running { get; } = Number(
        "--tenant-candidates",
        "candidates of one tenant under way, or jobs without any yet, with which it may submit no further job; 0 for any number");

    public Option<double> Stored { get; } = new("--tenant-storage")
    {
        Description = "uploads of one tenant that are kept, in GiB; 0 for any",
        HelpName = "GIB",
    };

    public Option<int> Streams { get; } = Number(
        "--tenant-streams", "uploads, downloads and watched jobs of one tenant at once, on each server; 0 for any number");

    public Option<int> Nodes { get; } = Number("--max-graph-nodes", "nodes of the largest graph that a job may have; 0 for any number");

    /// <exception cref="UsageException">A number is less than 0.</exception>
    public Quotas Of(ParseResult parsed) => new()
    {
        RunningCandidates = NotNegative(parsed, Running),
        StoredBytes = (long)(parsed.GetValue(Stored) is var gib and >= 0 ? gib * (1L << 30) : throw Negative(Stored.Name)),
        Streams = NotNegative(parsed, Streams),
        GraphNodes = NotNegative(parsed, Nodes),
    };

    private static int NotNegative(ParseResult parsed, Option<int> option) =>
        parsed.GetValue(option) is var number and >= 0 ? number : throw Negative(option.Name);

    private static UsageException Negative(string option) =>
        new($"{option} is less than 0 where a limit is expected, or 0 for none: correct it.");

    private static Option<int> Number(string name, string description) => new(name) { Description = description, HelpName = "N" };
}
