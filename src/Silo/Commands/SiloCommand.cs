using System.CommandLine;
using System.Net;
using Cluster.Coordinator;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.Nodes.Data;
using Cluster.Silo.Hosting;
using Cluster.Terminal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cluster.Silo.Commands;

/// <summary>`cluster silo`: a member of a cluster, or a cluster of one, until it is stopped.</summary>
internal static class SiloCommand
{
    private const string Local = "localhost";
    private const string Database = "postgres:";

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "address and port of the services",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => "127.0.0.1:5180"
    };
    private static readonly Option<string> DataFolder = new("--data-dir")
    {
        Description = "folder of jobs, artefacts and caches",
        HelpName = "DIR",
        Required = true
    };
    private static readonly Option<string?> Artefacts = new("--artefacts")
    {
        Description = "folder of artefacts that all silos of the cluster see; by default in the data folder",
        HelpName = "DIR"
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
        DefaultValueFactory = _ => Local
    };
    private static readonly Option<string> ClusterId = new("--cluster-id")
    {
        Description = "name of the cluster, the same for all its silos",
        HelpName = "NAME",
        DefaultValueFactory = _ => "cluster"
    };
    private static readonly Option<string> Advertise = new("--advertise")
    {
        Description = "address under which other silos reach this one",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1"
    };
    private static readonly Option<int> SiloPort = new("--silo-port")
    {
        Description = "port for other silos; 0 for a free one",
        HelpName = "PORT"
    };
    private static readonly Option<int> GatewayPort = new("--gateway-port")
    {
        Description = "port for Orleans clients; 0 for a free one",
        HelpName = "PORT"
    };
    private static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "file of the token that callers must send",
        HelpName = "FILE"
    };
    private static readonly Option<double> MaxArtefact = new("--max-artefact-size")
    {
        Description = "largest upload, in GiB",
        HelpName = "GIB",
        DefaultValueFactory = _ => 2
    };
    private static readonly Option<int> MaxCalls = new("--max-calls")
    {
        Description = "calls that one address may begin in a second, five times as many at once; 0 for any number",
        HelpName = "N",
        DefaultValueFactory = _ => 200
    };
    private static readonly Option<double> KeepUploads = new("--keep-uploads")
    {
        Description = "days that a file is kept which no job names; 0 for ever",
        HelpName = "DAYS",
        DefaultValueFactory = _ => 7
    };
    private static readonly Option<double> Memory = new("--memory-limit")
    {
        Description = "memory limit of a slot's process, in GiB; 0 for none",
        HelpName = "GIB"
    };
    private static readonly Option<double> ItemLimit = new("--item-limit")
    {
        Description = "time limit of one candidate, in minutes",
        HelpName = "MINUTES",
        DefaultValueFactory = _ => 20
    };
    private static readonly Option<string?> MachineLock = new("--machine-lock")
    {
        Description = "file of the lock that timings of several silos on one machine share; by default in the temporary folder",
        HelpName = "FILE"
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
            "silo --data-dir ~/cluster-data --devices cpu:2",
            "silo --data-dir ~/cluster-data --shared-data /mnt/imagenet --shared-data /mnt/cifar",
            "silo --listen 0.0.0.0:5180 --data-dir /data --devices cuda:0,cuda:1 --clustering postgres:- --advertise 10.0.0.5"))
        {
            Listen, DataFolder, Artefacts, SharedData, Devices, Clustering, ClusterId, Advertise, SiloPort, GatewayPort,
            TokenFile, MaxCalls, MaxArtefact, KeepUploads, Memory, ItemLimit, MachineLock, Cache, Check, Synthetic, InProcess, Fast,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            () => parsed.GetValue(Check)
                ? CheckAsync(parsed)
                : RunAsync(Options(parsed), parsed.InvocationConfiguration, cancellation),
            "start it again: its jobs go on"));
        return command;
    }

    private static SiloOptions Options(ParseResult parsed) => new()
    {
        Listen = ListenAddress.Parse(parsed.GetRequiredValue(Listen)),
        DataFolder = parsed.GetRequiredValue(DataFolder),
        Artefacts = parsed.GetValue(Artefacts),
        SharedData = parsed.GetValue(SharedData) ?? [],
        Devices = DeviceSlots.Parse(parsed.GetRequiredValue(Devices)),
        Database = DatabaseOf(parsed.GetRequiredValue(Clustering)),
        ClusterId = parsed.GetRequiredValue(ClusterId),
        Advertised = IPAddress.TryParse(parsed.GetRequiredValue(Advertise), out var address)
            ? address
            : throw new UsageException($"--advertise is '{parsed.GetValue(Advertise)}' where an IP address is expected, such as 10.0.0.5."),
        SiloPort = parsed.GetValue(SiloPort),
        GatewayPort = parsed.GetValue(GatewayPort),
        TokenFile = parsed.GetValue(TokenFile),
        CallsPerSecond = parsed.GetValue(MaxCalls),
        MaxArtefactBytes = (long)(parsed.GetValue(MaxArtefact) * (1L << 30)),
        KeepUnnamed = TimeSpan.FromDays(Math.Max(0, parsed.GetValue(KeepUploads))),
        MemoryLimit = (long)(parsed.GetValue(Memory) * (1L << 30)),
        ItemLimit = TimeSpan.FromMinutes(parsed.GetValue(ItemLimit)),
        MachineLock = parsed.GetValue(MachineLock) is { } path ? Path.GetFullPath(path) : null,
        EvaluationCache = parsed.GetValue(Cache),
        AllowSynthetic = parsed.GetValue(Synthetic),
        InProcess = parsed.GetValue(InProcess),
        NoticesLossesFast = parsed.GetValue(Fast),
    };

    // Every user of the machine can read a password on the command line, so the environment may hold it.
    private static string? DatabaseOf(string clustering) => clustering switch
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

        try
        {
            await silo.StartAsync(cancellation);
        }
        catch (IOException failure)
        {
            throw new JobException(
                $"The silo could not listen on {options.Listen} ({failure.Message}): choose another port with --listen, "
                + "or stop what uses it.",
                failure);
        }

        string address = silo.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? $"http://{options.Listen}";
        await streams.Output.WriteLineAsync(
            $"cluster silo: listening on {address}, {options.Devices.Count} slot{(options.Devices.Count == 1 ? "" : "s")} "
            + $"({string.Join(", ", options.Devices)}), data in {Path.GetFullPath(options.DataFolder)}");
        await streams.Output.FlushAsync(cancellation);

        // The host reacts to the same signals as the command; either may come first.
        await silo.WaitForShutdownAsync(cancellation);
        return ExitCode.Done;
    }
}
