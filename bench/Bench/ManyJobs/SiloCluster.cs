using Cluster.Harness;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Cluster.Bench.ManyJobs;

/// <summary>One silo on a folder, or several on a PostgreSQL of their own.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly PostgresServer? _database;
    private readonly AloneSilo[] _silos;

    private SiloCluster(PostgresServer? database, AloneSilo[] silos) => (_database, _silos) = (database, silos);

    /// <param name="count">How many silos.</param>
    /// <param name="folder">Receives what they keep.</param>
    /// <param name="options">Of each one's command line, besides.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="usesDatabase">Whether one silo alone has a database, too.</param>
    public static async Task<SiloCluster> StartAsync(
        int count, string folder, string[] options, CancellationToken cancellation, bool usesDatabase = false)
    {
        if (count == 1 && !usesDatabase)
        {
#pragma warning disable CA2000 // Disposed of with the cluster.
            var alone = new AloneSilo(Path.Combine(folder, "data"), options);
#pragma warning restore CA2000
            await alone.StartAsync(cancellation);
            return new SiloCluster(null, [alone]);
        }

        var database = await PostgresServer.StartAsync(cancellation);
        Environment.SetEnvironmentVariable("CLUSTER_DATABASE", await database.CreateDatabaseAsync(cancellation));
        AloneSilo[] silos =
        [
            .. Enumerable.Range(1, count).Select(number => new AloneSilo(
                Path.Combine(folder, $"silo{number}"),
                [
                    "--artefacts", Path.Combine(folder, "artefacts"), "--clustering", "postgres:-",
                    "--silo-port", $"{FreePort.Next()}", "--gateway-port", $"{FreePort.Next()}", .. options,
                ])),
        ];
        await Task.WhenAll(silos.Select(silo => silo.StartAsync(cancellation)));
        return new SiloCluster(database, silos);
    }

    /// <summary>A client that tries again, as those of the product do: silos that have just started do not know each other yet.</summary>
    public GrpcChannel Connect() => _silos[0].Connect(new GrpcChannelOptions
    {
        ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 5,
                        InitialBackoff = TimeSpan.FromSeconds(1),
                        MaxBackoff = TimeSpan.FromSeconds(5),
                        BackoffMultiplier = 2,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        },
    });

    /// <summary>Resident megabytes of each.</summary>
    public string Megabytes() => string.Join(", ", _silos.Select(silo => silo.Resident() >> 20));

    public async ValueTask DisposeAsync()
    {
        Array.ForEach(_silos, silo => silo.Dispose());
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
