using Cluster.Plans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using EndpointOptions = Orleans.Configuration.EndpointOptions;

namespace Cluster.Silo.Tests.Hosting;

public sealed class StartChecksTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RequirePorts_PortThatIsTaken_IsOneSentenceThatNamesTheOption()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var place = (IPEndPoint)taken.LocalEndpoint;

        var error = Should.Throw<JobException>(() => StartChecks.RequirePorts(Options(place)));

        error.Message.ShouldBe(
            $"This server could not listen on {place} (Address already in use): choose another port with --listen, or stop what uses it.");
        taken.Stop();
        Should.NotThrow(() => StartChecks.RequirePorts(Options(place)), "it is free again");
    }

    [Fact]
    public void RequirePorts_AnyAddressOfBothKinds_IsTakenWhereOneOfIPv4Is()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Should.Throw<JobException>(() => StartChecks.RequirePorts(Options(ListenAddress.Parse($"[::]:{port}"))));
    }

    // What the others are told to call has to be listened to.
    [Theory]
    [InlineData("10.1.2.3", "0.0.0.0")]
    [InlineData("2001:db8::1", "::")]
    public void Silo_Advertised_ListensToThatKindOfAddress(string advertised, string listening)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => OrleansClustering.Configure(
            silo,
            new SiloOptions
            {
                Clustering = "postgres:Host=unused",
                Advertised = IPAddress.Parse(advertised),
                SiloPort = 11111,
                GatewayPort = 30000,
            },
            ClusterName.OfOne("cluster")));
        using var host = builder.Build();

        var endpoints = host.Services.GetRequiredService<IOptions<EndpointOptions>>().Value;

        endpoints.SiloListeningEndpoint.ShouldBe(new IPEndPoint(IPAddress.Parse(listening), 11111));
        endpoints.GatewayListeningEndpoint.ShouldBe(new IPEndPoint(IPAddress.Parse(listening), 30000));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void Token_EmptyFile_IsRefused(string content)
    {
        File.WriteAllText(_folder["token"], content);

        Should.Throw<UsageException>(() => CallerTokens.Read(_folder["token"], tokensFile: null)).Message
            .ShouldContain("is empty: write a token into it");
    }

    [Fact]
    public void Token_FileOrNone_IsItsTextWithoutTheLineEnd()
    {
        File.WriteAllText(_folder["token"], "secret\n");

        CallerTokens.Read(_folder["token"], tokensFile: null).ShouldNotBeNull().Read().Find("secret").ShouldNotBeNull()
            .Role.ShouldBe(Role.Admin);
        CallerTokens.Read(tokenFile: null, tokensFile: null).ShouldBeNull();
    }

    [Theory]
    [InlineData("0.0.0.0:5180", null, true)]
    [InlineData("10.0.0.5:5180", null, true)]
    [InlineData("0.0.0.0:5180", "token", false)]
    [InlineData("127.0.0.1:5180", null, false)]
    [InlineData("[::1]:5180", null, false)]
    public void Warnings_OpenToOthersWithoutAToken_SaySo(string listen, string? token, bool isWarned)
    {
        var warnings = StartChecks.Warnings(Options(IPEndPoint.Parse(listen)) with { TokenFile = token }).ToArray();

        warnings.Any(warning => warning.Contains("give --token-file", StringComparison.Ordinal)).ShouldBe(isWarned);
    }

    [Fact]
    public void RequireDevices_GpuThatIsNotThere_IsRefusedWithTheSlot()
    {
        var options = Options(new IPEndPoint(IPAddress.Loopback, 0)) with { Devices = ["cpu:0", "cuda:99"] };

        Should.Throw<JobException>(() => StartChecks.RequireDevices(options)).Message
            .ShouldStartWith("The slot cuda:99 of --devices cannot be offered: cuda:99 was asked for, but libtorch");
        StartChecks.RequireDevices(options with { Devices = ["cpu:0", "cpu:1"] });
    }

    private SiloOptions Options(IPEndPoint listen) => new() { Listen = listen, DataFolder = _folder.Root, Devices = ["cpu:0"] };
}
