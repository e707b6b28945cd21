using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

/// <summary>A whole job on one worker of a node, and what its journal and artefacts say of it afterwards.</summary>
internal sealed class WorkerRun
{
    private readonly WorkFolder _folder;

    private WorkerRun(WorkFolder folder, JobSpec spec, IReadOnlyList<JournalEvent> events, JobOutcome outcome)
    {
        (_folder, Spec, Events, Outcome) = (folder, spec, events, outcome);
        Artefacts = events.OfType<ArtefactPublished>().ToDictionary(artefact => artefact.Name, StringComparer.Ordinal);
    }

    /// <summary>As the node prepared it.</summary>
    public JobSpec Spec { get; }

    public IReadOnlyList<JournalEvent> Events { get; }

    public JobOutcome Outcome { get; }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, ArtefactPublished> Artefacts { get; }

    /// <summary>Prepares the job and takes it to its end.</summary>
    public static async Task<WorkerRun> OfAsync(
        WorkFolder folder,
        WorkerOptions children,
        JobInputs inputs,
        JobOptions options,
        CancellationToken cancellation)
    {
        await using var worker = new ChildProcessWorker(children);
        var prepared = await worker.PrepareAsync(inputs, options, cancellation);
        var job = new JobEntry
        {
            Id = "job-1",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Spec = prepared.Spec,
            Space = prepared.Space,
            Inputs = inputs
        };
        string path = folder["journal.jsonl"];
        JobOutcome? outcome;
        await using (var journal = FileJournal.Open(path))
        {
            using var jobJournal = new JobJournal(journal);
            using var control = new JobControl(jobJournal);
            var here = new OnWorker(worker, job, path);
            var runner = new JobRunner(here, jobJournal, control, SearchStrategies.Of(new()), new JobRunnerOptions { Publishes = true });
            outcome = await runner.RunAsync(job.Spec, cancellation);
        }

        var events = FileJournal.ReadOnly(path).Select(record => record.Event).ToArray();
        return new WorkerRun(folder, prepared.Spec, events, outcome.ShouldNotBeNull());
    }

    /// <summary>The winner's plan, as it was published.</summary>
    public PlanFile Plan() => PlanFiles.Read(new FolderArtefactStore(_folder["artefacts"]).PathOf(Artefacts["winner.plan.json"].Sha256));
}
