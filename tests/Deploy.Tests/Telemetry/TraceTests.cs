namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>
/// A job is one trace, from its submission to what the evaluator process measured; its logs and the exemplars of its metrics
/// lead to it.
/// </summary>
public sealed class TraceTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";

    // In nanoseconds: the machine's clock may be set right while the job runs.
    private const ulong Slack = 50_000_000;

    [Fact]
    public async Task Job_SubmittedInATrace_IsOneWithItsAttemptsStagesAndLogs()
    {
        await using var collector = await PlayedCollector.StartAsync();
        using var silo = await TelemetrySilo.StartAsync(collector.Address);
        await silo.RunAsync("synthetic:groups=4,sensitive=1,ms=5..10,images=2000,seed=5", $"00-{Trace}-{Caller}-01");

        // The winner's files are the last attempt, and its line the last of its trace.
        await collector.UntilAsync(() => Of("cluster.attempt").Any(Publishes)
            && collector.Logs.Any(line => line.Trace == Trace && line.Body.Contains("files ended", StringComparison.Ordinal)));

        var call = Of("cluster.v1.JobService/CreateJob").ShouldHaveSingleItem();
        call.Parent.ShouldBe(Caller);

        // Asked of a grain, answered there; what silos ask each other all the time is in no trace.
        var created = Of("IJobCatalogGrain/CreateAsync");
        var asked = created.Single(span => span.Parent == call.Id);
        created.Except([asked]).ShouldHaveSingleItem().Parent.ShouldBe(asked.Id);
        collector.Spans.Where(span => span.Parent.Length == 0).ShouldAllBe(
            span => span.Name.StartsWith("cluster.v1.", StringComparison.Ordinal));

        var attempts = Of("cluster.attempt");
        attempts.Length.ShouldBeGreaterThan(4);
        attempts.ShouldAllBe(attempt => attempt.Parent == call.Id);
        string[] ids = [.. attempts.Select(attempt => attempt.Id)];
        var evaluators = Of("cluster.evaluator");
        evaluators.Length.ShouldBeGreaterThanOrEqualTo(attempts.Length - 1, "each attempt was a process's work");
        evaluators.Select(evaluator => evaluator.Parent).ShouldBeUnique();
        evaluators.Where(evaluator => !Within(evaluator, attempts)).ShouldBeEmpty();
        evaluators.Select(evaluator => evaluator.Attributes["process.pid"]).Distinct().Count().ShouldBeInRange(1, 2, "one for each slot");
        evaluators.ShouldAllBe(evaluator => evaluator.Attributes["process.pid"] != silo.ProcessId);
        evaluators.ShouldAllBe(evaluator => !evaluator.Attributes.ContainsKey("error.type"), "each told its own times");
        var measurements = Of("cluster.stage.running");
        measurements.Length.ShouldBeGreaterThanOrEqualTo(attempts.Length - 1);
        measurements.Where(stage => !Within(stage, evaluators)).ShouldBeEmpty();
        measurements.Sum(stage => (double)(stage.Ended - stage.Began)).ShouldBeGreaterThan(0);
        collector.Logs.Where(line => line.Body.Contains(" began on cpu:", StringComparison.Ordinal))
            .ShouldAllBe(line => line.Trace == Trace && ids.Contains(line.Span));
        await collector.UntilAsync(() => collector.Exemplars.Any(IsOf("cluster.candidate.duration", attempts))
            && collector.Exemplars.Any(IsOf("cluster.stage.duration", attempts))
            && collector.Exemplars.Any(IsOf("rpc.server.call.duration", [call])));

        OtlpSpan[] Of(string name) => [.. collector.Spans.Where(span => span.Trace == Trace && span.Name == name)];

        static bool Within(OtlpSpan span, OtlpSpan[] parents) => parents.Single(parent => parent.Id == span.Parent) is var parent
            && parent.Began <= span.Began + Slack && span.Ended <= parent.Ended + Slack && span.Began <= span.Ended;

        static Func<OtlpExemplar, bool> IsOf(string metric, OtlpSpan[] spans) => exemplar =>
            exemplar.Metric == metric && exemplar.Trace == Trace && spans.Any(span => span.Id == exemplar.Span);

        bool Publishes(OtlpSpan attempt) => collector.Logs.Any(
            line => line.Span == attempt.Id && line.Body.Contains("winner's files", StringComparison.Ordinal));
    }
}
