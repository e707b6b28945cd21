using System.CommandLine;
using Cluster.Terminal;

namespace Cluster.Silo.Commands;

/// <summary>Options that a silo and a gateway share, in the same words.</summary>
internal sealed class ServerOptions
{
    private const string Local = "localhost";
    private const string Database = "postgres:";

    public Option<string> Listen { get; } = new("--listen")
    {
        Description = "address and port of the services",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => "127.0.0.1:5180"
    };

    public Option<string> ClusterId { get; } = new("--cluster-id")
    {
        Description = "name of the cluster, the same for all its silos",
        HelpName = "NAME",
        DefaultValueFactory = _ => "cluster"
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "file of the token that callers must send",
        HelpName = "FILE"
    };

    public Option<int> MaxCalls { get; } = new("--max-calls")
    {
        Description = "calls that one address may begin in a second, five times as many at once; 0 for any number",
        HelpName = "N",
        DefaultValueFactory = _ => 200
    };

    public Option<double> MaxArtefact { get; } = new("--max-artefact-size")
    {
        Description = "largest upload, in GiB",
        HelpName = "GIB",
        DefaultValueFactory = _ => 2
    };

    /// <summary>The database that is named, or null for a cluster of one.</summary>
    /// <exception cref="UsageException">Neither is named.</exception>
    // Every user of the machine can read a password on the command line, so the environment may hold it.
    public static string? DatabaseOf(string clustering) => clustering switch
    {
        Local => null,
        Database + "-" => Environment.GetEnvironmentVariable("CLUSTER_DATABASE") is { Length: > 0 } connection
            ? connection
            : throw new UsageException(
                "--clustering postgres:- reads the connection from CLUSTER_DATABASE, which is not set: set it in Npgsql's form, "
                + "such as Host=db;Database=cluster;Username=cluster;Password=…."),
        _ when clustering.StartsWith(Database, StringComparison.Ordinal) && clustering.Length > Database.Length =>
            clustering[Database.Length..],
        _ => throw new UsageException($"--clustering is '{clustering}' where localhost or postgres:CONNECTION is expected."),
    };
}
