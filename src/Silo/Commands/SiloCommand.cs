using System.CommandLine;
using System.Net;
using Cluster.Coordinator;
using Cluster.Evaluation.Failures;
using Cluster.Grains.Ports;
using Cluster.Silo.Api.Collection;
using Cluster.Silo.Hosting;
using Cluster.Storage.S3;
using Cluster.Terminal;
using Cluster.Terminal.Options;
using Microsoft.Extensions.Configuration;

namespace Cluster.Silo.Commands;

/// <summary>`cluster silo`: a member of a cluster, or a cluster of one, until it is stopped.</summary>
internal static class SiloCommand
{
    private static readonly ServerOptions Server = new();
    private static readonly Option<string> DataFolder = new("--data-dir")
    {
        Description = "folder of jobs, artefacts and caches",
        HelpName = "DIR",
        Required = true
    };
    private static readonly Option<string?> Artefacts = new("--artefacts")
    {
        Description = "folder of artefacts that all silos of the cluster see, or s3://BUCKET/PREFIX; by default in the data folder",
        HelpName = "PLACE"
    };
    private static readonly Option<string[]> SharedData = new("--shared-data")
    {
        Description = "folder whose files callers may name by their paths; repeatable, none by default",
        HelpName = "DIR"
    };
    private static readonly Option<string> Devices = new("--devices")
    {
        Description = "slots: cpu:N for N on the processors, cuda:N for GPU number N; separated by commas",
        HelpName = "LIST",
        DefaultValueFactory = _ => "cpu:1"
    };
    private static readonly Option<string> Clustering = new("--clustering")
    {
        Description = "localhost for a cluster of one, or postgres:CONNECTION (in Npgsql's form; - reads it from CLUSTER_DATABASE)",
        HelpName = "WHERE",
        DefaultValueFactory = _ => "localhost"
    };
    private static readonly Option<string> Advertise = new("--advertise")
    {
        Description = "address under which other silos reach this one",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1"
    };
    private static readonly Option<string> Roles = new("--roles")
    {
        Description = "what the silo is there for: coordinator (hosts jobs), worker (has slots), or both, separated by a comma",
        HelpName = "LIST",
        DefaultValueFactory = _ => "coordinator,worker"
    };
    private static readonly Option<int> SiloPort = new("--silo-port")
    {
        Description = "port for other silos; 0 for a free one",
        HelpName = "PORT"
    };
    private static readonly Option<int> GatewayPort = new("--gateway-port")
    {
        Description = "port for gateways (cluster gateway), which asks for no token; none by default",
        HelpName = "PORT"
    };
    private static readonly Option<double> KeepUploads = new("--keep-uploads")
    {
        Description = "days that a file is kept which no job names; 0 for ever",
        HelpName = "DAYS",
        DefaultValueFactory = _ => 7
    };
    private static readonly Option<double> KeepJobs = new("--keep-jobs")
    {
        Description = "days that a job is kept after its end; 0 for ever",
        HelpName = "DAYS"
    };
    private static readonly Option<double> MaxStored = new("--max-stored")
    {
        Description = "size of all files above which jobs that have ended go, the oldest first, in GiB; 0 for any",
        HelpName = "GIB"
    };
    private static readonly Option<double> MaxUnpacked = new("--max-unpacked")
    {
        Description = "size of the data unpacked on this machine, in GiB, above which those unused for longest go; 0 for any",
        HelpName = "GIB"
    };
    private static readonly Option<double> MaxCalibration = new("--max-calibration")
    {
        Description = "size of the calibration statistics on this machine, in GiB, above which those unused for longest go; 0 for any",
        HelpName = "GIB"
    };
    private static readonly Option<double?> Memory = new("--memory-limit")
    {
        Description = "memory limit of a slot's process, in GiB; 0 for none; by default its share of nine tenths of the machine's",
        HelpName = "GIB"
    };
    private static readonly Option<double> ItemLimit = new("--item-limit")
    {
        Description = "time limit of one candidate, in minutes",
        HelpName = "MINUTES",
        DefaultValueFactory = _ => 20
    };
    private static readonly Option<string?> MachineLock = FileOption.Create(
        "--machine-lock", "file of the lock that timings of several silos on one machine share; by default in the temporary folder");
    private static readonly Option<bool> OrleansDashboard = new("--orleans-dashboard")
    {
        Description = "Orleans' own dashboard at /orleans of the page's port, for admins"
    };
    private static readonly Option<string?> Cache = new("--cache") { Description = "folder of results across jobs", HelpName = "DIR" };
    private static readonly Option<bool> Check = new("--check")
    {
        Description = "only check these options, their files and OTEL_* variables, and say what the silo would do"
    };
    private static readonly Option<bool> Synthetic = new("--allow-synthetic")
    {
        Description = "accept synthetic jobs, for tests",
        Hidden = true
    };
    private static readonly Option<bool> InProcess = new("--in-process")
    {
        Description = "work in this process, for benchmarks of everything but the work",
        Hidden = true
    };
    private static readonly Option<bool> Fast = new("--notice-losses-fast")
    {
        Description = "declare silent silos lost within seconds, for tests",
        Hidden = true
    };

    public static Command Create()
    {
        var command = new Command(OtherVerbs.Silo, CommandHelp.Describe(
            OtherVerbs.SiloDoes,
            "silo --data-dir ~/cluster-data --devices cpu:2 --page 5190",
            "silo --data-dir ~/cluster-data --shared-data /mnt/imagenet --shared-data /mnt/cifar",
            "silo --listen 0.0.0.0:5180 --tls-cert tls.crt --tls-key tls.key --token-file token --data-dir /data --devices cuda:0"))
        {
            Server.Listen, Server.Page, OrleansDashboard, DataFolder, Artefacts, Server.BucketEndpoint, Server.MaxCopies, SharedData,
            Devices, Roles,
            Clustering, Server.ClusterId, Advertise, SiloPort, GatewayPort, Server.Certificate, Server.Key, Server.ClientAuthorities,
            Server.SiloAuthorities, Server.HealthPort, Server.Insecure, Server.TokenFile, Server.Tokens, Server.MaxCalls,
            Server.MaxArtefact, Server.Quotas.Running, Server.Quotas.Stored, Server.Quotas.Streams, Server.Quotas.Nodes,
            KeepUploads, KeepJobs, MaxStored, MaxUnpacked, MaxCalibration, Memory, ItemLimit, MachineLock, Cache, Check,
            Synthetic, InProcess, Fast,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            () => parsed.GetValue(Check)
                ? CheckAsync(parsed)
                : RunAsync(Options(parsed), parsed.InvocationConfiguration, cancellation),
            "start it again: its jobs go on"));
        return command;
    }

    private static SiloOptions Options(ParseResult parsed)
    {
        var roles = RolesOf(parsed.GetRequiredValue(Roles));
        return Options(parsed, roles, roles.HasFlag(SiloRoles.Worker) ? DeviceSlots.Parse(parsed.GetRequiredValue(Devices)) : []);
    }

    private static SiloOptions Options(ParseResult parsed, SiloRoles roles, IReadOnlyList<string> devices) => new()
    {
        Listen = ListenAddress.Parse(parsed.GetRequiredValue(Server.Listen)),
        Page = Server.PageOf(parsed),
        OrleansDashboard = parsed.GetValue(OrleansDashboard),
        DataFolder = parsed.GetRequiredValue(DataFolder),
        Artefacts = parsed.GetValue(Artefacts) is { } folder && !BucketPlace.Is(folder) ? folder : null,
        Bucket = Server.BucketOf(parsed, parsed.GetValue(Artefacts)),
        CopiedBytes = Server.CopiedBytesOf(parsed, parsed.GetValue(Artefacts)),
        UnpackedBytes = (long)(Limit(parsed, MaxUnpacked) * (1L << 30)),
        CalibrationBytes = (long)(Limit(parsed, MaxCalibration) * (1L << 30)),
        SharedData = parsed.GetValue(SharedData) ?? [],
        Roles = roles,
        Devices = devices,
        Database = ServerOptions.DatabaseOf(parsed.GetRequiredValue(Clustering)),
        ClusterId = parsed.GetRequiredValue(Server.ClusterId),
        Advertised = IPAddress.TryParse(parsed.GetRequiredValue(Advertise), out var address)
            ? address
            : throw new UsageException($"--advertise is '{parsed.GetValue(Advertise)}' where an IP address is expected, such as 10.0.0.5."),
        SiloPort = parsed.GetValue(SiloPort),
        GatewayPort = parsed.GetValue(GatewayPort),
        Encryption = Server.EncryptionOf(parsed),
        TokenFile = parsed.GetValue(Server.TokenFile),
        TokensFile = parsed.GetValue(Server.Tokens),
        CallsPerSecond = parsed.GetValue(Server.MaxCalls),
        MaxArtefactBytes = (long)(parsed.GetValue(Server.MaxArtefact) * (1L << 30)),
        Quotas = Server.Quotas.Of(parsed),
        Retention = new RetentionRules
        {
            KeepUploads = TimeSpan.FromDays(Limit(parsed, KeepUploads)),
            KeepJobs = TimeSpan.FromDays(Limit(parsed, KeepJobs)),
            MostBytes = (long)(Limit(parsed, MaxStored) * (1L << 30)),
        },
        MemoryLimit = parsed.GetValue(Memory) is { } gib ? (long)(gib * (1L << 30)) : null,
        ItemLimit = TimeSpan.FromMinutes(parsed.GetValue(ItemLimit)),
        MachineLock = parsed.GetValue(MachineLock) is { } path ? Path.GetFullPath(path) : null,
        EvaluationCache = parsed.GetValue(Cache),
        AllowSynthetic = parsed.GetValue(Synthetic),
        InProcess = parsed.GetValue(InProcess),
        NoticesLossesFast = parsed.GetValue(Fast),
    };

    private static double Limit(ParseResult parsed, Option<double> option) => parsed.GetValue(option) is var limit and >= 0 and <= 1_000_000
        ? limit
        : throw new UsageException($"{option.Name} is {parsed.GetValue(option)} where 0 to 1000000 is expected: correct it.");

    private static SiloRoles RolesOf(string text)
    {
        var roles = SiloRoles.None;
        foreach (string role in text.Split(',', StringSplitOptions.TrimEntries))
        {
            roles |= role switch
            {
                "coordinator" => SiloRoles.Coordinator,
                "worker" => SiloRoles.Worker,
                _ => throw new UsageException($"--roles has '{role}' where coordinator or worker is expected, or both with a comma."),
            };
        }

        return roles;
    }

    private static async Task<int> CheckAsync(ParseResult parsed)
    {
        foreach (string line in SiloCheck.Run(OptionsToCheck(parsed), new ConfigurationBuilder().AddEnvironmentVariables().Build()))
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"cluster silo: {line}");
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync("cluster silo: all of this is in order; nothing was started");
        return ExitCode.Done;
    }

    // What a start would refuse with another exit code is a wrong command line to a check.
    private static SiloOptions OptionsToCheck(ParseResult parsed)
    {
        try
        {
            return Options(parsed);
        }
        catch (JobException refusal)
        {
            throw new UsageException(refusal.Message);
        }
    }

    private static async Task<int> RunAsync(SiloOptions options, InvocationConfiguration streams, CancellationToken cancellation)
    {
        StartChecks.RequireSensible(options);
        StartChecks.RequirePorts(options);
        StartChecks.RequireDevices(options);
        await using var silo = await SiloHost.BuildAsync(options, cancellation);
        foreach (string warning in StartChecks.Warnings(options))
        {
            await streams.Error.WriteLineAsync($"cluster silo: warning: {warning}");
        }

        string slots = options.Devices.Count switch
        {
            0 => "no slots",
            1 => $"1 slot ({options.Devices[0]})",
            var count => $"{count} slots ({string.Join(", ", options.Devices)})",
        };
        return await Serving.RunAsync(
            silo, OtherVerbs.Silo, options.Listen, $"{slots}, data in {Path.GetFullPath(options.DataFolder)}", streams, cancellation);
    }
}
