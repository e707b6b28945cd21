namespace Cluster.Silo.Telemetry;

/// <summary>
/// Spans. A job is one trace: the call that submitted it, in its caller's trace if there is one, and below it every attempt, the evaluator
/// process's part of it, and its stages. No span lasts as long as the job: spans are sent as they end.
/// </summary>
internal static class ClusterTracing
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Cluster";

    /// <summary>The span of an attempt.</summary>
    public const string Attempt = "cluster.attempt";

    /// <summary>The span of an evaluator process's part of an attempt.</summary>
    public const string Evaluator = "cluster.evaluator";

    /// <summary>The prefix of the spans of its stages.</summary>
    public const string StagePrefix = "cluster.stage.";

    private static readonly ActivitySource Source = new(SourceName, Version);

    /// <summary>Version of the program.</summary>
    public static string Version =>
        typeof(ClusterTracing).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Starts the span of a call; null if it has no listener.</summary>
    public static Activity? Call(string method, string? traceParent, string? traceState)
    {
        // The web server's own activity is not exported: the parent is the caller's span, if any.
        Activity.Current = null;
        var parent = ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var caller) ? caller : default;
        return Source.StartActivity(ActivityKind.Server, parent, [new("rpc.system.name", "grpc"), new("rpc.method", method)], name: method);
    }

    /// <summary>Starts the span of an attempt, in the trace that submitted its job; null if it has no listener.</summary>
    public static Activity? Try(JobEntry job, WorkItem item, string device, string node)
    {
        Activity.Current = null;
        var parent = ActivityContext.TryParse(job.TraceParent, traceState: null, isRemote: true, out var submission) ? submission : default;
        return Source.StartActivity(
            ActivityKind.Internal,
            parent,
            [
                new("cluster.job.id", job.Id),
                new("cluster.item.id", item.Id),
                new("cluster.work", Labels.Of(item)),
                new("cluster.device", device),
                new("cluster.node.id", node),
                .. item switch
                {
                    AccuracyItem accuracy => Planned(accuracy.Plan),
                    LatencyItem latency => Planned(latency.Plan),
                    ParityItem parity => Planned(parity.Plan),
                    _ => [],
                },
            ],
            name: Attempt);
    }

    /// <summary>Adds what an attempt found to its span.</summary>
    public static void Found(this Activity? attempt, WorkResult result)
    {
        attempt?.SetTag("cluster.outcome", result is FailedResult ? "failed" : "succeeded");
        switch (result)
        {
            case AccuracyResult { Total: > 0 } accuracy:
                attempt?.SetTag("cluster.accuracy", accuracy.Level);
                break;
            case LatencyResult latency:
                attempt?.SetTag("cluster.latency.ms", latency.MedianMs);
                attempt?.SetTag("cluster.latency.float32.ms", latency.Float32MedianMs);
                break;
        }
    }

    private static KeyValuePair<string, object?>[] Planned(Plan plan) => [new("cluster.plan", plan.Digest)];

    /// <summary>Adds an evaluator's spans to the current attempt, with their original times.</summary>
    public static void Evaluated(EvaluatorWork work)
    {
        if (Activity.Current is not { } attempt)
        {
            return;
        }

        using var evaluator = Add(Evaluator, attempt.Context, work.Times.Began, work.Times.Ended);
        evaluator?.SetTag("process.pid", work.ProcessId);
        if (!work.IsTold)
        {
            evaluator.Fail("evaluator_ended", "The process ended before it told its times: these are those at which its silo heard of it.");
        }

        foreach (var stage in work.Times.Stages)
        {
            using var span = Add(StagePrefix + Labels.Of(stage.Stage), evaluator?.Context ?? attempt.Context, stage.Began, stage.Ended);
        }
    }

    /// <summary>Marks a span as failed; a span without an error has no status.</summary>
    public static void Fail(this Activity? activity, string error, string sentence)
    {
        activity?.SetTag("error.type", error);
        activity?.SetStatus(ActivityStatusCode.Error, sentence);
    }

    private static Activity? Add(string name, ActivityContext parent, DateTimeOffset began, DateTimeOffset ended)
    {
        var span = Source.StartActivity(ActivityKind.Internal, parent, startTime: began, name: name);
        return span?.SetEndTime(ended.UtcDateTime);
    }
}
