using Cluster.Contract.V1;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A job whose network is made up, submitted to a silo and watched as any other.</summary>
internal static class SyntheticJob
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <returns>The job's name.</returns>
    public static async Task<string> CreateAsync(SiloProcess silo, string target)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address);
        string model = await Uploads.SendAsync(channel, "nothing is read of it"u8.ToArray(), new CallOptions(cancellationToken: Token));
        var spec = new JobSpec
        {
            Model = model,
            Calibration = new DataSet { Artefact = model, Spec = "folder:nothing" },
            Target = target,

            // Many plans, several at once: faults are to strike work.
            Strategy = SearchStrategy.Greedy,
        };
        return (await new JobService.JobServiceClient(channel).CreateJobAsync(
            new CreateJobRequest { Spec = spec }, cancellationToken: Token)).Job.Name;
    }

    /// <summary>Its events; ends with the job, or after so many of them.</summary>
    public static async Task<List<JobEvent>> WatchAsync(SiloProcess silo, string job, long after = 0, int atMost = int.MaxValue)
    {
        int left = atMost;
        return left > 0 ? await WatchUntilAsync(silo, job, _ => --left == 0, after) : [];
    }

    /// <summary>Its events, up to one or to the job's end.</summary>
    public static async Task<List<JobEvent>> WatchUntilAsync(SiloProcess silo, string job, Func<JobEvent, bool> isLast, long after = 0)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address);
        using var watch = new JobService.JobServiceClient(channel).WatchJob(
            new WatchJobRequest { Name = job, AfterSequence = after }, cancellationToken: Token);
        var events = new List<JobEvent>();
        while (await watch.ResponseStream.MoveNext(Token))
        {
            if (watch.ResponseStream.Current is { EventCase: not JobEvent.EventOneofCase.Heartbeat } happened)
            {
                events.Add(happened);
                if (isLast(happened))
                {
                    break;
                }
            }
        }

        return events;
    }

    /// <summary>The digest of the winner's plan.</summary>
    public static string Winner(IEnumerable<JobEvent> events) =>
        events.Single(e => e.EventCase == JobEvent.EventOneofCase.WinnerSelected).WinnerSelected.Plan.Digest;

    /// <summary>Every candidate with its end, in the order of the search, whatever became of its attempts.</summary>
    public static List<(int Number, string Digest, int Evaluations)> Ended(IEnumerable<JobEvent> events) =>
        [.. events.Where(e => e.EventCase == JobEvent.EventOneofCase.CandidateChanged).Select(e => e.CandidateChanged)
            .GroupBy(candidate => candidate.Number)
            .OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Last().Plan.Digest, group.Last().Evaluations.Count))];
}
