namespace Cluster.Coordinator.Tests.Support;

/// <summary>A job that a test pauses, resumes, stops and cancels.</summary>
internal sealed class ControlledJob : IDisposable
{
    public ControlledJob(IEnumerable<JournalEvent>? events = null)
    {
        Journal = new MemoryJournal(events);
        Appends = new JobJournal(Journal);
        Control = new JobControl(Appends);
    }

    public MemoryJournal Journal { get; }

    public JobJournal Appends { get; }

    public JobControl Control { get; }

    public Task<JobOutcome?> RunAsync(SyntheticNetwork network, IEvaluator evaluator, JobRunnerOptions? options = null) =>
        new JobRunner(evaluator, Appends, Control, SearchStrategies.Of(network.Spec.Options), options)
            .RunAsync(network.Spec, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Control.Dispose();
        Appends.Dispose();
    }
}
