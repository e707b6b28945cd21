using System.Net.NetworkInformation;
using Cluster.Contract.V1;
using Cluster.Silo.Page;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cluster.Silo.Tests.Page;

/// <summary>A silo with its page, as the command starts it, on synthetic networks; it can be stopped and started again.</summary>
internal sealed class PageSilo : IAsyncDisposable
{
    /// <summary>A job with much to see soon, and most of a minute from its end.</summary>
    public const string Long = "synthetic:groups=100,sensitive=50,ms=300..700,images=2000,seed=5";

    /// <summary>A job that goes on for minutes.</summary>
    public const string Slow = "synthetic:groups=100,sensitive=50,ms=3000..4000,images=2000,seed=5";

    /// <summary>A job of which nothing ends for as long as a test takes.</summary>
    public const string Endless = "synthetic:groups=40,ms=600000";

    /// <summary>A job that is soon over.</summary>
    public const string Fast = "synthetic:groups=24,sensitive=6,ms=0..1,images=2000,seed=5";

    /// <summary>The token of a caller who may submit and steer jobs.</summary>
    public const string Token = "a-token-of-this-test";

    /// <summary>The token of the cluster's admin.</summary>
    public const string AdminToken = "an-admins-token-of-this-test";

    /// <summary>The token of an admin of one tenant.</summary>
    public const string TenantToken = "a-tenants-token-of-this-test";

    /// <summary>The token of a caller who may only look.</summary>
    public const string ReadToken = "another-token-of-this-test";

    private readonly WorkFolder _folder;
    private readonly bool _hasToken;
    private readonly bool _hasOrleans;
    private readonly Func<SiloOptions, SiloOptions> _encryption;
    private WebApplication? _app;
    private GrpcChannel? _channel;

    private PageSilo(WorkFolder folder, bool hasToken, bool hasOrleans, Func<SiloOptions, SiloOptions> encryption) =>
        (_folder, _hasToken, _hasOrleans, _encryption) = (folder, hasToken, hasOrleans, encryption);

    /// <summary>Where the page is; the same after another start.</summary>
    public Uri Address { get; private set; } = new($"http://127.0.0.1:{PortOfItsOwn()}");

    /// <summary>Where clients call.</summary>
    public string Listens => _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public IReadOnlyList<Endpoint> Endpoints => _app!.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    public JobService.JobServiceClient Jobs => new(_channel!);

    public Metadata Headers => _hasToken ? new Metadata { { "authorization", $"Bearer {Token}" } } : [];

    public static async Task<PageSilo> StartAsync(
        bool hasToken = false, bool hasOrleans = false, Func<SiloOptions, SiloOptions>? encryption = null)
    {
        var silo = new PageSilo(new WorkFolder(), hasToken, hasOrleans, encryption ?? (static options => options));
        await silo.StartAgainAsync();
        return silo;
    }

    public async Task StartAgainAsync()
    {
        var options = new SiloOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Page = new IPEndPoint(IPAddress.Loopback, Address.Port),
            DataFolder = _folder["data"],
            Devices = ["cpu:0", "cpu:1"],
            Worker = InProcessWorker.Synthetic,
            OrleansDashboard = _hasOrleans,
            TokensFile = _hasToken
                ? _folder.Write(
                    "tokens",
                    $"""
                    name=user role=submit {Digest(Token)}
                    name=reader role=read {Digest(ReadToken)}
                    name=operator role=admin {Digest(AdminToken)}
                    name=tenant role=admin tenant=blue {Digest(TenantToken)}
                    """)
                : null,
            DrainLimit = TimeSpan.FromSeconds(1),
        };
        _app = await SiloHost.BuildAsync(_encryption(options), TestContext.Current.CancellationToken);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = new Uri(PageServer.Address(_app)!);
        _channel = GrpcChannel.ForAddress(Listens);
    }

    /// <summary>Submits a synthetic job; its name.</summary>
    public async Task<string> SubmitAsync(string target, string title)
    {
        var spec = new JobSpec
        {
            Model = await Uploads.SendAsync(_channel!, [1, 2, 3], new CallOptions(Headers)),
            Calibration = new DataSet { Spec = "folder:/data/imagenet/calibration" },
            Target = target,
        };
        return (await Jobs.CreateJobAsync(new CreateJobRequest { DisplayName = title, Spec = spec }, Headers)).Job.Name;
    }

    /// <summary>Waits until the job has come that far.</summary>
    public async Task UntilAsync(string job, Func<JobEvent, bool> happened)
    {
        using var watch = Jobs.WatchJob(new WatchJobRequest { Name = job }, Headers);
        while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            if (happened(watch.ResponseStream.Current))
            {
                return;
            }
        }
    }

    public async Task StopAsync()
    {
        _channel?.Dispose();
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    // Below the ports that the system hands out: while the silo is stopped, nobody is given it.
    private static int PortOfItsOwn()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(place => place.Port).ToHashSet();
        int port = RandomNumberGenerator.GetInt32(20_000, 32_000);
        while (taken.Contains(port))
        {
            port++;
        }

        return port;
    }

    private static string Digest(string token) => $"sha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}";
}
