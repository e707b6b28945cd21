using System.Text;
using Cluster.Client.Watching;
using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>Submits the requested jobs, one per target. They share their files, which are uploaded once.</summary>
internal sealed class Submission(SubmitRequest request, RemoteCall call)
{
    private const int GuidBytes = 16;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var cancellation = call.Cancellation;
        var uploader = new Uploader(call.Server, call.Streams.Error, call.IsErrorLive);
        var spec = await new JobSpecBuilder(uploader, Environment.CurrentDirectory).BuildAsync(request, cancellation);
        var jobs = request.Targets.Select(target => Job(spec, target)).ToArray();
        await SayKindsWithoutNodeAsync(spec.Kinds, cancellation);
        if (request.DryRun)
        {
            return await EstimateAsync(jobs, cancellation);
        }

        // Checks everything that may be refused before the first job is created.
        foreach (var job in jobs.Length > 1 ? jobs : [])
        {
            await CreateAsync(new CreateJobRequest(job) { ValidateOnly = true }, cancellation);
        }

        call.Say($"request id {request.RequestId:D} (submitting again with --request-id makes no second job)");
        var names = new List<string>();
        try
        {
            foreach (var job in jobs)
            {
                var response = await CreateAsync(job, cancellation);
                names.Add(response.Job.Name);
                await TellAsync(job, response);
            }
        }
        catch (OperationCanceledException)
        {
            call.Say(
                "interrupted; whether there is a job now is not known: submit again with --request-id "
                + $"{request.RequestId:D} and there is one.");
            return ExitCode.Interrupted;
        }

        return request.Watch ? await WatchAsync(names, cancellation) : ExitCode.Done;
    }

    // Each of several jobs has its own identifier, derived from the requested one, so that a repeated submission creates none twice.
    private CreateJobRequest Job(JobSpec spec, string target) => new()
    {
        Spec = new JobSpec(spec) { Target = target },
        DisplayName = request.Targets.Count == 1 || request.Name.Length == 0 ? request.Name : $"{request.Name}, {target}",
        RequestId = (request.Targets.Count == 1 ? request.RequestId : Derived(target)).ToString("D"),
        ValidateOnly = request.DryRun,
    };

    private Guid Derived(string target) =>
        new(SHA256.HashData([.. request.RequestId.ToByteArray(), .. Encoding.UTF8.GetBytes(target)]).AsSpan(0, GuidBytes));

    private Task<CreateJobResponse> CreateAsync(CreateJobRequest create, CancellationToken cancellation) =>
        call.Server.CallAsync(options => call.Server.Jobs.CreateJobAsync(create, options), cancellation, isHedged: false);

    private async Task<int> EstimateAsync(IEnumerable<CreateJobRequest> jobs, CancellationToken cancellation)
    {
        foreach (var job in jobs)
        {
            var response = await CreateAsync(job, cancellation);
            if (call.IsJson)
            {
                await WriteJsonAsync(response);
                continue;
            }

            var console = call.Console;
            if (request.Targets.Count > 1)
            {
                CommandConsole.Line(console, $"{job.Spec.Target}:");
            }

            EstimateTable.Write(console, response.Estimate ?? new JobEstimate());
        }

        return ExitCode.Done;
    }

    // Nodes may come later: the job waits for them.
    private async Task SayKindsWithoutNodeAsync(IReadOnlyCollection<string> kinds, CancellationToken cancellation)
    {
        if (kinds.Count > 0)
        {
            var nodes = await Pages.NodesAsync(call.Server, cancellation);
            string[] present = [.. nodes.SelectMany(node => node.Slots).Select(slot => slot.DeviceClass).Distinct()];
            foreach (string kind in kinds.Except(present))
            {
                call.Say($"warning: no node of kind {kind} is there now; the job waits for one. Kinds here: {string.Join(", ", present)}");
            }
        }
    }

    private async Task TellAsync(CreateJobRequest job, CreateJobResponse response)
    {
        string name = response.Job.Name;
        string what = request.Targets.Count > 1 ? $" for {job.Spec.Target}" : "";
        if (request.Watch)
        {
            call.Say($"submitted {name}{what}");
            return;
        }

        if (call.IsJson)
        {
            await WriteJsonAsync(response);
        }
        else
        {
            CommandConsole.Line(call.Console, name);
        }

        call.Say($"follow it{what} with ./cluster watch {name}");
    }

    // With several jobs, one line each.
    private Task WriteJsonAsync(CreateJobResponse response) => request.Targets.Count > 1
        ? JsonOutput.WriteLineAsync(call.Streams.Output, response)
        : JsonOutput.WriteAsync(call.Streams.Output, response);

    // Watched one after another; the jobs run at once.
    private async Task<int> WatchAsync(IEnumerable<string> names, CancellationToken cancellation)
    {
        int code = ExitCode.Done;
        foreach (string name in names)
        {
            int ended = await new WatchSession(call.Server, call.Streams, call.IsJson).RunAsync(name, after: 0, cancellation);
            code = ended == ExitCode.Done || (ended == ExitCode.NothingFeasible && code != ExitCode.Done) ? code : ended;
            if (ended == ExitCode.Interrupted)
            {
                break;
            }
        }

        return code;
    }
}
