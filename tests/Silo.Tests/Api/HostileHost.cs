using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>A server of two tenants: Ann has a job there, which others attack.</summary>
public sealed class HostileHost : IAsyncLifetime
{
    private ApiHost? _host;
    private Job? _theirs;

    internal ApiHost Host => _host!;

    internal Job Theirs => _theirs!;

    public async ValueTask InitializeAsync()
    {
        _host = await Tenants.StartAsync();
        var job = await Tenants.CreateAsync(_host, Tenants.Ann, [9, 9]);

        // Once it is over, nothing of it changes by itself.
        await _host.WatchAsync(job.Name, headers: Tenants.Headers(Tenants.Ann));
        _theirs = await _host.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name }, Tenants.Headers(Tenants.Ann));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>What is stored, without what is being sent.</summary>
    internal string[] Files() =>
        [.. Directory.GetFiles(Host.ArtefactFolder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file)[0] != '.')];

    internal async Task DownloadAsync(string name, long offset)
    {
        using var call = Host.Files.DownloadArtefact(
            new DownloadArtefactRequest { Name = name, Offset = offset }, Tenants.Headers(Tenants.Ben));
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            // To its end.
        }
    }
}
