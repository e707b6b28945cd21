using System.Diagnostics;
using System.Security.Cryptography;
using Cluster.Contract.V1;
using Cluster.Harness;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>A silo as a process, with children of its own, that sends its telemetry twice a second.</summary>
internal sealed partial class TelemetrySilo : IDisposable
{
    private readonly WorkFolder _folder;
    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private TelemetrySilo(WorkFolder folder, Process process, string address) =>
        (_folder, _process, _channel) = (folder, process, GrpcChannel.ForAddress(address));

    /// <summary>The id of its process.</summary>
    public string ProcessId => _process.Id.ToString(CultureInfo.InvariantCulture);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="collector">Where telemetry goes.</param>
    /// <param name="database">Where it meets others, or null for a silo alone.</param>
    public static async Task<TelemetrySilo> StartAsync(Uri collector, string? database = null)
    {
        string program = BuiltProgram.Require("Harness");
        var folder = new WorkFolder();
        string[] options =
        [
            "silo", "--listen", "127.0.0.1:0", "--data-dir", folder["data"], "--devices", "cpu:2",
            .. database is null ? [] : (string[])["--clustering", "postgres:-", "--artefacts", folder["artefacts"], "--notice-losses-fast"],
        ];
        var start = new ProcessStartInfo(program, options)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["CLUSTER_DATABASE"] = database;
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.GetLeftPart(UriPartial.Authority);
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        start.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "500";
        start.Environment["OTEL_BLRP_SCHEDULE_DELAY"] = "500";
        start.Environment["OTEL_RESOURCE_ATTRIBUTES"] = "k8s.node.name=this-node";
        var process = Process.Start(start)!;
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            said.Add(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                // Read on, so that it never waits for its reader.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new TelemetrySilo(folder, process, match.Groups["address"].Value);
            }
        }

        throw new InvalidOperationException($"The silo ended: {string.Join(" | ", said.TakeLast(3))}");
    }

    /// <summary>Runs a synthetic job to its end.</summary>
    /// <param name="target">What is played.</param>
    /// <param name="traceParent">The trace that it is submitted in, or null for none.</param>
    /// <param name="change">Options of its own.</param>
    /// <returns>Its id.</returns>
    public async Task<string> RunAsync(string target, string? traceParent = null, Action<JobSpec>? change = null)
    {
        string name = await Uploads.SendAsync(
            _channel, RandomNumberGenerator.GetBytes(1000), new CallOptions(cancellationToken: Cancellation));
        var spec = new JobSpec { Model = name, Calibration = new DataSet { Spec = "folder:/none" }, Target = target };
        change?.Invoke(spec);
        var jobs = new JobService.JobServiceClient(_channel);
        var request = new CreateJobRequest { DisplayName = "telemetry", Spec = spec };
        Metadata headers = traceParent is null ? [] : new Metadata { { "traceparent", traceParent } };
        var job = (await jobs.CreateJobAsync(request, headers, cancellationToken: Cancellation)).Job;
        using var watch = jobs.WatchJob(new WatchJobRequest { Name = job.Name }, cancellationToken: Cancellation);
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            // Until it ends.
        }

        job = await jobs.GetJobAsync(new GetJobRequest { Name = job.Name }, cancellationToken: Cancellation);
        job.State.ShouldBe(JobState.Succeeded, job.ToString());
        return job.Name.Split('/')[^1];
    }

    /// <summary>SIGTERM, and the wait for its end.</summary>
    public Task StopAsync()
    {
        Signals.Send(_process.Id, Signals.Terminate);
        return _process.WaitForExitAsync(Cancellation);
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        _channel.Dispose();
        Kill();
        _process.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"listening on (?<address>http://\S+?)[,;.]?(\s|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();
}
