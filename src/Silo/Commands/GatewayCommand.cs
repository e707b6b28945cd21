using System.CommandLine;
using System.Net;
using Cluster.Evaluation.Failures;
using Cluster.Silo.Hosting;
using Cluster.Storage.S3;
using Cluster.Terminal;

namespace Cluster.Silo.Commands;

/// <summary>`cluster gateway`: a door of a cluster, until it is stopped.</summary>
internal static class GatewayCommand
{
    private static readonly ServerOptions Server = new();
    private static readonly Option<string> Artefacts = new("--artefacts")
    {
        Description = "folder of artefacts that all silos of the cluster see, or s3://BUCKET/PREFIX",
        HelpName = "PLACE",
        Required = true
    };
    private static readonly Option<string?> Copies = new("--copies")
    {
        Description = "folder of copies of artefacts that are in a bucket",
        HelpName = "DIR"
    };
    private static readonly Option<string> Clustering = new("--clustering")
    {
        Description = "the cluster's database: postgres:CONNECTION (in Npgsql's form; - reads it from CLUSTER_DATABASE)",
        HelpName = "WHERE",
        DefaultValueFactory = _ => "postgres:-"
    };
    private static readonly Option<string?> Gateways = new("--gateways")
    {
        Description = "gateway ports of silos, separated by commas; by default those that the database names",
        HelpName = "ADDRESS:PORT,…"
    };

    public static Command Create()
    {
        var command = new Command(OtherVerbs.Gateway, CommandHelp.Describe(
            OtherVerbs.GatewayDoes,
            "gateway --listen 0.0.0.0:5180 --tls-cert tls.crt --tls-key tls.key --artefacts /mnt/cluster/artefacts --token-file token",
            "gateway --artefacts /mnt/cluster/artefacts --gateways 10.0.0.5:30000,10.0.0.6:30000"))
        {
            Server.Listen, Server.Page, Artefacts, Copies, Server.MaxCopies, Server.BucketEndpoint, Clustering, Gateways,
            Server.ClusterId, Server.Certificate, Server.Key, Server.ClientAuthorities, Server.SiloAuthorities, Server.HealthPort,
            Server.Insecure, Server.TokenFile, Server.Tokens, Server.MaxCalls, Server.MaxArtefact, Server.Quotas.Running,
            Server.Quotas.Stored, Server.Quotas.Streams, Server.Quotas.Nodes,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            () => RunAsync(Options(parsed), parsed.InvocationConfiguration, cancellation),
            "start it again: it keeps nothing"));
        return command;
    }

    private static GatewayOptions Options(ParseResult parsed) => new()
    {
        Listen = ListenAddress.Parse(parsed.GetRequiredValue(Server.Listen)),
        Page = Server.PageOf(parsed),
        Artefacts = FolderOf(parsed),
        Bucket = Server.BucketOf(parsed, parsed.GetRequiredValue(Artefacts)),
        CopiedBytes = Server.CopiedBytesOf(parsed, parsed.GetRequiredValue(Artefacts)),
        Database = ServerOptions.DatabaseOf(parsed.GetRequiredValue(Clustering))
            ?? throw new UsageException(
                "--clustering is 'localhost' where the database of a cluster is expected, as a cluster of one needs no gateway: give "
                + "--clustering postgres:CONNECTION."),
        Gateways = parsed.GetValue(Gateways) is { } list ? [.. list.Split(',', StringSplitOptions.TrimEntries).Select(GatewayOf)] : [],
        ClusterId = parsed.GetRequiredValue(Server.ClusterId),
        Encryption = Server.EncryptionOf(parsed),
        TokenFile = parsed.GetValue(Server.TokenFile),
        TokensFile = parsed.GetValue(Server.Tokens),
        CallsPerSecond = parsed.GetValue(Server.MaxCalls),
        MaxArtefactBytes = (long)(parsed.GetValue(Server.MaxArtefact) * (1L << 30)),
        Quotas = Server.Quotas.Of(parsed),
    };

    private static string FolderOf(ParseResult parsed) => (parsed.GetRequiredValue(Artefacts), parsed.GetValue(Copies)) switch
    {
        (var place, { } copies) when BucketPlace.Is(place) => copies,
        (var place, null) => !BucketPlace.Is(place) ? place : throw new UsageException(
            "--artefacts names a bucket, whose files are read from copies: give --copies DIR too."),
        _ => throw new UsageException("--copies is given without a bucket: give --artefacts s3://BUCKET/PREFIX, or leave it out."),
    };

    private static IPEndPoint GatewayOf(string text) =>
        IPEndPoint.TryParse(text, out var place) && place.Port > 0
            ? place
            : throw new UsageException($"--gateways has '{text}' where ADDRESS:PORT is expected, such as 10.0.0.5:30000.");

    private static async Task<int> RunAsync(GatewayOptions options, InvocationConfiguration streams, CancellationToken cancellation)
    {
        StartChecks.RequireSensible(options);
        StartChecks.RequirePorts(options);
        await using var gateway = await GatewayHost.BuildAsync(options, cancellation);
        if (StartChecks.OpenDoor(options.TokenFile ?? options.TokensFile, options.Listen) is { } warning)
        {
            await streams.Error.WriteLineAsync($"cluster gateway: warning: {warning}");
        }

        await streams.Error.WriteLineAsync(
            $"cluster gateway: looks for silos of the cluster '{options.ClusterId}' that were started with --gateway-port");
        return await Serving.RunAsync(
            gateway, OtherVerbs.Gateway, options.Listen, $"of the cluster '{options.ClusterId}'", streams, cancellation);
    }
}
