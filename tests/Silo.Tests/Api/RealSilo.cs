using Cluster.Contract.V1;
using Cluster.Evaluation.Nodes.Data;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Cluster.Silo.Tests.Api;

/// <summary>A silo as the command starts it, in this process, with children of its own.</summary>
internal sealed class RealSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RealSilo(WebApplication app)
    {
        _app = app;
        Channel = GrpcChannel.ForAddress(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Jobs = new JobService.JobServiceClient(Channel);
        Files = new ArtefactService.ArtefactServiceClient(Channel);
        Nodes = new NodeService.NodeServiceClient(Channel);
    }

    public GrpcChannel Channel { get; }

    public JobService.JobServiceClient Jobs { get; }

    public ArtefactService.ArtefactServiceClient Files { get; }

    public NodeService.NodeServiceClient Nodes { get; }

    /// <param name="data">The silo's own folder.</param>
    /// <param name="shared">Folders that callers may name.</param>
    public static async Task<RealSilo> StartAsync(string data, params string[] shared)
    {
        var options = new SiloOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            DataFolder = data,
            Devices = ["cpu:0"],
            SharedData = shared,
            NoticesLossesFast = true
        };
        var app = await SiloHost.BuildAsync(options, TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RealSilo(app);
    }

    public async Task<string> UploadAsync(byte[] bytes)
    {
        using var call = Files.UploadArtefact();
        return (await Uploads.SendAsync(call, bytes)).Artefact.Name;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
